"""A programme that is changed while the room is in it: other lengths and titles, steps added, dropped or moved.

Nothing in the past is touched: of the steps so far only the one the room is in (`present`) can be given another length,
and only steps after it can be added, dropped or moved. The rounds stay rounds (`faults`). Source: issue 4, now / next.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Annotated

from msgspec import Meta, Struct

from workshop.core.errors import Refused
from workshop.core.programme import LONGEST, MOST_ROUNDS, ROUND_KINDS, Step

INSERTED_KINDS = ("check_in", "talk", "prepare", "break", "plenary")
"""What a leader may add; the steps of a round are added with their round."""
MOST_STEPS = 80
Index = Annotated[int, Meta(ge=0)]
Seconds = Annotated[int, Meta(ge=0, le=LONGEST)]
Title = Annotated[str, Meta(min_length=1, max_length=40)]


class SetStep(Struct, frozen=True, tag_field="do", tag="set_step"):
    """Gives another length, title or way of ending to a step that is still to come, or to the one the room is in."""

    index: Index
    seconds: Seconds | None = None
    auto_advance: bool | None = None
    title: Title | None = None


class InsertStep(Struct, frozen=True, tag_field="do", tag="insert_step"):
    """A new step before the one with this index. Without a title it has that of its kind."""

    index: Index
    kind: str
    title: Title | None = None
    seconds: Seconds = 0
    auto_advance: bool = False


class DropStep(Struct, frozen=True, tag_field="do", tag="drop_step"):
    """Leave a step out."""

    index: Index


class MoveStep(Struct, frozen=True, tag_field="do", tag="move_step"):
    """Move a step to another place: `to` is its index afterwards."""

    index: Index
    to: Index


class AddRound(Struct, frozen=True, tag_field="do", tag="add_round"):
    """One more round after the last one, and as long as that one."""


class PutStep(Struct, frozen=True, tag_field="do", tag="put_step"):
    """Puts this very step before the one with this index: this is how a dropped one comes back. No leader sends it.

    `won` is by how much (s) the plan of the last step grew when this one was left out; None: it is a new step, or it
    was left out under a version that did not say.
    """

    index: Index
    step: Step
    won: Seconds | None = None


class DropRound(Struct, frozen=True, tag_field="do", tag="drop_round"):
    """Leave a round out: this is how an added one is taken back. No leader sends it."""

    number: Index


TakingBack = PutStep | DropRound
Places = tuple[int | None, ...]
"""For each index of the old programme the index its step has now; None if it was left out."""
Edit = InsertStep | DropStep | MoveStep | AddRound | TakingBack


def edit(steps: tuple[Step, ...], present: int, command: Edit) -> tuple[tuple[Step, ...], Places]:
    """The programme after an edit, and where each step went. Refused("invalid") if it would touch the past or break a
    round."""
    order = _order(steps, present, command)
    after = tuple(steps[one] if isinstance(one, int) else one for one in order)
    if len(after) > MOST_STEPS:
        raise Refused("invalid", f"A programme has at most {MOST_STEPS} steps.")
    for fault in faults(after):
        if fault not in faults(steps):  # what was odd before need not be mended by whoever changes something else
            raise Refused("invalid", fault)
    found = {one: place for place, one in enumerate(order) if isinstance(one, int)}
    if isinstance(command, PutStep) and command.won is not None:  # all is planned as it was, wherever the room is now
        last = found[len(steps) - 1]
        less = replace(after[last], planned=max(after[last].planned - command.won, 0))
        after = (*after[:last], less, *after[last + 1 :])
    elif 0 < present < len(after) - 1:  # the room has begun: the plan stays, and a step left out is time won
        more = sum(step.planned for step in steps) - sum(step.planned for step in after)
        after = (*after[:-1], replace(after[-1], planned=after[-1].planned + more))
    return after, tuple(found.get(index) for index in range(len(steps)))


def changed(step: Step, command: SetStep) -> Step:
    """A step with another length, title or way of ending."""
    return replace(
        step,
        seconds=step.seconds if command.seconds is None else command.seconds,
        auto_advance=step.auto_advance if command.auto_advance is None else command.auto_advance,
        title=step.title if command.title is None else _one_line(command.title),
    )


def inserted(command: InsertStep, title: str, slides: int = 0) -> PutStep:
    """The step that a leader adds; `title` is that of its kind, used when none was given."""
    if command.kind not in INSERTED_KINDS:
        raise Refused("invalid", f"A step that is added is one of {', '.join(INSERTED_KINDS)}.")
    own = _one_line(command.title) if command.title else title
    return PutStep(
        command.index,
        Step(command.kind, own, command.seconds, auto_advance=command.auto_advance, slides=slides),
    )


def faults(steps: Sequence[Step]) -> tuple[str, ...]:
    """What is out of order in a programme, as sentences; nothing if every round is whole and the end comes last."""
    found = []
    kinds = [step.kind for step in steps]
    rounds = [(number, [s.kind for s in group]) for number, group in groupby(steps, lambda s: s.round) if number]
    numbers = [number for number, _ in rounds]
    if numbers != list(range(1, len(numbers) + 1)):
        found.append("The rounds stand in their order, and the steps of a round together.")
    if any(parts != sorted(parts, key=ROUND_KINDS.index) for _, parts in rounds):
        found.append("The steps of a round keep their order.")
    if any("conversation" not in parts for _, parts in rounds):
        found.append("A round has a conversation.")
    if "groups" in kinds and rounds and kinds.index("groups") > [s.round for s in steps].index(numbers[0]):
        found.append("The groups are shown before the first round.")
    if "closing" in kinds[:-1]:
        found.append("The closing comes last.")
    return tuple(found)


def _order(steps: tuple[Step, ...], present: int, command: Edit) -> list[int | Step]:
    """The programme after an edit as a list of old indices and new steps."""
    order: list[int | Step] = list(range(len(steps)))
    match command:
        case InsertStep():
            put = inserted(command, command.kind)
            order.insert(_ahead(put.index, present, len(steps)), put.step)
        case PutStep(index, step):
            order.insert(_ahead(index, present, len(steps)), step)
        case DropStep(index):
            del order[_ahead(index, present, len(steps) - 1)]
        case MoveStep(index, to):
            one = order.pop(_ahead(index, present, len(steps) - 1))
            order.insert(_ahead(to, present, len(steps) - 1), one)
        case DropRound(number):
            gone = [_ahead(at, present, len(steps)) for at, step in enumerate(steps) if step.round == number]
            order = [at for at in order if at not in gone]
        case AddRound():
            at = _behind_the_rounds(steps, present)
            order[at:at] = _one_more(steps)
    return order


def _ahead(index: int, present: int, most: int) -> int:
    if not 0 <= index <= most:
        raise Refused("invalid", "The programme has no step there.")
    if index <= present:
        raise Refused("invalid", "Only what is still to come can be changed.")
    return index


def _behind_the_rounds(steps: tuple[Step, ...], present: int) -> int:
    """Where one more round begins: after the last one, and after the step the room is in."""
    in_rounds = [index for index, step in enumerate(steps) if step.round]
    if not in_rounds:
        raise Refused("invalid", "This programme has no rounds.")
    last = in_rounds[-1]
    if (steps[last].round or 0) >= MOST_ROUNDS:
        raise Refused("invalid", f"A workshop has at most {MOST_ROUNDS} rounds.")
    if any(step.kind in ("plenary", "closing") for step in steps[last + 1 : present + 1]):
        raise Refused("invalid", "One more round comes before the wall, not after it.")
    return max(last, present) + 1


def _one_more(steps: tuple[Step, ...]) -> list[Step]:
    last = max(step.round or 0 for step in steps)
    return [replace(step, round=last + 1, planned=0, own_note="") for step in steps if step.round == last]


def _one_line(title: str) -> str:
    return " ".join(title.split())
