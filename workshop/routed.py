"""The code by which a proxy sent a request to this process: the one in its path, otherwise the one in `?code=`.

That code says nothing about who may do what. It is looked at only to know whether a room belongs to this process by the
proxy's reckoning (decision 34), so it is read as nginx reads it.
"""

from __future__ import annotations

import re
from typing import Any

from flask import has_request_context, request

IN_PATH = re.compile(r"/(?:r|lead|screen|reflections|qr|api/rooms)/([0-9]{4})[ -]?([0-9]{4})(?![0-9])")
ASKED = re.compile(r"([0-9]{4})(?:%20|[ +-])?([0-9]{4})")
"""As in `deploy/nginx`. What is not a code goes no further, as other processes are told the code by which a room is
wanted."""


def code_of(environ: dict[str, Any]) -> str:
    """The code of this request; empty if it has none."""
    if found := IN_PATH.search(environ.get("PATH_INFO", "")):
        return found[1] + found[2]
    for argument in environ.get("QUERY_STRING", "").split("&"):
        name, _, value = argument.partition("=")
        if name.lower() == "code":
            asked = ASKED.fullmatch(value)
            return asked[1] + asked[2] if asked else ""
    return ""


def routed_by() -> str | None:
    """The code of the request that is being answered; None outside one."""
    return code_of(request.environ) if has_request_context() else None
