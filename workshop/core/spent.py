"""How the time went: of each step what was planned, and how long the room was in it."""

from dataclasses import dataclass, replace

from workshop.core.run import Run


@dataclass(frozen=True, slots=True)
class Spent:
    """One step that is over. `planned` and `took` in seconds; of a step without a length `planned` is 0."""

    title: str
    round: int | None
    planned: int
    took: int


def spent(run: Run, closed_at: int | None = None) -> tuple[Spent, ...]:
    """The steps that are over, in the order of the programme: not the first, in which people come in, nor the one the
    room is in, unless it was closed there, at this moment (ms). A step that was skipped took no time."""
    steps = run.steps[: run.index]
    if run.index and closed_at is not None and closed_at >= run.entered_at:
        steps = (*steps, replace(run.step, took=run.step.took + closed_at - run.entered_at))
    return tuple(Spent(step.title, step.round, step.planned, round(step.took / 1000)) for step in steps[1:])


def in_minutes(run: Run, closed_at: int | None = None) -> tuple[Spent, ...]:
    """The same for people who read about it afterwards: only steps with a clock, in whole minutes, halves rounded up;
    nothing if nothing is known."""
    over = spent(run, closed_at)
    timed = (one for one, step in zip(over, run.steps[1:], strict=False) if step.seconds or step.planned)
    return tuple(
        replace(one, planned=_minutes(one.planned), took=_minutes(one.took)) for one in timed if is_known(over)
    )


def _minutes(seconds: int) -> int:
    return (seconds + 30) // 60


def is_known(steps: tuple[Spent, ...]) -> bool:
    """False where nothing was noted: no step is over yet, or the room ran before it was noted how long steps take."""
    return any(step.took for step in steps)
