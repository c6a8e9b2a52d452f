"""The one way in which the workshop says no."""

from typing import Literal

Code = Literal[
    "invalid", "forbidden", "not_found", "stale", "too_large", "too_fast", "busy", "closed", "failed", "unauthorized"
]


class Refused(Exception):
    """An ordinary answer, not a crash: `code` for programs (the contract's), `detail` one plain sentence for people,
    `wait` the seconds after which another try makes sense, if that is known; `about` what was wrong in a form, by the
    name that its page has for that."""

    def __init__(self, code: Code, detail: str, wait: float | None = None, *, about: str = "") -> None:
        super().__init__(code, detail)
        self.code: Code = code
        self.detail = detail
        self.wait = wait
        self.about = about

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class LockedOut(Refused):
    """The room goes on, but nobody new comes in. `kind`: why, for programs."""

    kind = "locked"

    def __init__(
        self, detail: str = "The leader has locked the door of this room; ask them to open it for you."
    ) -> None:
        super().__init__("closed", detail)


class Full(LockedOut):
    """The room has as many people as a room takes."""

    kind = "full"

    def __init__(self) -> None:
        super().__init__("This room is full; ask the leader, who can make space for you.")


class Replaced(Refused):
    """The link no longer opens anything: a newer one took its place."""

    def __init__(self) -> None:
        super().__init__("unauthorized", "This link was replaced; ask the leader for the new one.")


class Over(Refused):
    """A link that works once, and for a while, was used or withdrawn, or is too old."""

    def __init__(self, what: str) -> None:
        super().__init__("unauthorized", f"This {what} was used or withdrawn, or it is too old. Ask for a new one.")


class NotYours(Refused):
    """Whoever is logged in may not do this; another account may."""

    def __init__(self, detail: str) -> None:
        super().__init__("forbidden", detail)


class UnknownHost(Refused):
    """It was asked under a host name that is not ours."""

    def __init__(self) -> None:
        super().__init__("invalid", "This server does not go by that name; whoever runs it can say so in PUBLIC_URL.")
