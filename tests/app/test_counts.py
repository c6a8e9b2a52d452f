"""What things cost, in counts: statements, rows, messages (W2 and W3 of docs/performance.md)."""

from __future__ import annotations

import gc
import time
import tracemalloc
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.app.in_process import room, statements
from workshop import changing, handing, live, streams
from workshop.access import Holder, keys
from workshop.commands.groups import FormGroups
from workshop.core.errors import Refused
from workshop.core.run import Go, Next
from workshop.database import Database
from workshop.extensions import db, now
from workshop.models import Note, Person, Room
from workshop.room.room import Group
from workshop.rooms import (
    bounds,
    circles,
    counting,
    drafts,
    grouping,
    joining,
    noticing,
    on_wall,
    running,
    wall,
    writing,
)
from workshop.rooms.change import Change
from workshop.streams import Reader
from workshop.telling import snapshots


def test_a_room_of_300_with_3000_notes_takes_five_megabytes_and_is_let_go(app: Flask) -> None:
    made, people = full_room(300)
    with db.writing() as session:
        session.add_all(
            Note(
                circle=f"{person:036}", id=str(uuid.uuid4()), person_id=person, room_id=made.id, prompt="tip",
                text="What I would do differently next time, in one sentence of a usual length.", visibility="me",
                written_at=n, changed_at=n,
            )
            for person in people for n in range(10)
        )  # fmt: skip
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    streams.snapshot(Reader(live.there(made.id), Holder(made.id, "leader")), {}, now())
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before <= 5_000_000
    live.let_go_idle(time.monotonic())
    assert made.id in live.held()
    live.let_go_idle(time.monotonic() + live.IDLE_SECONDS + 1)
    assert live.held() == []
    assert len(live.there(made.id).notes) == 3000


def test_what_a_command_writes_reads_no_room_in_which_nobody_is(app: Flask) -> None:
    rooms = [room() for _ in range(3)]
    for made in rooms:
        live.there(made.id)
    beside = Database()
    beside.connect(str(db.engine.url))
    with beside.writing() as session:
        session.execute(text("UPDATE rooms SET label = 'by a command'"))
    beside.disconnect()
    live.notice_others()
    assert len(live.untold()) == 3
    with statements() as said:
        handing.tell_all_written()
    assert said == [] and live.untold() == [] and live.held() == []
    assert live.there(rooms[0].id).label == "by a command"


def test_a_join_is_two_rows_and_no_question(app: Flask) -> None:
    made = room()
    live.there(made.id)  # is held from the first time somebody asks
    key = keys.key(made, "join")
    with app.test_client() as client:
        client.post(f"/api/rooms/{made.code}/people", json={"name": "Sem", "key": key})  # numbers are set aside
        with statements() as said:
            answer = client.post(f"/api/rooms/{made.code}/people", json={"name": "Noor", "key": key})
            assert live.known(answer.json["token"]) is not None, "nor is one asked when they open a line"
    assert answer.status_code == 201
    assert [sql.split()[:3] for sql in said] == [["INSERT", "INTO", "people"], ["INSERT", "INTO", "phones"]]
    with app.test_client() as client, statements() as said:
        assert client.post(f"/api/rooms/{made.code}/people", json={"name": "Eva"}).status_code == 201
    assert len(said) <= 3, "by the code alone a guess is counted, and the room looked up"


def test_what_a_phone_says_is_one_row_and_no_question(app: Flask) -> None:
    made = room()
    with changing.changing(made.id) as change:
        ids = [joining.join(change, f"P{number}")[0].id for number in range(6)]
    for _ in range(5):  # into the first conversation
        with changing.changing(made.id) as change:
            running.command(change, Next(), None)
    held = live.there(made.id)
    writers = [circles.Writer(id, held.phones_of(id)[0].circle) for id in ids]
    observer = next(w for w in writers if (seat := held.seat_of(w.person)) and seat.roles[0] == "observer")
    note, line = str(uuid.uuid4()), str(uuid.uuid4())
    said: dict[str, tuple[Callable[[Change], None], str]] = {
        "note": (lambda change: writing.note(change, writers[0], note, "tip", "a line", "group", None), "INSERT"),
        "note again": (lambda change: writing.note(change, writers[0], note, "tip", "more", "group", None), "UPDATE"),
        "post": (lambda change: wall.post(change, writers[0], line, "snags", "a line", True), "INSERT"),
        "recognise": (lambda change: wall.recognise(change, writers[1], line, True), "INSERT"),
        "no longer": (lambda change: wall.recognise(change, writers[1], line, False), "DELETE"),
        "tally": (lambda change: writing.tally(change, observer, str(uuid.uuid4()), 1, "open", 1), "INSERT"),
    }
    for what, (do, statement) in said.items():
        with statements() as ran:
            changing.change(made.id, do)
        assert [sql.split()[0] for sql in ran] == [statement], (what, ran)
    phone = Holder(made.id, "person", ids[0], circle=writers[0].circle)
    with statements() as ran:
        snapshots.pulse("a line", phone)
        streams.snapshot(Reader(live.there(made.id), Holder(made.id, "leader")), {}, now())
        streams.snapshot(Reader(live.there(made.id), phone), {}, now())
    assert ran == []


