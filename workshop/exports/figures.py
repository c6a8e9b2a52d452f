"""What can be counted of a record: of nothing but what stands in it, so no count tells more than the lines do."""

from dataclasses import dataclass

from .record import Post, Reflections

STRONGEST = 3
"""How many lines of a question are on the first page of a report."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One question: how many lines answer it, and how often somebody recognised one of them. `on_wall`: its lines are
    on the wall, where there is recognising."""

    question: str
    lines: int
    recognised: int
    on_wall: bool


@dataclass(frozen=True, slots=True)
class Themed:
    """A theme of the organiser's: how many lines stand under it, and how often somebody recognised one of those."""

    name: str
    lines: int
    recognised: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A record in numbers. Lines under a title count, the title itself is no line; but a title is recognised by
    everybody once who recognised it or one of its lines, and counts in their place."""

    people: int
    """Rounded down to a multiple of five."""
    rounds: int
    wall: tuple[Counted, ...]
    shared: tuple[Counted, ...]
    """Only questions that somebody answered."""
    themes: tuple[Themed, ...] = ()
    """Only those under which a line stands."""

    @property
    def lines(self) -> int:
        """All lines on the wall."""
        return sum(one.lines for one in self.wall)

    @property
    def notes(self) -> int:
        """All shared notes."""
        return sum(one.lines for one in self.shared)

    @property
    def recognised(self) -> int:
        """How often somebody recognised something."""
        return sum(one.recognised for one in self.wall)


def figures(record: Reflections) -> Figures:
    """The figures of a record."""
    wall = tuple(
        Counted(question, sum(len(post.lines) or 1 for post in posts), sum(post.recognised for post in posts), True)
        for _, question, posts in record.wall()
    )
    shared = tuple(Counted(question, len(notes), 0, False) for _, question, notes in record.shared() if notes)
    themes = tuple(
        Themed(name, len(lines), sum(line.recognised for line in lines))
        for name, lines in record.under_themes()
        if lines
    )
    return Figures(record.people, record.rounds, wall, shared, themes)


def strongest(posts: list[Post], most: int = STRONGEST) -> list[Post]:
    """The lines of a question that stand out: those recognised most, then the titles with most lines under them. All of
    them if they are few; none if nothing stands out."""
    ranked = sorted(posts, key=_weight, reverse=True)
    return ranked if len(ranked) <= most else [post for post in ranked[:most] if _weight(post) > (0, 0)]


def _weight(post: Post) -> tuple[int, int]:
    return post.recognised, len(post.lines)
