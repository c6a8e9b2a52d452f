"""What the phones do: each session is one server, one room and one crowd, and measures several rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from .crowd import Crowd, Stuck, Told
from .files import FORMATS, PEOPLE, Fetching, Full, full_room
from .servers import Kind, Missing, Room, Server, serving

BOTH: tuple[Kind, ...] = ("house", "peer")
HOUSE: tuple[Kind, ...] = ("house",)
"""The peer has no wall and draws no groups."""
PROBE_MS = 2500
"""How often a phone asks whether its line is alive."""
PRESSES = 10
FILE_PRESSES = 40
"""While files are made, and as many before and afterwards; each format is made several times meanwhile."""
SETTLE_MS = 700
"""How long a server that answers is left alone before the first phone comes."""
NOTE_RATE = 250
SLOW_COMMIT_MS = 2.0
MINUTES, SETTLED_MINUTES = 30, 5
"""How long a venue stays, and after how long its memory is what the rest of the time is compared with."""


@dataclass(frozen=True)
class Size:
    """How large: the full size is that of the table, a smoke size that of a test."""

    most_phones: int = 3000
    pace: float = 1.0
    """What share of its time everything takes that is spread over time."""

    def phones(self, wanted: int) -> int:
        """So many, or as many as there may be."""
        return min(wanted, self.most_phones)

    def ms(self, wanted: float) -> int:
        """So long, at this size."""
        return int(wanted * self.pace)


@dataclass(frozen=True)
class Measured:
    """One row, measured once. `value` is None if it could not be: then `why` says so."""

    value: float | None
    phones: int = 0
    missing: int = 0
    """Phones that were refused or cut, or not in yet, by then."""
    asked: int = 0
    answered: int = 0
    """Of what was sent, what got any answer in time."""
    acknowledged: int = 0
    """… and what got an ok."""
    why: str = ""


@dataclass
class Scene:
    """One session in progress."""

    server: Server
    crowd: Crowd
    size: Size
    phones: int
    measured: dict[str, Measured] = field(default_factory=dict)
    """By row."""

    def add(self, row: str, told: Told, value: float | None, asked: int = 0, answered: int = 0) -> None:
        """One row's figure, with what went wrong beside it."""
        acknowledged = max(0, answered - told.not_ok)
        why = told.why or told.refusal if told.cut + told.refused or acknowledged < asked else ""
        missing = self.phones - told.phones_in
        self.measured[row] = Measured(value, self.phones, missing, asked, answered, acknowledged, why)


