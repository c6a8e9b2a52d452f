"""Where a room is in its programme, and how it moves: state + command -> new state, or a refusal.

The whole vocabulary of a leader who runs the room stands here as structs, so that the wire's parser and these rules
share it; the commands that change the programme itself are in `editing`. Times are milliseconds since the Unix epoch
and come in as `now`. Source: docs/protocol.md, How a room moves.
"""

from dataclasses import dataclass, replace
from typing import Annotated

from msgspec import Meta, Struct

from workshop.core import editing
from workshop.core.clock import Clock
from workshop.core.editing import AddRound, DropStep, InsertStep, MoveStep, SetStep, TakingBack
from workshop.core.errors import Refused
from workshop.core.programme import LONGEST, Step

WAY_BACK = 60_000
"""Milliseconds within which a step that was left by hand can be entered again as if it had never been left."""
ANOTHER_TIME = 3 * 3_600_000
"""Milliseconds: a room that leaves its first step this long after it first did begins anew; what came before was a
rehearsal."""


class Start(Struct, frozen=True, tag_field="do", tag="start"):
    """Start a clock that stands idle."""


class Next(Struct, frozen=True, tag_field="do", tag="next"):
    """Enter the next step."""


class Back(Struct, frozen=True, tag_field="do", tag="back"):
    """Enter the step before this one."""


class Go(Struct, frozen=True, tag_field="do", tag="go"):
    """Enter the step with this index."""

    index: Annotated[int, Meta(ge=0)]


class Pause(Struct, frozen=True, tag_field="do", tag="pause"):
    """Stop the clock and keep what remains."""


class Resume(Struct, frozen=True, tag_field="do", tag="resume"):
    """Let a paused clock go on."""


class Add(Struct, frozen=True, tag_field="do", tag="add"):
    """More time for this step, or (negative) less."""

    seconds: Annotated[int, Meta(ge=-LONGEST, le=LONGEST)]


class Restart(Struct, frozen=True, tag_field="do", tag="restart"):
    """Run this step's clock again from its full length."""


class Slide(Struct, frozen=True, tag_field="do", tag="slide"):
    """Show this slide of a talk, counted from 0."""

    to: Annotated[int, Meta(ge=0)]


class PutClock(Struct, frozen=True, tag_field="do", tag="put_clock"):
    """Puts the clock back to what it was before its restart, in the step entered at `entered_at` (ms). No leader sends
    it."""

    entered_at: int
    clock: Clock


Programming = SetStep | InsertStep | DropStep | MoveStep | AddRound
"""The commands that change the programme."""
Command = Start | Next | Back | Go | Pause | Resume | Add | Restart | Slide | Programming
Unsent = TakingBack | PutClock
"""The commands that only take something back."""


@dataclass(frozen=True, slots=True)
class Left:
    """How a step stood when the leader left it at `at_ms`: going back returns to this."""

    index: int
    clock: Clock
    slide: int
    at_ms: int
    entered_at: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A programme and how far the room is in it. `version` counts the changes; `left` holds the way back, but never to
    the step the room is in. `entered_at`: since when (ms) the room has been in its step; `began_at`: when it left its
    first one, None before that; set again if it leaves it another time, as after a rehearsal the day before."""

    steps: tuple[Step, ...]
    index: int
    clock: Clock
    slide: int = 0
    version: int = 1
    left: tuple[Left, ...] = ()
    entered_at: int = 0
    began_at: int | None = None

    @property
    def step(self) -> Step:
        """The step the room is in."""
        return self.steps[self.index]


def begin(steps: tuple[Step, ...], now: int = 0) -> Run:
    """A new room: in its first step, with an idle clock. The lengths are now what was planned."""
    planned = tuple(replace(step, planned=step.seconds) for step in steps)
    return Run(planned, 0, Clock.idle(steps[0].seconds), entered_at=now)


def due(run: Run) -> int | None:
    """The moment (ms) at which `settle` will next have work; None when only a leader can move the room."""
    waits = not run.step.auto_advance or run.index == len(run.steps) - 1
    return None if waits else run.clock.ends_at


def settle(run: Run, now: int) -> Run:
    """All that the clock has done by now: every overdue step is ended at its exact moment, all as one new version."""
    settled = run
    while (ended_at := due(settled)) is not None and ended_at <= now:
        settled = _carried_on(settled, ended_at)
    return run if settled is run else replace(settled, version=run.version + 1)


def reaches_back(run: Run, now: int) -> int:
    """Anything since this moment (ms) belongs to the room's step, or to one that it may still enter as it was left."""
    return min([run.entered_at, *(left.entered_at for left in run.left if now - left.at_ms <= WAY_BACK)])


def apply(run: Run, command: Command | Unsent, now: int, expect: int | None = None) -> Run:
    """The run after a leader's command: version + 1, or untouched if the command has no effect.

    What the clock has done is applied first, so a refusal can hide a change: `settle` and save before answering with
    one.
    """
    run = settle(run, now)
    if expect is not None and expect != run.version:
        raise Refused("stale", "The room has moved on since you last saw it.")
    after = _done(run, command, now)
    return run if after == run else replace(after, version=run.version + 1)


def rounds_begun(run: Run) -> int:
    """The highest round that has begun; 0 before the first brief."""
    return max((step.round or 0 for step in run.steps[: run.index + 1]), default=0)


def rounds_over(run: Run) -> int:
    """The highest round whose conversation is over, so that its roles are past; 0 before that."""
    begun = rounds_begun(run)
    goes_on = any(step.round == begun and step.kind in ("brief", "conversation") for step in run.steps[run.index :])
    return begun - 1 if goes_on else begun


