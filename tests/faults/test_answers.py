"""Every event gets an answer, also one that goes wrong inside, and nothing of what went wrong goes out (R12)."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

from faults.conftest import Room, plant
from faults.faulty import SECRET
from faults.figures import size
from faults.phone import Crowd, Phone, eventually, play
from live import Server

from workshop import commands

ID = str(uuid.uuid4())
PAYLOADS: dict[str, dict[str, Any]] = {
    "clock": {},
    "sync": {},
    "command": {"do": "slide", "to": 0},
    "note": {"id": ID, "prompt": "tip", "text": "a", "visibility": "me"},
    "post": {"id": ID, "column": "snags", "text": "a"},
    "recognise": {"post": ID, "on": True},
    "tally": {"id": ID, "round": 1, "counter": "open_question", "by": 1},
    "choose": {"topic": "results"},
    "safe": {"keys": []},
    "hand": {"up": True},
    "sit": {"on": True},
    "leave": {},
    "return": {},
    "erase_me": {},
    "that_is_me": {"circle": ID},
    "seen": {"notice": 1},
}
WRONG: tuple[Any, ...] = (None, 1, "text", [], [[]], {"id": []}, {"text": {"a": 1}}, {"id": ID, "by": "1"}, True, 1e300)


def test_r12_each_handler_that_fails_still_answers(faulty_server: Server, figure: Callable[..., None]) -> None:
    assert set(PAYLOADS) >= set(commands.EVENTS)
    room = Room(faulty_server, 6)
    took: list[float] = []

    async def answered(phone: Phone, event: str, payload: Any) -> dict[str, Any]:
        since = time.monotonic()
        answer = await phone.call(event, payload, 10)
        took.append(time.monotonic() - since)
        assert answer["ok"] or answer["code"] not in ("timeout", "offline"), (event, payload)
        assert SECRET not in str(answer) and "Traceback" not in str(answer)
        if answer.get("code") == "too_fast":
            await asyncio.sleep(0.3)
            return await answered(phone, event, payload)
        return answer

    async def scene() -> None:
        async with Crowd([*room.phones(), room.leader()]) as crowd:
            phone, leader = crowd.phones[0], crowd.phones[-1]
            for event in commands.EVENTS:
                speaker = leader if event == "command" else phone
                if event != "sync":
                    plant(faulty_server, event)
                    assert (await answered(speaker, event, PAYLOADS[event]))["code"] == "failed", event
            plant(faulty_server, "told")  # it is stored, only nobody could be told
            assert (await answered(phone, "post", PAYLOADS["post"]))["ok"]
            plant(faulty_server, "snapshot")
            assert (await answered(phone, "sync", {}))["ok"]
            plant(faulty_server, "")
            assert (await answered(phone, "note", PAYLOADS["note"]))["ok"]
            for event in ("nothing", "message", "disconnect", "connect", "*", "", "note ", "x" * 500):
                assert (await answered(phone, event, {}))["code"] == "not_found", event
            for event in commands.EVENTS:
                for payload in WRONG[:: size(3, 1)]:
                    if PAYLOADS[event] or not isinstance(payload, dict | None):
                        speaker = leader if event == "command" else phone
                        await answered(speaker, event, payload)

    play(scene())
    figure("slowest answer", max(took), 5, "s", f"{len(took)} events: a fault in each handler, unknown, of wrong types")


def test_r12_a_door_that_fails_strands_nobody(faulty_server: Server, figure: Callable[..., None]) -> None:
    room = Room(faulty_server, 6)

    async def scene() -> list[float]:
        async with Crowd(room.phones()) as crowd:
            took = []
            for fault, seconds in (("connect", size(1, 4)), ("snapshot", 4)):
                plant(faulty_server, fault)
                for phone in crowd.phones:
                    phone.drop()
                await asyncio.sleep(seconds)
                assert not any(p.fresh or p.refusal for p in crowd.phones)
                since = time.monotonic()
                plant(faulty_server, "")
                await eventually(lambda: all(p.fresh for p in crowd.phones))
                took.append(time.monotonic() - since)
            return took

    took = play(scene())
    figure("in again after the door, or the snapshot, had failed", max(took), 6, "s", "6 phones, seconds of failing")
