"""What was acknowledged is stored, once, whatever happens to the server and the network (R1, R2, R3)."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from random import Random

from faults.conftest import Room, plant
from faults.figures import size
from faults.phone import Crowd, Phone, end, eventually, play
from faults.proxy import Proxy
from live import Server
from sqlalchemy import select, text

from workshop.models import Note, Post


def stored(server: Server, people: set[int] | None = None) -> dict[str, str]:
    """Every note and post there is, or those of some people, by its id."""
    with server.database.reading() as session:
        kinds = [select(kind.id, kind.text, kind.person_id) for kind in (Note, Post)]
        rows = [(id, text) for kind in kinds for id, text, who in session.execute(kind) if not people or who in people]
        assert len(rows) == len({id for id, _ in rows}), "something is stored twice"
        return {row[0]: row[1] for row in rows}


def lost(server: Server, phones: list[Phone]) -> list[str]:
    """What a phone was told is saved and is not there, or not as it was written."""
    there = stored(server, {p.snapshot["me"]["id"] for p in phones})
    return [id for p in phones for id, (_, payload) in p.saved.items() if there.get(id) != payload["text"]]


async def write_on(phone: Phone, most_waiting: int = 3, pause: float = 0.12) -> None:
    """Writes without end, as fast as one person may."""
    n = 0
    while True:
        await asyncio.sleep(pause * phone.chance.uniform(0.5, 1.5))
        if len(phone.waiting) < most_waiting:
            n += 1
            (phone.post if n % 4 == 0 else phone.note)(f"{phone.name}, line {n}")


def test_r1_an_acknowledged_write_survives_kill_9(own_server: Server, figure: Callable[..., None]) -> None:
    if not own_server.database.shared:
        with own_server.database.reading() as session:
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA synchronous")) == 2  # FULL
    kills, enough, chance = size(2, 20), size(200, 10_000), Random(7)
    room = Room(own_server, size(20, 200))

    async def scene() -> list[Phone]:
        async with Crowd(room.phones()) as crowd:
            # At full size 250 a second together: nobody comes to the end of what one person may write.
            writers = [asyncio.create_task(write_on(phone, pause=size(0.12, 0.8))) for phone in crowd.phones]
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0.5, 1.5))
                own_server.kill()
                await asyncio.to_thread(own_server.start)
                await crowd.all_fresh()
            await eventually(lambda: sum(len(p.saved) for p in crowd.phones) >= enough, 300)
            await end(writers)
            await crowd.all_saved()
            return crowd.phones

    phones = play(scene())
    saved = sum(len(p.saved) for p in phones)
    assert not any(p.refused for p in phones)
    figure("acknowledged and lost", len(lost(own_server, phones)), 0, "", f"{saved} acknowledged over {kills} kills")
    figure("not acknowledged in the end", sum(len(p.waiting) for p in phones), 0, "", f"of {saved}")


def test_r2_stored_once_however_often_it_is_sent(faulty_server: Server, figure: Callable[..., None]) -> None:
    room = Room(faulty_server, 6)
    each = size(8, 200)

    async def scene() -> list[Phone]:
        async with Proxy(faulty_server.port) as proxy, Crowd(room.phones(proxy.port)) as crowd:
            sent = 0
            for phone in crowd.phones:  # every message one to five times, in a row and later again
                for n in range(each):
                    id, words = str(uuid.UUID(int=phone.chance.getrandbits(128), version=4)), f"replayed {n}"
                    for _ in range(phone.chance.randint(1, 5)):
                        payload = {"id": id, "prompt": "tip", "text": words, "visibility": "me"}
                        while not (answer := await phone.call("note", payload))["ok"]:
                            assert answer["code"] in ("too_fast", "busy", "offline", "timeout"), answer
                            await asyncio.sleep(0.2)
                        sent += 1
                    phone.saved[id] = ("note", {"text": words})
            for phone in crowd.phones:  # acknowledgements that never arrive
                phone.note("sent into the silence")
                phone.post("sent into the silence, too")
            proxy.down.silent = True
            await asyncio.sleep(0.3)
            proxy.cut()
            proxy.heal()
            await crowd.all_saved()
            plant(faulty_server, "crash")  # the process dies between commit and acknowledgement
            before = len(stored(faulty_server))
            crowd.phones[0].note("stored, and nobody could say so")
            assert faulty_server.process is not None
            await eventually(lambda: faulty_server.process.poll() == 9)  # type: ignore[union-attr]
            assert len(stored(faulty_server)) == before + 1
            plant(faulty_server, "")
            await asyncio.to_thread(faulty_server.start)
            await crowd.all_saved()
            assert len(stored(faulty_server)) == before + 1
            return crowd.phones

    phones = play(scene())
    ids = {id for p in phones for id in p.saved}
    assert not lost(faulty_server, phones)
    extra = len(stored(faulty_server)) - len(ids)
    figure("stored more than once", extra, 0, "", f"{len(ids)} messages, each sent 1 to 5 times, one crash in between")


def test_r2_a_repeated_write_is_answered_as_before_when_the_room_is_closed(own_server: Server) -> None:
    room = Room(own_server, 3)

    async def scene() -> None:
        async with Crowd([*room.phones(), room.leader()]) as crowd:
            phone, leader = crowd.phones[0], crowd.phones[-1]
            note = {"id": str(uuid.uuid4()), "prompt": "tip", "text": "kept", "visibility": "group"}
            post = {"id": str(uuid.uuid4()), "column": "snags", "text": "kept", "signed": False}
            assert (await phone.call("note", note))["ok"] and (await phone.call("post", post))["ok"]
            assert (await leader.call("command", {"do": "close"}))["ok"]
            assert (await phone.call("note", note))["ok"] and (await phone.call("post", post))["ok"]
            assert (await phone.call("note", note | {"text": "changed"}))["code"] == "closed"
            assert (await phone.call("post", post | {"text": "changed"}))["code"] == "closed"

    play(scene())


def test_r3_saved_is_stored_and_waiting_arrives_later(own_server: Server, figure: Callable[..., None]) -> None:
    """The rules of the outbox over a bad line; the page's own outbox is tested in a browser (tests/browser)."""
    room = Room(own_server, size(6, 60))
    seconds = size(2, 60)

    async def scene() -> list[Phone]:
        async with Proxy(own_server.port) as proxy, Crowd(room.phones(proxy.port)) as crowd:
            proxy.up.delay = proxy.down.delay = (5, 60)
            writers = [asyncio.create_task(write_on(phone, 10, 0.25)) for phone in crowd.phones]
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                await asyncio.sleep(0.5)
                proxy.cut(0.2)
                said = {id for p in crowd.phones for id in p.saved}
                assert said <= stored(own_server).keys()  # *saved* is true at every moment, not only in the end
            await end(writers)
            await crowd.all_saved()
            return crowd.phones

    phones = play(scene())
    count = sum(len(p.saved) for p in phones)
    how = f"{count} notes and posts, a fifth of the lines cut twice a second for {seconds} s"
    figure("called saved and not stored, or waiting for ever", len(lost(own_server, phones)), 0, "", how)
