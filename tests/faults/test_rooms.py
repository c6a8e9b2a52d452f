"""Nothing that one room asks for holds up another (R18): what is asked of a full room, and what others feel of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from faults.crowded import Full, Others, ears, told
from faults.figures import share, size
from faults.phone import eventually, play
from live import Server

from workshop.core.groups import Member, form


def hard_draws(people: int) -> dict[str, tuple[list[Member], dict[str, object]]]:
    """What is hardest to draw: by name the members, and what is wished."""
    one = [Member(n, "team") for n in range(people)]
    four = [Member(n, f"team {n % 4}") for n in range(people)]
    huge = [Member(n, "huge" if n < people * 5 // 8 else f"team {n % 30}") for n in range(people)]
    apart = [frozenset(range(at, people, people // 20)) for at in range(20)]
    together = [frozenset({n, n + people // 2}) for n in range(1, 40, 2)]
    order = [n * 7 % people for n in range(people)]
    before = [frozenset(order[at + turn : at + turn + 3]) for turn in range(3) for at in range(0, people, 3)] * 4
    return {
        "one team": (one, {}),
        "20 wishes of 20 apart": (one, {"apart": apart}),
        "one of all apart from 19": (one, {"apart": [frozenset({0, n}) for n in range(1, 20)]}),
        "20 pairs together": (one, {"together": together, "leftovers": "pairs"}),
        "twelve draws before": (one, {"before": before}),
        "all of it at once": (four, {"apart": apart, "before": before}),
        "one huge team and small ones": (huge, {}),
    }


@pytest.mark.parametrize("name", list(hard_draws(400)))
def test_r18_a_draw_is_soon_over(name: str, figure: Callable[..., None]) -> None:
    members, wishes = hard_draws(400)[name]
    took = []
    for seed in range(5):
        since = time.thread_time()
        assert sum(map(len, form(members, seed=seed, mix=True, **wishes))) == 400  # type: ignore[arg-type]
        took.append(time.thread_time() - since)
    figure(f"a draw for 400: {name}", min(took) * 1000, 50, "ms", "processor time, the best of 5")


@pytest.mark.alone
def test_r18_a_draw_for_a_full_room_holds_up_nobody(own_server: Server, figure: Callable[..., None]) -> None:
    people, rooms, times = size(150, 400), size(8, 20), size(1, 5)
    full = Full(own_server, people)
    cut = 0

    async def scene() -> tuple[list[float], list[float]]:
        nonlocal cut
        leader = (await ears(own_server.port, [full.made["lead_token"]], full.made["code"]))[0]
        phones = await ears(own_server.port, full.tokens, full.made["code"])

        async def shown(**command: object) -> None:
            for phone in phones:
                phone.heard.clear()
            assert (await leader.ask("command", **command))["ok"]
            # A snapshot that was still on its way shows the new table too, and then there is nothing left to tell.
            await eventually(lambda: all(phone.heard["group"] or phone.heard["snapshot"] for phone in phones))

        async def draw() -> None:
            for seed in range(times):
                assert (await leader.ask("command", do="form_groups", seed=seed))["ok"]
                await asyncio.sleep(3)
                again = {"do": "form_groups", "seed": seed, "other": True}
                await shown(**again if seed else {"do": "go", "index": 2})
                await asyncio.sleep(4)

        async with Others(own_server, rooms) as others:
            quiet = await others.step_while(lambda: asyncio.sleep(7 * times))
            drawn = await others.step_while(draw)
        cut = sum(not phone.wire.open_still for phone in phones)
        for line in (leader, *phones):
            line.wire.cut()
        return quiet, drawn

    quiet, drawn = play(scene())
    how = f"{people} of one team drawn {2 * times} × while {rooms} rooms step; ms {told(drawn)}, without {told(quiet)}"
    figure("p99 of steps elsewhere during a draw", share(drawn, 0.99) / max(share(quiet, 0.99), 0.02), 1.5, "×", how)
    figure("phones cut by a draw", cut, 0, "phones", how)
