"""A workshop in a folder of somebody else's site, such as `https://intranet.example.org/workshop`.

PUBLIC_URL alone says which folder: a header with which a proxy could tell would be one more thing for an asker to
claim. Why: docs/decisions/0032.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from ..settings import Settings, WrongSetting

SOCKETS, FILES = "socket.io", "static"
"""What is answered at the top and is not in Flask's map of addresses."""


class Folder:
    """WSGI, around all that looks at an address: inside, addresses begin at the top of the workshop; those that go out
    begin with the folder. A proxy may pass on the folder or leave it out."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.root, self.inner = settings.root, app.wsgi_app
        taken = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} | {SOCKETS, FILES}
        if (first := settings.root.split("/")[1]) in taken:
            raise WrongSetting(
                f"PUBLIC_URL is {settings.public_url!r}; /{first} is a page of the workshop's own, and the two "
                "could not be told apart. Leave it out, or give the folder another name, such as /workshop."
            )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request."""
        path = environ["PATH_INFO"]
        if path == self.root or path.startswith(f"{self.root}/"):
            environ["PATH_INFO"] = path[len(self.root) :] or "/"
        environ["SCRIPT_NAME"] = self.root
        return self.inner(environ, start_response)
