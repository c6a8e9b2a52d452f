"""A clock is a value: the moment is passed in, what remains is derived, nothing ticks."""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one step.

    `length` (s) is what a full dial stands for: the step's own length, or more if time was added. Idle or paused,
    `left` (ms) is what remains; running, `ends_at` (ms since the epoch) says when it is over. Below zero is overtime.
    """

    state: Literal["idle", "running", "paused"]
    length: int
    left: int
    ends_at: int | None = None

    @classmethod
    def idle(cls, seconds: int) -> "Clock":
        """At full length, waiting for `start`."""
        return cls("idle", seconds, seconds * 1000)

    @classmethod
    def entered(cls, seconds: int, at: int) -> "Clock":
        """The clock of a step entered at `at` (ms): runs if the step has a length, otherwise stands idle at zero."""
        return cls("running", seconds, 0, at + seconds * 1000) if seconds else cls.idle(0)

    def remaining(self, now: int) -> int:
        """Milliseconds left; negative in overtime."""
        return self.left if self.ends_at is None else self.ends_at - now

    def start(self, now: int) -> "Clock":
        """Starts an idle clock that has time to run; any other stays as it is."""
        return self._run(now) if self.state == "idle" and self.left > 0 else self

    def pause(self, now: int) -> "Clock":
        """Stops a running clock, in overtime too, and keeps what remains."""
        if self.state != "running":
            return self
        return replace(self, state="paused", left=self.remaining(now), ends_at=None)

    def resume(self, now: int) -> "Clock":
        """Lets a paused clock go on from where it was."""
        return self._run(now) if self.state == "paused" else self

    def add(self, seconds: int, now: int) -> "Clock":
        """More time, or less. In overtime, more time counts from now; less never goes below "ends now"."""
        before, change = self.remaining(now), seconds * 1000
        after = max(before, 0) + change if change > 0 else max(before + change, min(before, 0))
        if after == before:
            return self
        # A dial is never more than full, so the length grows with what is left (rounded up to whole seconds).
        length = max(self.length, -(-after // 1000))
        if self.state == "running":
            return replace(self, length=length, ends_at=now + after)
        return replace(self, length=length, left=after)

    def lengthened(self, seconds: int, now: int) -> "Clock":
        """The clock of a step that takes longer, or shorter, than was thought: what remains changes by the same amount,
        and never goes below "ends now"."""
        before = self.remaining(now)
        after = max(before + seconds * 1000, min(before, 0))
        length = max(self.length + seconds, -(-after // 1000), 0)
        if self.state == "running":
            return replace(self, length=length, ends_at=now + after)
        return replace(self, length=length, left=after)

    def ended(self, now: int) -> "Clock":
        """At zero, without overtime."""
        return replace(self, ends_at=now) if self.state == "running" else replace(self, left=0)

    def restart(self, seconds: int, now: int) -> "Clock":
        """As if its step, `seconds` long, were entered now."""
        return Clock.entered(seconds, now)

    def as_wire(self, now: int) -> dict[str, str | int | float | None]:
        """The contract's `clock`: `length` and `remaining` in seconds, `ends_at` in ms or None."""
        remaining = self.remaining(now) / 1000
        return {"state": self.state, "length": self.length, "remaining": remaining, "ends_at": self.ends_at}

    def _run(self, now: int) -> "Clock":
        return replace(self, state="running", left=0, ends_at=now + self.left)
