"""What the leader says to all or to one group, and who saw it."""

from __future__ import annotations

from ..core.errors import Refused
from ..models import Notice
from ..room.room import Seen
from . import counting
from .change import Change, NoticeSeen, NoticeSent, NoticeUnsaid
from .circles import Writer
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


def unsay(change: Change, notice_id: int) -> None:
    """The leader takes back what was said: it goes from every phone and from the screen."""
    notice = change.session.get(Notice, notice_id)
    if notice is None or notice.room_id != change.room.id:
        raise Refused("not_found", "There is no such message in this room.")
    change.session.delete(notice)
    change.tell(NoticeUnsaid(notice_id, notice.group_id))


def seen(change: Change, reader: Writer, notice_id: int) -> None:
    """Someone saw a notice that was for them. Once is enough. Another phone in their name does not learn of it."""
    change.check_person(reader.person)
    if not counting.is_for(change.value, reader.person, notice_id):
        raise Refused("not_found", "There is no such notice for you.")
    if (notice_id, reader.circle) not in change.value.seen:
        change.put(Seen(notice_id, reader.circle, reader.person))
        change.tell(NoticeSeen(*reader))
