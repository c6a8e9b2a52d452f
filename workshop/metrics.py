"""What an operator may want to know, in figures about the server as a whole.

Each figure is declared here, with the question that it answers, and counted where it happens. No label is a room, and
no value of a label comes from outside: each one that can occur is there from the start, so a graph begins at zero and
what Prometheus keeps is bounded. The table in docs/operators.md is made of these declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from .core.errors import Code

disable_created_metrics()  # type: ignore[no-untyped-call]  # they would double what is read, and say when we started

Door = Literal["request", "connect", "event"]
LetGo = Literal["idle", "elsewhere", "erased"]
HandedOver = Literal["took", "gave", "kept", "lost"]
CutFor = Literal["nonsense", "too_fast", "unread", "nameless"]
MOMENTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: from what nobody notices to what a phone gives up on."""
LATE = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds, for what is done by the clock."""
SLOWEST = MOMENTS[-1]

CONNECTIONS = Gauge(
    "workshop_connections",
    "How many are in? Open connections, by what is at the other end; `nobody` has not said yet whose it is.",
    ["role"],
)
OPENED = Counter(
    "workshop_connections_opened_total",
    "Do phones lose their connection over and over? Connections that were opened, by what is at the other end.",
    ["role"],
)
CUT = Counter(
    "workshop_connections_cut_total",
    "Does something misbehave, or does a network not keep up? Connections that the server cut, by why: `nonsense` came "
    "in, it came `too_fast`, it went out `unread`, or nobody said whose it was (`nameless`).",
    ["why"],
)
TURNED_AWAY = Counter(
    "workshop_connections_turned_away_total",
    "Are there more newcomers than may wait at the door? Attempts that were told to come back in a second.",
)
ROOMS = Gauge("workshop_rooms", "How many rooms are there that are not closed? Those in the database.")
HELD = Gauge("workshop_rooms_held", "How many rooms are in use? Those that this process holds in memory.")
LOADING = Histogram(
    "workshop_room_load_seconds",
    "How often is a room read from the database, and how long does it take? Often means that others write to it.",
    buckets=MOMENTS,
)
LET_GO = Counter(
    "workshop_rooms_let_go_total",
    "Why do rooms leave memory? Nobody was there (`idle`), somebody else wrote (`elsewhere`), or the room is `erased`.",
    ["why"],
)
HANDED_OVER = Counter(
    "workshop_handovers_total",
    "Do rooms go to and fro between processes? Rooms that this one `took`, `gave` to another one that asked or because "
    "it was leaving, `kept` though another one asked, or `lost` with its connection to PostgreSQL. With SQLite nothing "
    "is handed over.",
    ["how"],
)
STEP_LATE = Histogram(
    "workshop_step_late_seconds",
    "Are steps on time? From the moment at which the clock ended a step until the room was told.",
    buckets=LATE,
)
BROADCAST = Histogram(
    "workshop_broadcast_seconds",
    "How long does it take to tell a whole room something? One message, until it was handed to the network or to the "
    "queue of each connection.",
    buckets=MOMENTS,
)
CHANGE = Histogram(
    "workshop_change_stored_seconds",
    "How long does someone wait who writes or presses? From the change in memory until it is on disk.",
    buckets=MOMENTS,
)
COMMIT = Histogram(
    "workshop_commit_seconds",
    "Is the disk or the database slow? One transaction, with all changes that waited.",
    buckets=MOMENTS,
)
WAITING = Gauge("workshop_journal_waiting", "Does work pile up? Changes that wait for those before them to be stored.")
NOT_STORED = Counter(
    "workshop_changes_not_stored_total",
    "Is the disk full, or the database locked or gone? Changes that could not be stored, and whose senders heard so.",
)
EVENTS = Counter("workshop_events_total", "What is going on? What clients said, by the name of the event.", ["event"])
REFUSED = Counter(
    "workshop_refusals_total",
    "Who hears no, and why? By the code of the refusal (docs/protocol.md), and by what was refused: an HTTP `request`, "
    "a connection (`connect`), or an `event` on one. `failed` is a mistake of ours, and is in the log.",
    ["door", "code"],
)
OVERDUE = Gauge(
    "workshop_steps_overdue",
    "Is there a room whose step is over, and which nothing took on? Rooms that have waited for a second or longer.",
)
DATABASE = Gauge("workshop_database_up", "Does the database answer? 1, or 0; then what it would tell is left out.")
LOOP_LATE = Histogram(
    "workshop_loop_late_seconds",
    "Does one thing hold up all others? How much later than it asked for the clock of the rooms got its turn.",
    buckets=MOMENTS,
)
LOGGED = Counter(
    "workshop_log_lines_total",
    "Is there something in the log to look at? Lines in it, by level.",
    ["level"],
)

LEVELS = ("info", "warning", "error")
ROLES = ("person", "leader", "screen")


def each(metric: Any, values: Iterable[str], **fixed: str) -> dict[str, Any]:
    """What counts for each value of a metric's last label, ready to count."""
    return {value: metric.labels(*fixed.values(), value) for value in values}


connections = each(CONNECTIONS, (*ROLES, "nobody"))
opened = each(OPENED, ROLES)
cut = each(CUT, get_args(CutFor))
let_go = each(LET_GO, get_args(LetGo))
handed_over = each(HANDED_OVER, get_args(HandedOver))
logged = each(LOGGED, LEVELS)
_refused = {door: each(REFUSED, get_args(Code), door=door) for door in get_args(Door)}


def refused(door: Door, code: Code) -> None:
    """Somebody was refused something."""
    _refused[door][code].inc()
