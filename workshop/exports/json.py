"""For programs. The shape is stable: keys may be added, none disappears or changes its meaning.

    {"title", "code", "language", "held_on": "2026-11-23",
     "wall":  [{"column", "question", "posts": [{"text", "name": text or null, "recognised": number}]}],
     "notes": [{"prompt", "question", "texts": [text]}]}

Every column and prompt of the programme is there, also when nobody wrote under it.
"""

import msgspec

from .record import Reflections


def render(record: Reflections) -> bytes:
    """The record as indented UTF-8 JSON with a newline at its end."""
    shape = {
        "title": record.title,
        "code": record.code,
        "language": record.language,
        "held_on": record.held_on,
        "wall": [
            {
                "column": column,
                "question": question,
                "posts": [{"text": p.text, "name": p.name, "recognised": p.recognised} for p in posts],
            }
            for column, question, posts in record.wall()
        ],
        "notes": [
            {"prompt": prompt, "question": question, "texts": [note.text for note in notes]}
            for prompt, question, notes in record.shared()
        ],
    }
    return msgspec.json.format(msgspec.json.encode(shape), indent=2) + b"\n"
