"""An afternoon that goes wrong all the time: `make soak` (issue 5, done when 3)."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from faults.conftest import Room, seat
from faults.phone import Crowd, Phone, end, eventually, play
from faults.proxy import Proxy
from faults.test_lines import clock_of
from faults.test_writing import lost, stored, write_on
from live import Server

MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))
PHONES = int(os.environ.get("SOAK_PHONES", "300"))
KILLS = int(os.environ.get("SOAK_KILLS", "10"))
WRITES_EVERY = 60.0
"""Seconds: more often than people write. A quarter goes on the wall, which 300 phones must not fill in an hour."""


async def misbehave(phone: Phone, proxy: Proxy, until: float) -> None:
    """What happens to one phone all afternoon: it sleeps, is reloaded, loses its line, asks too much."""
    await asyncio.sleep(phone.chance.uniform(0, 20))
    while time.monotonic() < until:
        match phone.chance.randrange(5):
            case 0:
                phone.sleep()
                await asyncio.sleep(min(phone.chance.uniform(5, 60), max(0.0, until - time.monotonic())))
                phone.wake()
            case 1:
                phone.drop()  # a reload: the outbox stays
            case 2 if phone.connected:
                for _ in range(200):  # more than it may
                    phone._id += 1
                    phone._write(f'42{phone._id}["clock",{{}}]')
            case _:
                pass
        await asyncio.sleep(min(phone.chance.uniform(5, 40), max(0.0, until - time.monotonic())))


async def lead(leader: Phone, until: float) -> int:
    """The leader adds time and turns slides: everyone hears of each."""
    moves = 0
    while time.monotonic() < until:
        await asyncio.sleep(2)
        seconds = 60 if moves % 2 else -60
        moves += bool((await leader.call("command", {"do": "add", "seconds": seconds}))["ok"])
    return moves


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 600)
def test_r1_an_afternoon_that_goes_wrong_all_the_time(own_server: Server, figure: Callable[..., None]) -> None:
    """Half of the kills come in the first sixth of the time, half in the last tenth: in between one process lives
    through everything else, and its memory is looked at."""
    room, chance = Room(own_server, PHONES, conversation="10h"), Random(5)
    length = MINUTES * 60
    begin = time.monotonic()
    first, last, until = begin + length / 6, begin + length * 0.9, begin + length
    early = sorted(chance.uniform(5, length / 6 - 5) for _ in range(KILLS - KILLS // 2))
    late = sorted(chance.uniform(length * 0.9 + 2, length - 10) for _ in range(KILLS // 2))
    kills = [begin + at for at in (*early, *late)]
    memory: list[tuple[float, float]] = []
    backs: list[float] = []

    async def kill_on(crowd: Crowd) -> None:
        for at in kills:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            own_server.kill()
            await asyncio.to_thread(own_server.start)
            ready = time.monotonic()
            await eventually(lambda: sum(p.fresh for p in crowd.phones if not p.asleep) > 0.9 * PHONES * 0.5, 60)
            backs.append(time.monotonic() - ready)

    async def weigh() -> None:
        while time.monotonic() < until:
            if first + 5 < time.monotonic() < last - 5:
                memory.append((time.monotonic(), own_server.resident))
            await asyncio.sleep(2)

    async def cut_now_and_then(proxy: Proxy) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(5, 20))
            proxy.cut(0.1) if chance.random() < 0.7 else proxy.lose_track()

    async def scene() -> tuple[list[Phone], int]:
        leader = room.leader()
        async with Proxy(own_server.port) as proxy, Crowd([leader]), Crowd(room.phones(proxy.port)) as crowd:
            seats = [seat(p) for p in crowd.phones]
            writers = [asyncio.create_task(write_on(phone, 3, WRITES_EVERY)) for phone in crowd.phones]
            moves, *_ = await asyncio.gather(
                lead(leader, until),
                kill_on(crowd),
                weigh(),
                cut_now_and_then(proxy),
                *(misbehave(phone, proxy, until) for phone in crowd.phones),
            )
            await end(writers)
            for phone in crowd.phones:
                phone.wake()
            await crowd.all_fresh()
            await crowd.all_saved(120)
            assert [seat(p) for p in crowd.phones] == seats
            await eventually(lambda: all(clock_of(p) == clock_of(leader) for p in crowd.phones))
            return crowd.phones, moves

    phones, moves = play(scene())
    saved = {id for p in phones for id in p.saved}
    lines = sum(len(p.came_back) for p in phones)
    minutes = f"{MINUTES:g} minutes, {PHONES} phones that sleep, drop, reload and flood, {KILLS} kills"
    print(f"\n{minutes}: {len(saved)} writes acknowledged, {lines} lines opened, {moves} moves of the clock")
    print("back (half of them) after each kill:", [round(b, 2) for b in backs])
    assert not [p.refusal or p.refused for p in phones if p.refused or p.refusal]
    how = f"{minutes}; {len(saved)} acknowledged, {lines} lines opened; everyone in their own triad and role"
    figure("soak: acknowledged and lost", len(lost(own_server, phones)), 0, "", how)
    figure("soak: stored twice", len(stored(own_server)) - len(saved), 0, "", how)
    early_on, in_the_end = (sum(m for _, m in part) / len(part) for part in (memory[:5], memory[-5:]))
    peak = max(m for _, m in memory)
    how = (
        f"{minutes}; {early_on:.1f} MB at minute {(memory[0][0] - begin) / 60:.1f}, {in_the_end:.1f} MB at minute "
        f"{(memory[-1][0] - begin) / 60:.1f}, {peak:.1f} MB at most, one process"
    )
    grown = max(0.0, in_the_end / early_on - 1) * 100
    figure("soak: resident memory grows by", grown, 10, "%", how)


def test_r1_every_promise_stands_in_the_document() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert not [n for n in range(1, 18) if f"| R{n} |" not in page]