def _done(run: Run, command: Command | Unsent, now: int) -> Run:
    match command:
        case Next():
            return _turned_to(run, run.index + 1, now)
        case Back():
            return _turned_to(run, run.index - 1, now)
        case Go(index):
            return _turned_to(run, index, now)
        case Slide(to):
            if not 0 <= to < run.step.slides:
                raise Refused("invalid", "There is no such slide in this step.")
            return replace(run, slide=to)
        case Start():
            return replace(run, clock=run.clock.start(now))
        case Pause():
            return replace(run, clock=run.clock.pause(now))
        case Resume():
            return replace(run, clock=run.clock.resume(now))
        case Add(seconds):
            return replace(run, clock=run.clock.add(seconds, now))
        case Restart():
            return replace(run, clock=run.clock.restart(run.step.seconds, now))
        case PutClock(entered_at, clock):
            if entered_at != run.entered_at:
                raise Refused("invalid", "The room has left that step.")
            return _not_over_before(replace(run, clock=clock), now)
        case SetStep():
            return _not_over_before(_set(run, command, now), now)
        case _:
            steps, places = editing.edit(run.steps, run.index, command)
            kept = ((left, places[left.index]) for left in run.left)
            left = tuple(replace(left, index=index) for left, index in kept if index is not None)
            return _not_over_before(replace(run, steps=steps, left=left), now)


def _set(run: Run, command: SetStep, now: int) -> Run:
    """The run with one step changed: its clock, if it runs or was left less than a minute ago, changes by as much as
    its length."""
    index = command.index
    if not run.index <= index < len(run.steps):
        raise Refused("invalid", "Only what is still to come can be changed.")
    before = run.steps[index]
    after = editing.changed(before, command)
    more = after.seconds - before.seconds
    return replace(
        run,
        steps=(*run.steps[:index], after, *run.steps[index + 1 :]),
        clock=run.clock.lengthened(more, now) if index == run.index else run.clock,
        left=tuple(
            replace(left, clock=left.clock.lengthened(more, now)) if left.index == index else left for left in run.left
        ),
    )


def _not_over_before(run: Run, now: int) -> Run:
    """A step in overtime that is set to end by its clock ends now: the overtime so far is kept."""
    if run.step.auto_advance and run.index < len(run.steps) - 1 and run.clock.remaining(now) < 0:
        return replace(run, clock=run.clock.ended(now))
    return run


def _turned_to(run: Run, index: int, now: int) -> Run:
    """The run with another step entered by hand: as it was left, when going back; otherwise at full length."""
    if not 0 <= index < len(run.steps):
        raise Refused("invalid", "The programme has no step there.")
    if index == run.index:
        return run
    recent = [left for left in run.left if now - left.at_ms <= WAY_BACK]
    others = tuple(left for left in recent if left.index != index)
    entered = replace(
        run,
        steps=_stayed(run, index, now),
        index=index,
        left=(*others, Left(run.index, run.clock, run.slide, now, run.entered_at)),
        entered_at=now,
        began_at=_began(run, index, now),
    )
    for left in recent:
        steps = _longer(run.steps, index, left.entered_at - left.at_ms)  # its stay goes on, the visit was none
        as_it_was = replace(entered, steps=steps, clock=left.clock, slide=left.slide, entered_at=left.entered_at)
        ended_at = due(as_it_was)
        # Had its clock carried the room on meanwhile, going back would enter it at full length: so it does here.
        if left.index == index and (ended_at is None or ended_at > now):
            # Back in the first step within the minute: it has not begun yet.
            if index == 0 and run.began_at == left.at_ms:
                return replace(as_it_was, began_at=None)
            # And who only looked at the first step is back in the afternoon that they left.
            return replace(as_it_was, began_at=as_it_was.began_at if run.began_at is None else run.began_at)
    return replace(entered, clock=Clock.entered(run.steps[index].seconds, now), slide=0)


def _carried_on(run: Run, ended_at: int) -> Run:
    """The run with the next step entered by the clock, from the moment its predecessor ended."""
    index = run.index + 1
    # A step that the clock ended gets no way back: whoever returns to it wants it again at full length.
    left = tuple(left for left in run.left if left.index != index)
    return replace(
        run,
        steps=_stayed(run, index, ended_at),
        index=index,
        clock=Clock.entered(run.steps[index].seconds, ended_at),
        slide=0,
        left=left,
        entered_at=ended_at,
        began_at=_began(run, index, ended_at),
    )


def _began(run: Run, to: int, now: int) -> int | None:
    """When the room began, once it has left its step for this one at this moment (ms). Where a rehearsal was sent away
    further on, it has not begun, and may go on from there."""
    again = run.began_at is None or (run.index == 0 and now - run.began_at > ANOTHER_TIME)
    return now if again and to else run.began_at


def _stayed(run: Run, to: int, now: int) -> tuple[Step, ...]:
    """The steps, with how long the room was in the one that it leaves. Where it begins, nothing of before counts."""
    if _began(run, to, now) != run.began_at:
        return tuple(replace(step, took=0) for step in run.steps)
    return _longer(run.steps, run.index, now - run.entered_at)


def _longer(steps: tuple[Step, ...], index: int, by: int) -> tuple[Step, ...]:
    return (*steps[:index], replace(steps[index], took=max(steps[index].took + by, 0)), *steps[index + 1 :])
