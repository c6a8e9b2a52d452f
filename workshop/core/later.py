"""How did it go? Asked weeks after the afternoon, of the writer alone. Days are counted, as `date.toordinal` does, and
those of a room are of its own calendar."""

PROMPT = "how_did_it_go"
"""The prompt of the note that answers it; that note is for its writer (`me`) and for nobody else."""
DAYS = 21


def is_taken(prompt: str, before: str | None) -> bool:
    """True for the one note that is still taken when the room is closed; `before`: what the note with this id has
    answered so far (None: there is none yet), because by then no other note may become this one."""
    return prompt == PROMPT and before in (None, PROMPT)


def asked_on(step: int, erased: int) -> int | None:
    """The day on which a calendar asks about a first step that is planned for a day; None if there would be nothing
    left to write in, because the room is erased on that day or before."""
    day = step + DAYS
    return day if day < erased else None


def is_asked(held: int, today: int) -> bool:
    """True from the day after the afternoon: before that nobody has taken a step."""
    return today > held