@pytest.mark.parametrize("people", [6, 60])
def test_a_step_is_one_row_whoever_is_there(app: Flask, people: int) -> None:
    made = room()
    with changing.changing(made.id) as change:
        for number in range(people):
            joining.join(change, f"P{number}")
        running.command(change, Go(4), None)  # into the first conversation
    commits: list[object] = []
    event.listen(db.writer, "commit", commits.append)
    with statements() as said:
        changing.change(made.id, lambda change: running.command(change, Next(), None))
    assert [sql.split()[:2] for sql in said] == [["UPDATE", "rooms"]]
    assert len(commits) == 1


def test_what_is_emptied_after_erasing_is_no_word_of_somebody_else(app: Flask) -> None:
    made = room()
    with changing.changing(made.id) as change:
        joining.join(change, "Noor")
    live.there(made.id)
    db.forget()
    while db.owes_forgetting:  # somebody still read
        db.forget()
    with statements() as ran:
        live.there(made.id)
    assert ran == [], "the room is still held"


def test_what_leaders_are_told_in_numbers_costs_the_same_for_all(app: Flask) -> None:
    said = {people: _counting(people) for people in (6, 60)}
    assert said[6] == said[60] == {"progress": 0, "notices": 0, "wall": 0}


def _counting(people: int) -> dict[str, int]:
    """How many statements each takes in a room in its first round, with so many people, who all wrote and posted."""
    made = room()
    with changing.changing(made.id) as change:
        ids = [joining.join(change, f"P{number}")[0].id for number in range(people)]
        writers = [circles.Writer(id, circles.new()) for id in ids]
        running.command(change, Go(3), None)
    with changing.changing(made.id) as change:
        for person in writers:
            writing.note(change, person, str(uuid.uuid4()), "tip", "a line", "group", None)
            wall.post(change, person, str(uuid.uuid4()), "snags", "a line", False)
        for _ in range(people // 6):
            noticing.say(change, "a word")
    counts = {}
    for name, told in (
        ("progress", counting.progress),
        ("notices", counting.notices),
        ("wall", on_wall.wall),
    ):
        with statements() as said:
            told(live.there(made.id))
        counts[name] = len(said)
    return counts


def test_a_draw_takes_as_many_statements_for_many_people_as_for_few(app: Flask) -> None:
    took = {}
    for people in (12, 120):
        made = room()
        with db.writing() as session:
            session.add_all(Person(room_id=made.id, name=f"P{n}", team="T", joined_at=1) for n in range(people))
        live.there(made.id)
        live.new_id(Group)  # numbers are set aside
        for shown in (False, True):
            if shown:
                with changing.changing(made.id) as change:
                    running.command(
                        change, Go(next(i for i, s in enumerate(made.steps) if s["kind"] == "groups")), None
                    )
            for seed in (1, 2):
                with statements() as said, changing.changing(made.id) as change:
                    drafts.redraw(change, seed, mix=True, other=True)
                took[people, shown, seed] = len(said)
    for (people, *rest), count in took.items():
        assert count == took[(12, *rest)] <= 5, (people, rest, took)


def full_room(people: int) -> tuple[Room, list[int]]:
    """A room with so many people in it; and who they are."""
    made = room()
    with db.writing() as session:
        there = [Person(room_id=made.id, name=f"P{n}", team=f"T{n % 4}", joined_at=1) for n in range(people)]
        session.add_all(there)
        session.flush()
        return made, [person.id for person in there]


def test_a_draw_for_a_full_room_is_worked_out_before_anything_is_written(app: Flask) -> None:
    made, people = full_room(60)
    live.there(made.id)
    live.new_id(Group)
    with statements() as said, changing.changing(made.id) as change:
        FormGroups(seed=7).do_it(change)
        assert said == [], "nothing is asked for it either"
        drawn = list(grouping.who_sits(change.value).values())
    assert sorted(person for table in drawn for person in table) == people
    assert list(grouping.who_sits(live.there(made.id)).values()) == drawn


def test_a_draw_of_people_who_are_others_by_now_is_drawn_again(app: Flask) -> None:
    made, people = full_room(60)
    came: list[str] = []

    def draw(change: Change) -> None:
        FormGroups(seed=7).do_it(change)
        if not came:
            came.append("Noor")
            with db.writing() as session:
                session.add(Person(room_id=made.id, name=came[0], joined_at=2))

    changing.change(made.id, draw)
    seated = [person for table in grouping.who_sits(live.there(made.id)).values() for person in table]
    assert len(seated) == len(people) + 1


def test_wishes_that_cannot_be_kept_are_refused_in_a_full_room_too(app: Flask) -> None:
    made, people = full_room(60)
    with changing.changing(made.id) as change:
        grouping.wish(change, "together", people[:2])
        grouping.wish(change, "together", people[1:3])
        grouping.wish(change, "apart", [people[0], people[2]])
    draw = FormGroups(seed=7)
    with pytest.raises(Refused) as refused, changing.changing(made.id) as change:
        draw.do_it(change)
    assert refused.value.code == "invalid"


def test_a_room_has_a_hundred_wishes_at_most(app: Flask) -> None:
    made = room()
    with db.writing() as session:
        people = [Person(room_id=made.id, name=f"P{n}", joined_at=1) for n in range(bounds.WISHES.many + 2)]
        session.add_all(people)
        session.flush()
        ids = [person.id for person in people]
    with changing.changing(made.id) as change:
        for other in ids[1:-1]:
            grouping.wish(change, "apart", [ids[0], other])
        grouping.wish(change, "together", ids[:2])  # in place of what was wished about these two
        with pytest.raises(Refused, match="as many wishes"):
            grouping.wish(change, "apart", ids[-2:])
        grouping.wish(change, None, ids[:2])
        grouping.wish(change, "apart", ids[-2:])
