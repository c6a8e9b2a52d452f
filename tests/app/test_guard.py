"""What the guard knows of the library's connections."""

from __future__ import annotations

import socketio

from workshop.guard import Guard


def test_who_went_while_coming_in_is_not_there() -> None:
    """The library keeps a socket whose connection closed before it was let in, and says nothing of its end."""
    server = socketio.Server(async_mode="threading")
    guard = Guard(server, lambda _: None, lambda _: False, lambda _: "", lambda: True)
    gone = server.manager.connect("a connection that closed", "/")
    assert gone in server.manager.rooms["/"][None] and gone not in guard.open()
    guard.forget(gone)
    assert gone not in server.manager.rooms.get("/", {}).get(None, {})
    guard.forget(gone)