def share(values: list[float], part: float) -> float | None:
    """A quantile; None of nothing."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else None


def _join(scene: Scene, row: str, how: str = "ws", over_ms: int = 0) -> None:
    told = scene.crowd.join(scene.phones, how, over_ms, 90 if scene.phones < 2000 else 150)
    all_in = len(told.join) == scene.phones
    scene.add(row, told, max(told.join) if all_in and told.join else None, scene.phones, len(told.join))


def _before_phones(scene: Scene) -> float:
    """Memory in kB, with leader and screen in."""
    scene.crowd.wait(scene.size.ms(300))
    return scene.server.resident_kb


def _memory(scene: Scene, row: str, at_rest_kb: float) -> None:
    told = scene.crowd.wait(scene.size.ms(1500))
    scene.add(row, told, (scene.server.resident_kb - at_rest_kb) / max(1, told.phones_in))


def _steps(scene: Scene, last: str, p99: str = "") -> None:
    """The first press warms up; of the others the middle one counts."""
    told = scene.crowd.steps(PRESSES, scene.size.ms(600 if scene.phones > 1000 else 300), 20)
    presses = [times for times in told.steps[1:] if times]
    got = sum(len(times) for times in told.steps)
    wanted = PRESSES * scene.phones
    scene.add(last, told, median(map(max, presses)) if presses else None, wanted, got)
    if p99:
        scene.add(p99, told, median(share(times, 0.99) or 0 for times in presses) if presses else None, wanted, got)


def _burst(scene: Scene, row: str) -> None:
    notes = scene.size.phones(1000)
    told = scene.crowd.notes(notes, 0, 90)
    rate = (len(told.note) - told.not_ok) / (told.took / 1000) if told.took else None
    scene.add(row, told, rate, notes, len(told.note))


def small(scene: Scene) -> None:
    """41 phones."""
    _join(scene, "join.41")
    _steps(scene, "step.41")


def middle(scene: Scene) -> None:
    """300 phones come, follow, probe, write at a steady rate; in the house they are drawn into groups."""
    scene.measured["rest"] = Measured(scene.server.resident_kb / 1024)
    scene.measured["start"] = Measured(scene.server.start_seconds)
    at_rest = _before_phones(scene)
    _join(scene, "join.300")
    _memory(scene, "memory.300", at_rest)
    _steps(scene, "step.300")
    scene.crowd.probe(PROBE_MS)
    scene.crowd.wait(scene.size.ms(1000))
    began, seconds = scene.server.cpu_seconds, scene.size.ms(10_000) / 1000
    told = scene.crowd.wait(int(seconds * 1000))
    scene.add("probe.300", told, (scene.server.cpu_seconds - began) / seconds * 100)
    scene.crowd.probe(0)
    scene.crowd.wait(scene.size.ms(500))
    over_ms = scene.size.ms(6000)
    notes = max(1, NOTE_RATE * scene.phones // 300 * over_ms // 1000)
    told = scene.crowd.notes(notes, over_ms, 30)
    scene.add("rate", told, share(told.note, 0.99), notes, len(told.note))
    if scene.server.kind == "house":
        scene.crowd.wait(scene.size.ms(1500))
        told = scene.crowd.draw(30)
        value = max(told.draw) if len(told.draw) == scene.phones else None
        scene.add("draw", told, value, scene.phones, len(told.draw))


def large(scene: Scene) -> None:
    """1,000 phones come, follow, write all at once, and follow while they probe."""
    at_rest = _before_phones(scene)
    _join(scene, "join.1000")
    _memory(scene, "memory.1000", at_rest)
    _steps(scene, "step.1000")
    _burst(scene, "burst")
    scene.crowd.wait(scene.size.ms(1500))
    scene.crowd.probe(PROBE_MS)
    scene.crowd.wait(scene.size.ms(5000))
    _steps(scene, "step.probing")


def huge(scene: Scene) -> None:
    """3,000 phones come at once, and follow."""
    _join(scene, "join.3000")
    scene.crowd.wait(scene.size.ms(1500))
    _steps(scene, "step.3000", "step.3000.p99")


def stay(scene: Scene) -> None:
    """3,000 phones stay for half an hour: they probe as they do, and follow a step each minute."""
    scene.crowd.join(scene.phones, "ws", scene.size.ms(30_000), 150)  # as fast as one address may
    scene.crowd.probe(PROBE_MS)
    times: list[list[float]] = []
    memory: list[float] = []
    for _ in range(MINUTES):
        times += scene.crowd.steps(1, 0, 20).steps
        told = scene.crowd.wait(scene.size.ms(60_000))
        memory.append(scene.server.resident_kb)
    heard = [max(one) for one in times if one]
    scene.add("stay.step", told, max(heard, default=None), MINUTES * scene.phones, sum(map(len, times)))
    scene.add("stay.memory", told, memory[-1] / memory[SETTLED_MINUTES - 1])


def polling_middle(scene: Scene) -> None:
    """300 come by polling."""
    _join(scene, "poll.300", "poll")


def polling_large(scene: Scene) -> None:
    """1,000 come by polling."""
    _join(scene, "poll.1000", "poll")


def slow_small(scene: Scene) -> None:
    """41 come, on a slow disk."""
    _join(scene, "slow.join.41")


def slow_middle(scene: Scene) -> None:
    """300 come, on a slow disk."""
    _join(scene, "slow.join.300")


def slow_large(scene: Scene) -> None:
    """1,000 come and write all at once, on a slow disk."""
    _join(scene, "slow.join.1000")
    scene.crowd.wait(scene.size.ms(1500))
    _burst(scene, "slow.burst")


def least_wall_bytes(posts: int, marks: int, seconds: float) -> float:
    """The least that a phone has to hear of a wall on which so much is posted and recognised, four times a second: each
    post once, as the wall's row is; and of each that was recognised since, its id and the number."""
    row = len(
        '{"id":"","column":"enthusiastic","text":"","name":null,"recognised":0,"bundle":null},' + "i" * 36 + "w" * 80
    )
    number = len('{"id":"","recognised":10},' + "i" * 36)
    windows = max(1, int(seconds * 4))
    standing = [posts * (n + 0.5) / windows for n in range(windows)]
    touched: float = sum(n * (1 - (1 - 1 / max(n, 2)) ** (marks / windows)) for n in standing)
    return posts * row + touched * number


