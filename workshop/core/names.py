"""Two people may have one name: how they are told apart, on phones as on the screen (static/js/screen/names.js)."""

import re
from collections import defaultdict
from collections.abc import Iterable

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode calls default ignorable: some scripts need it within a word, nobody sees it."""


def looks(name: str) -> str:
    """A name as it looks: to a reader, two that look the same are the same."""
    return UNSEEN.sub("", name).lower()


def told_apart(people: Iterable[tuple[int, str, str | None]]) -> dict[int, str]:
    """What to call each of these (id, name, team): by team if that is enough, otherwise by a number, in the order in
    which they came. What somebody is called already, by their own name or so, is not given to another."""
    namesakes: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
    for person in sorted(people, key=lambda one: one[0]):
        namesakes[looks(person[1])].append(person)
    called, taken = {}, set(namesakes)
    for same in namesakes.values():
        teams = [team or "" for _, _, team in same]
        number = 0
        for id, name, team in same:
            number += 1
            if len(same) > 1:
                by_team = f"{name} ({team})"
                if team and teams.count(team) == 1 and looks(by_team) not in taken:
                    name = by_team
                else:
                    while looks(f"{name} {number}") in taken:
                        number += 1
                    name = f"{name} {number}"
                taken.add(looks(name))
            called[id] = name
    return called
