"""Lines that break and are there again: the network goes away, or dies without a word, or the server does (R4, R5, R6,
R9, R10, R16)."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

from faults.conftest import Room, seat
from faults.figures import size
from faults.phone import Crowd, Phone, end, eventually, play
from faults.proxy import Proxy
from faults.test_writing import lost, stored, write_on
from faults.wire import Wire
from live import Server


def same_afternoon(phones: list[Phone], seats: list[object], step: dict[str, object]) -> None:
    """Everyone sits where they sat, is what they were, and the clock runs on to the same moment."""
    assert [seat(phone) for phone in phones] == seats
    assert [phone.step["index"] for phone in phones] == [step["index"]] * len(phones)
    assert [phone.step["clock"] for phone in phones] == [phone.step["clock"] | step["clock"] for phone in phones]  # type: ignore[operator]


def clock_of(phone: Phone) -> dict[str, object]:
    """Where the room is, without what differs from moment to moment."""
    return {"index": phone.step["index"], "clock": {k: phone.step["clock"][k] for k in ("state", "length", "ends_at")}}


async def back(phones: list[Phone], since: float, patience: float = 60.0) -> list[float]:
    """Seconds after `since` at which each had its snapshot, and with it everything."""
    await eventually(lambda: all(p.fresh and p.came_back[-1] >= since for p in phones), patience)
    return [next(at for at in p.came_back if at >= since) - since for p in phones]


def test_r4_everything_is_there_again_after_a_time_without_network(
    sqlite_server: Server, figure: Callable[..., None]
) -> None:
    room, seconds = Room(sqlite_server, size(21, 51)), size(2, 60)

    async def scene() -> list[float]:
        async with Proxy(sqlite_server.port) as proxy, Crowd(room.phones(proxy.port)) as crowd:
            seats, step = [seat(p) for p in crowd.phones], clock_of(crowd.phones[0])
            proxy.unplug()
            await eventually(lambda: not any(p.fresh for p in crowd.phones))
            await asyncio.sleep(seconds)
            since = time.monotonic()
            proxy.heal()
            took = await back(crowd.phones, since)
            same_afternoon(crowd.phones, seats, step)  # type: ignore[arg-type]
            return took

    took = play(scene())
    figure("own seat, role, card and time again", max(took), 5, "s", f"{len(took)} phones, {seconds} s without network")


def test_r5_a_network_that_dies_silently_is_noticed(sqlite_server: Server, figure: Callable[..., None]) -> None:
    room = Room(sqlite_server, size(12, 51))

    async def scene() -> tuple[list[float], list[float]]:
        async with Proxy(sqlite_server.port) as proxy, Crowd(room.phones(proxy.port)) as crowd:
            await asyncio.sleep(crowd.phones[0].chance.uniform(0, 2.5))
            since = time.monotonic()
            proxy.lose_track()
            took = await back(crowd.phones, since)
            return [next(at for at in p.noticed if at >= since) - since for p in crowd.phones], took

    noticed, took = play(scene())
    figure("noticed", max(noticed), 5, "s", f"{len(took)} phones on connections that swallow everything")
    figure("back", max(took), 8, "s", f"{len(took)} phones on connections that swallow everything")


def test_r6_phones_are_back_after_the_server_was_killed(own_server: Server, figure: Callable[..., None]) -> None:
    room, rounds = Room(own_server, size(42, 201)), size(1, 5)

    async def scene() -> list[float]:
        worst = []
        async with Crowd(room.phones()) as crowd:
            seats, step = [seat(p) for p in crowd.phones], clock_of(crowd.phones[0])
            for _ in range(rounds):
                since = time.monotonic()
                own_server.kill()
                await asyncio.to_thread(own_server.start)
                ready = time.monotonic()
                took = await back(crowd.phones, since)
                worst.append(max(took) - (ready - since))
                same_afternoon(crowd.phones, seats, step)  # type: ignore[arg-type]
        return worst

    worst = play(scene())
    how = f"{len(room.joined)} phones, killed {rounds} × in a conversation; everyone at their table, the clock runs on"
    figure("all back after it is ready", max(0.0, *worst), 3, "s", how)


def test_r9_a_silent_phone_is_away_and_keeps_its_seat(sqlite_server: Server, figure: Callable[..., None]) -> None:
    """And a phone that came back over another line stays here, however late its old line says goodbye."""
    room = Room(sqlite_server, 3)
    dots: list[tuple[float, int, bool]] = []

    def watch(event: str, payload: dict[str, list[dict[str, int]]]) -> None:
        if event == "people":
            dots.extend((time.monotonic(), p["id"], bool(p["here"])) for p in payload["changed"])

    async def scene() -> float:
        leader = room.leader()
        leader.on = watch  # type: ignore[assignment]
        async with Proxy(sqlite_server.port) as proxy, Crowd([leader]), Crowd(room.phones(proxy.port)) as crowd:
            silent, faithful, _ = crowd.phones
            nameless = [await Wire.open(sqlite_server.port, lambda _: None) for _ in range(5)]
            ids = [p.snapshot["me"]["id"] for p in crowd.phones[:2]]
            before = seat(silent)
            since = time.monotonic()
            proxy.lose_track()  # all three; the other two notice it and come back over another line
            silent.probing = False
            silent._hear = lambda text: None  # type: ignore[method-assign]
            away = await eventually(lambda: [at for at, i, here in dots if at > since and i == ids[0] and not here], 45)
            took = away[0] - since
            await eventually(lambda: time.monotonic() > since + 20, 30)  # the old line of the other is buried by now
            assert [here for at, i, here in dots if i == ids[1] and at > since + 8] in ([], [True])
            assert faithful.fresh
            await eventually(lambda: not any(wire.open_still for wire in nameless), 20)  # R14: they never said whose
            del silent._hear
            silent.drop()
            await eventually(lambda: silent.fresh)
            assert seat(silent) == before
            return took

    figure("shown as away", play(scene()), 20, "s", "a phone that says nothing more; its seat is kept")


def test_r10_many_reloads_and_phones_are_one_person(sqlite_server: Server, figure: Callable[..., None]) -> None:
    room, reloads = Room(sqlite_server, 3), size(6, 100)

    async def scene() -> int:
        async with Crowd([*room.phones(), room.leader()]) as crowd:
            one, leader = crowd.phones[0], crowd.phones[-1]
            for _ in range(reloads):
                count = len(one.came_back)
                one.drop()
                await eventually(lambda count=count: len(one.came_back) > count and one.fresh)  # type: ignore[misc]
            async with Crowd(Phone(one.port, one.token, one.chance, code=one.code) for _ in range(1)) as other:
                newest = other.phones[0]
                await eventually(lambda: newest.pen and one.pen is False)
                assert newest.snapshot["me"]["id"] == one.snapshot["me"]["id"] and seat(newest) == seat(one)
            await eventually(lambda: one.pen)
            assert (await leader.call("sync"))["ok"]
            await eventually(lambda: leader.heard["snapshot"] > 1)
            return len(leader.snapshot["people"])

    people = play(scene())
    figure("counted too many", people - 3, 0, "people", f"{reloads} reloads and a second phone")


def test_r10_a_fourth_line_takes_the_place_of_the_first(sqlite_server: Server) -> None:
    room = Room(sqlite_server, 3)

    async def scene() -> None:
        token = room.joined[0]["token"]
        phones = [Phone(sqlite_server.port, token, room.chance, code=room.code) for _ in range(4)]
        async with Crowd(phones[:3]), Crowd(phones[3:]):
            await eventually(lambda: sum(p.connected for p in phones) == 3 and phones[3].connected)

    play(scene())


def test_r16_sigterm_under_load_loses_nothing(own_server: Server, figure: Callable[..., None]) -> None:
    room, rounds = Room(own_server, size(20, 60)), size(1, 10)

    async def scene() -> tuple[list[float], list[Phone]]:
        took = []
        async with Crowd(room.phones()) as crowd:
            writers = [asyncio.create_task(write_on(phone)) for phone in crowd.phones]
            for _ in range(rounds):
                await asyncio.sleep(room.chance.uniform(0.8, 1.6))
                assert own_server.process is not None
                since = time.monotonic()
                own_server.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(own_server.process.wait)
                took.append(time.monotonic() - since)
                assert own_server.process.returncode == 0
                await asyncio.to_thread(own_server.start)
                await crowd.all_fresh()  # by themselves: nobody said goodbye to them
            await end(writers)
            await crowd.all_saved()
            return took, crowd.phones

    took, phones = play(scene())
    how = f"{rounds} × under the load of {len(phones)} writers"
    figure("exit after SIGTERM", max(took), 5, "s", how)
    assert {id for p in phones for id in p.saved} <= stored(own_server).keys()
    figure("acknowledged and lost", len(lost(own_server, phones)), 0, "", how)
