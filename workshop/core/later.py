"""How did it go? Asked weeks after the afternoon, of the writer alone. Days are counted, as `date.toordinal` does, and
those of a room are of its own calendar."""

PROMPT = "how_did_it_go"
"""What a note is called that answers it; it is for its writer (`me`) and for nobody else."""
DAYS = 21


def is_taken(prompt: str, before: str | None) -> bool:
    """True for the one note that is still taken when the room is closed; `before`: what was answered by the note of
    this id so far (None: there is none yet), as no other note becomes this one then."""
    return prompt == PROMPT and before in (None, PROMPT)


def asked_on(step: int, erased: int) -> int | None:
    """On which day a calendar asks, of a first step that is planned on a day; None where nothing would be left to
    write in: the room is erased that day, or before."""
    day = step + DAYS
    return day if day < erased else None


def is_asked(held: int, today: int) -> bool:
    """True from the day after the afternoon: before that nobody has taken a step."""
    return today > held
