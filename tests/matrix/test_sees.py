"""Who comes to see what: every canary in every message, body, header, file, and in the log."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize("secret", SEES)
def test_who_sees(afternoon: Afternoon, secret: str) -> None:
    seen = found(afternoon, afternoon.secrets[secret])
    wrong = []
    for phase in PHASES:
        so_far = PHASES[: PHASES.index(phase) + 1]
        wanted = by(SEES[secret], phase)
        for name in afternoon.holders:
            if name.startswith("$ ") and phase not in ("closed", "yes"):
                continue  # nothing was commanded yet
            where = next((seen[name][p] for p in so_far if p in seen.get(name, {})), None)
            if (where is not None) != (name in wanted):
                wrong.append(f"{phase}: {name} " + (f"saw it: {where}" if where else "did not see it"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("line", IS_MINE)
def test_who_learns_whose_line_it_is(afternoon: Afternoon, line: str) -> None:
    id = afternoon.lines[line]
    for phase in PHASES:
        so_far = PHASES[: PHASES.index(phase) + 1]
        told = {name for name, mine in afternoon.mine.items() if any(id in mine[p] for p in so_far)}
        assert told == by(IS_MINE[line], phase), phase


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_a_table_is_on_no_other_line(afternoon: Afternoon, field: str) -> None:
    told = {
        name
        for name in ROOM
        for told in afternoon[name].told
        if told.where.startswith("the message") and field.encode() in told.text
    }
    assert told == FIELDS[field]


def test_the_log_knows_no_token_and_nobody(afternoon: Afternoon) -> None:
    log = b"".join(told.text for told in afternoon["the log"].told)
    keys = [str(holder.token) for holder in afternoon.holders.values() if holder.token]
    people = [holder.address for holder in afternoon.holders.values() if holder.address]
    cookies = [value for holder in afternoon.holders.values() for value in holder.cookies.values() if value]
    for word in (*keys, *people, *cookies, *afternoon.secrets.values(), afternoon.code, afternoon.other):
        assert word.encode() not in log, word
