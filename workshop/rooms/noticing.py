"""What the leader says to all or to one group, and who saw it."""

from __future__ import annotations

from ..core.errors import Refused
from ..models import Notice, Seen
from . import counting
from .change import Change, NoticeSeen, NoticeSent
from .grouping import group_here


def say(change: Change, text: str, group_id: int | None = None) -> int:
    """The leader says something to everyone, or to one group. Returns the notice's id."""
    if group_id is not None:
        group_here(change, group_id)
        if not change.room.groups_shown:
            raise Refused("invalid", "These groups are a draft; nobody sits there yet.")
    notice = Notice(room_id=change.room.id, group_id=group_id, text=text, sent_at=change.now)
    change.session.add(notice)
    change.session.flush()
    change.tell(NoticeSent(notice.id))
    return notice.id


def seen(change: Change, person_id: int, notice_id: int) -> None:
    """Someone saw a notice that was for them. Once is enough."""
    change.person(person_id)
    if not counting.is_for(change.session, change.room, person_id, notice_id):
        raise Refused("not_found", "There is no such notice for you.")
    if change.session.get(Seen, (notice_id, person_id)) is None:
        change.session.add(Seen(notice_id=notice_id, person_id=person_id))
        change.tell(NoticeSeen(person_id))
