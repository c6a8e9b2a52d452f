"""The one way in which the workshop says no."""

from typing import Literal

Code = Literal[
    "invalid", "forbidden", "not_found", "stale", "too_large", "too_fast", "busy", "closed", "failed", "unauthorized"
]


class Refused(Exception):
    """An ordinary answer, not a crash: `code` for programs (the contract's), `detail` one plain sentence for people."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(code, detail)
        self.code: Code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class LockedOut(Refused):
    """The room goes on, and nobody new comes in."""

    def __init__(self) -> None:
        super().__init__("closed", "The leader has locked the door of this room; ask them to open it for you.")


class UnknownHost(Refused):
    """It was asked by a name that is not ours."""

    def __init__(self) -> None:
        super().__init__("invalid", "This server does not go by that name; whoever runs it can say so in PUBLIC_URL.")
