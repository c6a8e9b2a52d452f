"""For programs. The shape is stable: keys may be added, none disappears or changes its meaning.

    {"title", "code", "language", "held_on": "2026-11-23",
     "wall":  [{"column", "question", "posts": [{"text", "name": text or null, "recognised": number,
                                             "under": text or null}],
                "bundles": [{"text", "recognised": number}]}],
     "notes": [{"prompt", "question", "texts": [text]}],
     "held_back": text}

A bundle is a title that the leader gave to lines that say the same; `under` names the one a line belongs to.
Every column and prompt of the programme is there, also when nobody wrote under it. `held_back` says when shared notes
come and which never do, in the language of the room; a record without notes has none.
"""

import msgspec

from .record import Post, Reflections


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
                "posts": [_line(line, p.text if p.lines else None) for p in posts for line in p.lines or (p,)],
                "bundles": [{"text": p.text, "recognised": p.recognised} for p in posts if p.lines],
            }
            for column, question, posts in record.wall()
        ],
        "notes": [
            {"prompt": prompt, "question": question, "texts": [note.text for note in notes]}
            for prompt, question, notes in record.shared()
        ],
    } | ({"held_back": record.held_back} if record.held_back else {})
    return msgspec.json.format(msgspec.json.encode(shape), indent=2) + b"\n"


def _line(post: Post, under: str | None) -> dict[str, str | int | None]:
    return {"text": post.text, "name": post.name, "recognised": post.recognised, "under": under}
