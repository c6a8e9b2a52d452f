"""For anyone: the cards to take along, for a conversation of one's own. They know no room and nobody."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, g, request

from ..content import SHIPPED, Pack, load, shelf
from ..core.errors import Refused
from .pages import LANGUAGES, language, light, page

pages = Blueprint("cards", __name__)


@pages.get("/cards")
def cards() -> Response:
    """The guide and every card, both sides, on one page that a browser keeps for where there is no network. `language`:
    what its reader wants, if that is not what the browser asks for. `pack`: the name of one of the installation's own,
    whose cards stay as they are; which ones there are is told nowhere, because they may carry an organisation's name.
    """
    name = request.args.get("pack", "")
    own = _own(name) if name and name not in SHIPPED else None
    spoken = (request.args.get("language"), own.language if own else name)
    g.language = next((one for one in spoken if one in LANGUAGES), None)
    told = page("cards.html", pack=own or load(language()), name=name if own else "", languages=LANGUAGES)
    response = light(Response(told))
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    response.set_etag(hashlib.sha256(told.encode()).hexdigest()[:32], weak=True)
    response.make_conditional(request)  # changes it in place
    return response


def _own(name: str) -> Pack:
    pack = shelf.own(name)
    if pack is None:
        raise Refused("not_found", "There are no cards by this name.")
    return pack
