"""What the leader says to all or to one group, and who saw it."""

from __future__ import annotations

from ..core.errors import Refused
from ..room.room import Notice, Seen
from . import counting
from .change import Change, NoticeSeen, NoticeSent, NoticeUnsaid
from .circles import Writer


def say(change: Change, text: str, group_id: int | None = None) -> int:
    """The leader says something to everyone, or to one group. Returns the notice's id."""
    if group_id is not None:
        change.check_group(group_id)
        if not change.value.groups_shown:
            raise Refused("invalid", "These groups are a draft; nobody sits there yet.")
    notice = Notice(change.new_id(Notice), group_id, text, change.now)
    change.put(notice)
    change.tell(NoticeSent(notice.id))
    return notice.id


def unsay(change: Change, notice_id: int) -> None:
    """The leader takes back what was said: it goes from every phone and from the screen."""
    notice = change.value.notices.get(notice_id)
    if notice is None:
        raise Refused("not_found", "There is no such message in this room.")
    change.drop(*change.value.seen.where("notice_id", notice_id), notice)
    change.tell(NoticeUnsaid(notice_id, notice.group_id))


def seen(change: Change, reader: Writer, notice_id: int) -> None:
    """Someone saw a notice that was for them. Once is enough. Another phone in their name does not learn that they
    did."""
    change.check_person(reader.person)
    if not counting.is_for(change.value, reader.person, notice_id):
        raise Refused("not_found", "There is no such notice for you.")
    if (notice_id, reader.circle) not in change.value.seen:
        change.put(Seen(notice_id, reader.circle, reader.person))
        change.tell(NoticeSeen(*reader))
