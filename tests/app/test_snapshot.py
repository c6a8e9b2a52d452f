"""A snapshot and the events after it are a fresh snapshot, whatever happened in between (R17).

Everything that a client can say happens, on a real server; what each page then knows, folded by the pages' own state.js
out of all that it heard, is field by field what a page would know that came in anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from happenings import Afternoon, afternoon, without_a_case
from live import Line, Server
from pages import Pages, assert_fresh, pages

Dial = Callable[..., Line]


@pytest.fixture(scope="module")
def folded() -> Iterator[Pages]:
    """What pages know."""
    with pages() as found:
        yield found


def test_everything_that_a_client_can_say_has_a_case() -> None:
    assert not without_a_case(), "tests/happenings.py has a case for each"


@pytest.mark.parametrize("seed", range(3))
def test_events_keep_a_snapshot_fresh(sqlite_server: Server, dial: Dial, folded: Pages, seed: int) -> None:
    here = Afternoon(sqlite_server, folded, dial, random.Random(seed))
    afternoon(here, 200)
    for line in here.lines:
        assert_fresh(folded, line)


def test_what_an_observer_writes_for_the_table_is_on_their_own_phone_at_once(sqlite_server: Server, dial: Dial) -> None:
    """Those who may not read it yet hear nothing."""
    made = sqlite_server.create()
    leader = dial(sqlite_server, made["lead_token"])
    phones = [dial(sqlite_server, sqlite_server.join(made["code"], name)["token"]) for name in ("Noor", "Sem", "Bo")]
    leader.do("go", index=4)
    observer = next(phone for phone in phones if phone.role(1) == "observer")
    assert observer.note("agreed", "one question at a time", "group")["ok"]
    observer.wait("group", lambda group: [one["text"] for one in group["agreed"]] == ["one question at a time"])
    for phone in phones:
        assert phone is observer or not phone.group["agreed"]  # type: ignore[index]


def test_to_let_someone_in_who_is_in_is_nothing(sqlite_server: Server, dial: Dial) -> None:
    made = sqlite_server.create()
    leader, noor = dial(sqlite_server, made["lead_token"]), sqlite_server.join(made["code"], "Noor")
    leader.do("restore", person=noor["person"])
    leader.do("rename", person=noor["person"], name="Noor B")
    assert [line["did"] for line in leader.wait("trail")] == ["rename"]


def test_what_a_command_writes_beside_the_server_is_told_to_leaders_who_are_in(server: Server, dial: Dial) -> None:
    made = server.create()
    leader = dial(server, made["lead_token"])
    assert server.workshop("export", made["code"], "--format", "csv").returncode == 0
    assert [line["did"] for line in leader.wait("trail")] == ["reflections"]
    assert server.workshop("links", made["code"], "--replace", "organiser").returncode == 0
    leader.wait("trail", lambda trail: [line["did"] for line in trail] == ["reflections", "organisers_link"])
    leader.wait("links", lambda links: links["organiser"]["since"])
