"""What the scripts of a dashboard know of their room from the start: words of its pack, and what a draw comes to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..content import load
from ..core import groups
from ..core.programme import KINDS
from ..models import Room

LARGEST = 300
"""Head counts for which a dashboard can say beforehand which groups they make."""


def facts(room: Room) -> dict[str, Any]:
    """Plain values for the page. `sizes[n]` holds how many groups of which size n people make."""
    pack = load(room.pack)
    steps = {kind: pack.step(kind) for kind in KINDS}
    return {
        "code": room.code,
        "zone": room.zone,
        "titles": {kind: step.title for kind, step in steps.items()},
        "leads": {kind: step.lead for kind, step in steps.items()},
        "slides": [{"title": slide.title, "say": slide.say} for slide in pack.slides],
        "roles": {key: pack.role(key).name for key in ("client", "professional", "observer")},
        "topics": {topic.key: topic.title for topic in pack.topics},
        "columns": [{"key": column.key, "title": column.title} for column in pack.wall],
        "sizes": [Counter(groups.sizes(n, room.leftovers)) for n in range(LARGEST + 1)],
    }
