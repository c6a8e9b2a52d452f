"""Every holder × every event, command, address and way to open a line."""

from __future__ import annotations

import pytest
from matrix.afternoon import Afternoon
from matrix.promise import ADDRESSES, COMMANDS, EVENTS, HOLDERS, LEADERS, NEVER_SENT, OPENS, SIGNED_IN, THEIR_LEADERS


def differences(rows: dict[object, tuple[object, object]]) -> str:
    """What was to be and what was, a line each, where these are not the same."""
    return "\n".join(f"{key}: {found}, not {wanted}" for key, (wanted, found) in rows.items() if wanted != found)


def test_who_opens_a_line(afternoon: Afternoon) -> None:
    wanted = {name: {way for way, holders in OPENS.items() if name in holders} for name in HOLDERS}
    assert {name: afternoon.opened[name] for name in HOLDERS} == wanted


def test_who_says_what(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for event, says in EVENTS.items():
        rows: dict[object, tuple[object, object]] = {}
        for (said, name), answer in afternoon.said.items():
            if said == event:
                wanted = "ok" if name in says.ok else says.otherwise.get(name, "forbidden")
                rows[name] = wanted, answer.get("code", "ok")
        with subtests.test(event):
            assert len(rows) > 3 and not differences(rows), differences(rows)


def test_only_leaders_command(afternoon: Afternoon) -> None:
    rows: dict[object, tuple[object, object]] = {}
    for (command, name), answer in afternoon.commanded.items():
        code = answer.get("code", "ok")
        if command in NEVER_SENT:
            rows[command, name] = "invalid", code
        elif name in LEADERS:
            rows[command, name] = False, code in ("forbidden", "unauthorized", "failed")
        elif name not in THEIR_LEADERS:
            rows[command, name] = "forbidden", code
    assert {name for _, name in afternoon.commanded} >= LEADERS and {c for c, _ in afternoon.commanded} >= set(COMMANDS)
    assert not differences(rows), differences(rows)


def test_a_leader_of_another_room_hears_of_this_one_what_is_nowhere(afternoon: Afternoon) -> None:
    rows: dict[object, tuple[object, object]] = {}
    for command, nowhere in afternoon.in_vain.items():
        answer = afternoon.commanded[command, "their leader"]
        rows[command] = (
            [nowhere.get(k) for k in ("ok", "code", "detail")],
            [answer.get(k) for k in ("ok", "code", "detail")],
        )
    assert len(rows) > 10 and not differences(rows), differences(rows)


def test_who_is_answered_at_an_address(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for address, asks in ADDRESSES.items():
        rows: dict[object, tuple[object, object]] = {}
        for name in HOLDERS:
            if (address, name) in afternoon.answers:
                found = afternoon.answers[address, name]
                refused = {404} if asks.hidden and name in SIGNED_IN else set(asks.refused)
                wanted = {asks.ok} if name in asks.may else refused
                rows[name] = True, found <= wanted or (found, wanted)
        with subtests.test(address):
            assert len(rows) > 4 and not differences(rows), differences(rows)


def test_a_form_does_nothing_without_the_word_of_its_page(afternoon: Afternoon) -> None:
    assert {what for what, _ in afternoon.unguarded} == {what for what, asks in ADDRESSES.items() if asks.guarded}
    assert {answer.status for answer in afternoon.unguarded.values()} == {400}
    for (what, name), answer in afternoon.bodies.items():
        if ADDRESSES[what].guarded and name in ADDRESSES[what].may:
            assert answer.body != afternoon.unguarded[what, name].body, f"{what}: {name} may, and had the word"


def test_a_page_of_another_site_does_nothing_in_a_visitors_browser(afternoon: Afternoon) -> None:
    assert {what.rpartition(" (")[0] for what, _ in afternoon.foreign} == {
        what for what, asks in ADDRESSES.items() if asks.may and not what.startswith("GET ")
    }
    rows: dict[object, tuple[object, object]] = {
        key: ((403, None), (answer.status, answer.headers["Set-Cookie"])) for key, answer in afternoon.foreign.items()
    }
    assert not differences(rows), differences(rows)


def test_the_organiser_sorts_the_wall_by_the_forms_of_the_page(afternoon: Afternoon) -> None:
    assert afternoon.answers["a theme", "organiser page"] == {303}


def test_whoever_adopted_a_room_erases_it(afternoon: Afternoon) -> None:
    assert afternoon.adopted == 302


def test_every_phone_is_told_at_once_that_another_one_came(afternoon: Afternoon) -> None:
    assert afternoon.told_of == {"client", "second"}


def test_whoever_tries_what_they_may_not_changes_nothing(afternoon: Afternoon) -> None:
    for what, (before, after) in afternoon.untouched.items():
        assert before == after, what


def test_the_secret_stands_in_the_qr_code_of_leaders_and_the_screen(afternoon: Afternoon) -> None:
    pictures = {name: afternoon.bodies["GET /qr/<code>.svg", name].body for name in HOLDERS}
    secret = pictures["screen"]
    assert {name for name, picture in pictures.items() if picture == secret} == LEADERS | {"screen"}
    assert len(set(pictures.values())) == 2


def test_every_command_of_the_command_line_ran(afternoon: Afternoon) -> None:
    ended = {name: (status, said) for name, (status, said) in afternoon.commands.items()}
    cannot = {"rehearse", "restore", "move"}  # the room is closed, and a server runs
    assert {name for name, end in ended.items() if end[0]} == cannot, ended


def test_what_is_refused_tells_nothing(afternoon: Afternoon) -> None:
    """Two things that one may not know of are answered alike, whether they are there or not."""
    told = {what: (a["code"], a["detail"]) for what, a in afternoon.refused.items() if not a["ok"]}
    assert told["recognise a hidden line"] == told["recognise no line"]
    assert told["seen a notice to others"] == told["seen no notice"]
    assert {told[what][0] for what in told if what.startswith("a line over")} == {"forbidden"}
    assert len([what for what in told if what.startswith("a line over")]) == 3
    same = {code for what, code in told.items() if what.startswith("that is me")}
    assert len(same) == 1 and len([what for what in told if what.startswith("that is me")]) == 4
    assert "the sheet, for the organiser" in told and "the sheet, for the organiser after all" in told
