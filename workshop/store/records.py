"""Which table holds which records of a room, and how a row becomes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import Select, inspect, select

from .. import models
from ..room import room as values


class Kind(NamedTuple):
    """One kind of record: where a `Room` has it, its fields, the key by which it is found, and its rows in the
    database."""

    name: str
    record: type[Struct]
    fields: tuple[str, ...]
    key: tuple[str, ...]
    of_room: Callable[[Select[Any], int], Select[Any]]
    has_room: bool
    """Its rows say which room they belong to."""

    def make(self, values: Iterable[Any]) -> Struct:
        """The record of a row's values."""
        return self.record(*[tuple(value) if isinstance(value, list) else value for value in values])


def _own(model: Any) -> Callable[[Select[Any], int], Select[Any]]:
    return lambda query, room_id: query.where(model.room_id == room_id)


def _of_people(model: Any) -> Callable[[Select[Any], int], Select[Any]]:
    return lambda query, room_id: query.where(
        model.person_id.in_(select(models.Person.id).where(models.Person.room_id == room_id))
    )


def _of_groups(model: Any) -> Callable[[Select[Any], int], Select[Any]]:
    return lambda query, room_id: query.where(
        model.group_id.in_(select(models.Group.id).where(models.Group.room_id == room_id))
    )


def _of_phones(query: Select[Any], room_id: int) -> Select[Any]:
    phones = _of_people(models.Phone)(select(models.Phone.token_hash), room_id)
    return query.where(models.Answer.phone.in_(phones))


def _of_notices(query: Select[Any], room_id: int) -> Select[Any]:
    return query.where(models.Seen.notice_id.in_(select(models.Notice.id).where(models.Notice.room_id == room_id)))


def _kind(
    model: Any, record: type[Struct], of_room: Callable[[Select[Any], int], Select[Any]]
) -> tuple[type[models.Base], Kind]:
    mapper, fields = inspect(model), record.__struct_fields__
    name, key = values.KINDS[record]
    columns = {column.key for column in mapper.column_attrs} - {"room_id"}
    if columns != set(fields):
        raise TypeError(f"{record.__name__} and its table disagree on {', '.join(columns ^ set(fields))}")
    stored_by = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    if [field for field in stored_by if field != "room_id"] != list(key):
        raise TypeError(f"{record.__name__} and its table disagree on by what one is found")
    return model, Kind(name, record, fields, key, of_room, hasattr(model, "room_id"))


KINDS: dict[type[models.Base], Kind] = dict(
    (
        _kind(models.Person, values.Person, _own(models.Person)),
        _kind(models.Phone, values.Phone, _of_people(models.Phone)),
        _kind(models.Pass, values.Pass, _of_people(models.Pass)),
        _kind(models.Answer, values.Answer, _of_phones),
        _kind(models.Group, values.Group, _own(models.Group)),
        _kind(models.Seat, values.Seat, _of_groups(models.Seat)),
        _kind(models.Note, values.Note, _own(models.Note)),
        _kind(models.Post, values.Post, _own(models.Post)),
        _kind(models.Theme, values.Theme, _own(models.Theme)),
        _kind(models.Recognition, values.Recognition, _own(models.Recognition)),
        _kind(models.Tally, values.Tally, _of_groups(models.Tally)),
        _kind(models.Wish, values.Wish, _own(models.Wish)),
        _kind(models.Notice, values.Notice, _own(models.Notice)),
        _kind(models.Seen, values.Seen, _of_notices),
        _kind(models.Trace, values.Trace, _own(models.Trace)),
    )
)
"""By model. A column without its field, or a field without its column, is found at import."""

OF_RECORD: dict[type[Struct], type[models.Base]] = {kind.record: model for model, kind in KINDS.items()}
if list(OF_RECORD) != list(values.KINDS):
    raise TypeError("every kind of record has a table, in the same order")

ROOM_FIELDS = tuple(column.key for column in inspect(models.Room).column_attrs)
if apart := {*values.Room.__dataclass_fields__} ^ {*ROOM_FIELDS, *(kind.name for kind in KINDS.values())}:
    raise TypeError(f"a room and its tables disagree on {', '.join(apart)}")
