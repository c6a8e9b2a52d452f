"""Whether whoever asked is still waiting for the answer."""

from __future__ import annotations

import socket
from typing import Any

from flask import has_request_context, request

from ..extensions import Aside


def still_there() -> bool:
    """False once the asker of this request has closed the connection; True where nobody can tell."""
    wire = _wire(request.environ) if has_request_context() else None
    if wire is None:
        return True
    try:
        readable, _, _ = Aside.select([wire], [], [], 0)  # takes files of any number, and keeps nobody waiting
        return not readable or bool(wire.recv(1, socket.MSG_PEEK))
    except (OSError, ValueError):
        return False


def _wire(environ: dict[str, Any]) -> Any:
    """The connection under a request, whichever server took it."""
    if "eventlet.input" in environ:
        return environ["eventlet.input"].get_socket()
    reader = getattr(getattr(environ.get("wsgi.input"), "rfile", None), "raw", None)  # gevent
    return environ.get("werkzeug.socket") or getattr(reader, "_sock", None)
