"""Who comes to see what: every canary in every message, body, header, file, and in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from matrix.afternoon import Afternoon
from matrix.promise import FIELDS, IS_MINE, PHASES, ROOM, SEES


def by(phases: dict[str, frozenset[str]], phase: str) -> frozenset[str]:
    """Who sees it in this phase: what it does not say is as in the one before."""
    told = [phases[one] for one in PHASES[: PHASES.index(phase) + 1] if one in phases]
    return told[-1] if told else frozenset()


def found(afternoon: Afternoon, secret: str) -> dict[str, dict[str, str]]:
    """Who saw a text, in which phase for the first time, and where."""
    text = secret.encode()
    whole = (
        re.compile(rb"(?<!\d)" + text + rb"(?!\d)") if secret.isdigit() else None
    )  # a number may hold digits by chance
    seen: dict[str, dict[str, str]] = {}
    for name, holder in afternoon.holders.items():
        for told in holder.told:
            if text in told.text and (whole is None or whole.search(told.text)):
                seen.setdefault(name, {}).setdefault(told.phase, told.where)
    return seen


def test_who_sees(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for secret, phases in SEES.items():
        with subtests.test(secret):
            wrong = list(differences(afternoon, found(afternoon, afternoon.secrets[secret]), phases))
            assert not wrong, "\n".join(wrong)


def differences(
    afternoon: Afternoon, seen: dict[str, dict[str, str]], phases: dict[str, frozenset[str]]
) -> Iterator[str]:
    """Who saw what they may not, and who did not see what they may; each told once."""
    told = set()
    for phase in PHASES:
        wanted, so_far = by(phases, phase), PHASES[: PHASES.index(phase) + 1]
        for name in afternoon.holders:
            if name in told or (name.startswith("$ ") and phase not in ("closed", "yes")):
                continue  # of the command line nothing was asked yet
            where = next((seen[name][p] for p in so_far if p in seen.get(name, {})), None)
            if (where is not None) != (name in wanted):
                told.add(name)
                yield f"{phase}: {name} " + (f"saw it: {where}" if where else "did not see it")


def test_who_learns_whose_line_it_is(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for line, phases in IS_MINE.items():
        for phase in PHASES:
            so_far = PHASES[: PHASES.index(phase) + 1]
            told = {n for n, mine in afternoon.mine.items() if any(afternoon.lines[line] in mine[p] for p in so_far)}
            with subtests.test(line, phase=phase):
                assert told == by(phases, phase)


def test_a_field_of_a_table_is_on_no_other_line(afternoon: Afternoon, subtests: pytest.Subtests) -> None:
    for field, holders in FIELDS.items():
        told = {
            name
            for name in ROOM
            for told in afternoon[name].told
            if told.where.startswith("the message") and field.encode() in told.text
        }
        with subtests.test(field):
            assert told == holders


def test_the_log_knows_no_token_and_nobody(afternoon: Afternoon) -> None:
    log = b"".join(told.text for told in afternoon["the log"].told)
    keys = [str(holder.token) for holder in afternoon.holders.values() if holder.token]
    people = [holder.address for holder in afternoon.holders.values() if holder.address]
    cookies = [value for holder in afternoon.holders.values() for value in holder.cookies.values() if value]
    for word in (*keys, *people, *cookies, *afternoon.secrets.values(), afternoon.code, afternoon.other):
        assert word.encode() not in log, word