def _wall_ms(scene: Scene) -> int:
    """Not so short at a smoke size that it is another thing."""
    return max(2000, scene.size.ms(10_000))


def _wall(scene: Scene, row: str, each: int) -> Told:
    _join(scene, row, over_ms=scene.size.ms(6000))
    scene.crowd.wait(scene.size.ms(1500))
    told = scene.crowd.wall(each, 3, _wall_ms(scene), 30)
    answers = told.post + told.recognise
    scene.add(row, told, share(answers, 0.99), scene.phones * (each + 3), len(answers))
    return told


def wall(scene: Scene) -> None:
    """300 post one thing and recognise three, in ten seconds."""
    told = _wall(scene, "wall.1", 1)
    heard = told.bytes / max(1, told.phones_in)
    least = least_wall_bytes(scene.phones, 3 * scene.phones, _wall_ms(scene) / 1000)
    asked, answered = scene.phones * 4, len(told.post + told.recognise)
    scene.add("wall.bytes", told, heard / 1000, asked, answered)
    scene.add("wall.least", told, heard / least, asked, answered)


def full_wall(scene: Scene) -> None:
    """300 post three things and recognise three, in ten seconds."""
    _wall(scene, "wall.3", 3)


def files(scene: Scene) -> None:
    """41 follow while every file of a full room is made: 300 people, 3,000 notes, 900 posts."""
    room = full_room(scene.server, Full(scene.size.phones(PEOPLE), max(1000, scene.size.ms(12_000))))
    _join(scene, "files.join")
    scene.crowd.wait(scene.size.ms(3000))  # those of the full room are away by then
    before = _times(scene)
    with Fetching(scene.server, room) as fetching:
        meanwhile = _times(scene)
    after = _times(scene)
    wanted = _file_presses(scene) * scene.phones
    whole = len(meanwhile) == wanted
    alone, beside = share(before + after, 0.99), share(meanwhile, 0.99)
    told = scene.crowd.wait(0)
    scene.add("files.alone", told, alone)
    scene.add("files.beside", told, beside if whole else None, wanted, len(meanwhile))
    scene.add("files.step", told, beside / alone if whole and alone and beside else None)
    for name in FORMATS:
        took = fetching.ms[name]
        scene.measured[f"files.{name}"] = Measured(max(took) / 1000 if took else None, why=fetching.why)


def _file_presses(scene: Scene) -> int:
    return max(4, scene.size.ms(FILE_PRESSES))


def _times(scene: Scene) -> list[float]:
    """Of many presses, of all phones alike, how long each waited for each."""
    told = scene.crowd.steps(_file_presses(scene), 250, 20)
    return [ms for times in told.steps for ms in times]


@dataclass(frozen=True)
class Session:
    """What is run, how many come, and on which disk."""

    do: Callable[[Scene], None]
    phones: int
    kinds: tuple[Kind, ...] = BOTH
    commit_ms: float = 0
    usual: bool = True
    """Run if none is named."""


SESSIONS = {
    "41": Session(small, 41),
    "300": Session(middle, 300),
    "1000": Session(large, 1000),
    "3000": Session(huge, 3000),
    "poll300": Session(polling_middle, 300),
    "poll1000": Session(polling_large, 1000),
    "slow41": Session(slow_small, 41, commit_ms=SLOW_COMMIT_MS),
    "slow300": Session(slow_middle, 300, commit_ms=SLOW_COMMIT_MS),
    "slow1000": Session(slow_large, 1000, commit_ms=SLOW_COMMIT_MS),
    "wall": Session(wall, 300, HOUSE),
    "wall3": Session(full_wall, 300, HOUSE),
    "files": Session(files, 41, HOUSE),
    "stay": Session(stay, 3000, HOUSE, usual=False),
}


def run(session: Session, kind: Kind, room: Room, size: Size) -> tuple[dict[str, Measured], str]:
    """One session with one server: what it measured, and why it stopped if it did not come to its end."""
    phones = size.phones(session.phones)
    folder = room.folder.with_name(f"{kind}-{session.do.__name__}")
    measured: dict[str, Measured] = {}
    try:
        with (
            serving(kind, room, folder, session.commit_ms, size.ms(SETTLE_MS)) as server,
            Crowd(server, room) as crowd,
        ):
            session.do(Scene(server, crowd, size, phones, measured))
    except (Stuck, Missing, OSError) as why:  # OSError: the server's process is gone
        return measured, str(why)
    return measured, ""
