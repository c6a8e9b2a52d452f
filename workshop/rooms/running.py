"""Where the room is in its programme: the leader's commands, and the clock that moves on by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from ..content import load
from ..core import editing, reading
from ..core import run as rules
from ..core.editing import AddRound, DropStep, InsertStep, MoveStep, PutStep
from ..core.errors import Refused
from ..core.programme import NEEDS_GROUPS, Step, time_of_day
from ..core.run import Run
from ..room.room import fields_of
from .bounds import room_for_own_note
from .change import Change, OwnNotesChanged, ProgrammeChanged, SheetsTurned, Stepped
from .grouping import draft_again, fit_rounds, mend_round, show_groups
from .real import begins
from .recording import give_back, give_batch
from .undoing import forget, remember
from .wall import close_examples


def settle(change: Change) -> Run:
    """Ends every step that is over by the clock, however many those are, and says so once."""
    before = change.value.run
    after = rules.settle(before, change.now)
    _save(change, before, after, "clock")
    return after


def command(change: Change, do: rules.Command | rules.Unsent, expect: int | None) -> None:
    """A leader's hand on the clock or the programme. `expect` is the version the leader saw; if the room has another
    one, the answer is `stale`."""
    settled = settle(change)
    if isinstance(do, InsertStep):
        do = _in_words(change, do)
    after = rules.apply(settled, do, change.now, expect)
    _save(change, settled, after, "leader")
    if after.steps != settled.steps and (inverse := _inverse(do, settled.steps, after.steps)) is not None:
        remember(change, *inverse)
    if isinstance(do, rules.Restart) and after != settled:
        clock = msgspec.to_builtins(settled.clock)
        remember(change, "restart", {"do": "put_clock", "entered_at": settled.entered_at, "clock": clock})


def _inverse(do: object, before: Sequence[Step], after: Sequence[Step]) -> tuple[str, dict[str, Any]] | None:
    """The name of an edit, and what undoes it."""
    match do:
        case DropStep(index):
            step = before[index]
            won = step.planned + sum(one.planned for one in after) - sum(one.planned for one in before)
            return "drop_step", {"do": "put_step", "index": index, "step": msgspec.to_builtins(step), "won": won}
        case MoveStep(index, to):
            return "move_step", {"do": "move_step", "index": to, "to": index}
        case PutStep(index):
            return "insert_step", {"do": "drop_step", "index": index}
        case AddRound():
            return "add_round", {"do": "drop_round", "number": max(step.round or 0 for step in after)}
    return None


def meet(change: Change, expect: int | None) -> None:
    """For commands that are not about the clock: Refused("stale") if the leader was looking at an older version of the
    room."""
    if expect is not None and expect != settle(change).version:
        raise Refused("stale", "Someone else was just before you; look again.")


def plan(change: Change, start: str | None) -> None:
    """Sets the time of day at which the room is to begin; None: no time is set."""
    change.open_for_writing()
    start = start and time_of_day(start)
    if start != change.value.planned_start:
        change.set_for_all(planned_start=start)


def own_note(change: Change, index: int, text: str) -> None:
    """What a leader writes for themselves about a step; it goes where the step goes. The room keeps its version."""
    change.open_for_writing()
    steps = change.value.run.steps
    if index >= len(steps):
        raise Refused("invalid", "The programme has no step there.")
    if text == steps[index].own_note:
        return
    noted = (*steps[:index], replace(steps[index], own_note=text), *steps[index + 1 :])
    room_for_own_note([step.own_note for step in noted], text, steps[index].own_note)
    change.set(steps=list(msgspec.to_builtins(noted)))
    change.forgets = bool(steps[index].own_note)
    change.tell(OwnNotesChanged())


def _in_words(change: Change, insert: InsertStep) -> PutStep:
    """A step that is added, with what the room's pack says about its kind."""
    pack = load(change.value.pack)
    title = pack.step(insert.kind).title if insert.kind in editing.INSERTED_KINDS else insert.kind
    return editing.inserted(insert, title, len(pack.slides) if insert.kind == "talk" else 0)


def _save(change: Change, before: Run, after: Run, cause: Any) -> None:
    if after == before:
        return
    change.set(**fields_of(after))
    if after.version != before.version:
        change.tell(Stepped(cause))
    if after.steps != before.steps:
        change.tell(ProgrammeChanged())
        fit_rounds(change)
    turned = reading.opened_rounds(before.steps, before.index) ^ reading.opened_rounds(after.steps, after.index)
    if turned:
        change.tell(SheetsTurned(turned))
    if after.index != before.index:
        if before.step.kind == "check_in":
            close_examples(change)
        forget(change, "restart")
        begins(change, after.step.kind)  # before a batch is given: it says who stands before it
        entered = _entered(before, after, cause)
        begun = {step.round for step in entered if step.kind == "conversation"}
        anew = after.began_at not in (None, before.began_at)  # what was held before was a rehearsal
        change.set(held=sorted(begun.union([] if anew else change.value.held)))
        if anew and before.began_at is not None:  # whoever is back within the minute could do so again and again
            give_back(change)
        # Once: whoever goes back and on again would choose the moment of a second batch.
        if not change.value.batches and any(step.kind == "closing" for step in entered):
            give_batch(change)
        if after.step.kind in NEEDS_GROUPS:
            show_groups(change)
        else:
            draft_again(change)
        if after.step.kind == "brief" and after.step.round:
            mend_round(change, after.step.round)


def _entered(before: Run, after: Run, cause: Any) -> Sequence[Step]:
    """The steps that have begun: with the clock running, several may have passed since anyone looked."""
    return after.steps[before.index + 1 : after.index + 1] if cause == "clock" else (after.step,)
