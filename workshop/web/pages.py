"""What every page shares: its language, the addresses of its files, and compression."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import deflate
import msgspec
from babel.dates import format_date
from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from markupsafe import Markup
from whitenoise import WhiteNoise

from .. import addresses, content
from ..content import SHIPPED, load, shelf
from ..content.schema import Pack
from ..core import codes
from ..days import day
from ..models import ZONE, Room
from ..settings import Settings
from ..telling import forgetting
from .pressing import digest_of, pressed, small

LANGUAGES = ("nl", "en")
FOREVER = 365 * 86_400


class Made(NamedTuple):
    """A page as it goes out. It holds its pack, so that the pack's identity stays its own."""

    html: bytes
    small: bytes
    digest: str
    pack: Pack


MOST_MADE = 200
_made: dict[tuple[Any, ...], Made] = {}


def init_app(app: Flask, settings: Settings) -> None:
    """Static files under a digest of them all, so that they can be kept for ever; template words."""
    source = Path(str(files("workshop") / "static"))
    digest = digest_of(source)
    folder = pressed(source, settings.instance / "static" / digest)
    app.config["STATIC_DIGEST"] = digest
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=folder, prefix=f"static/{digest}/", max_age=FOREVER)  # type: ignore[method-assign]
    if forget not in forgetting.also_forget:
        forgetting.also_forget.append(forget)
    app.jinja_env.globals.update(
        asset=asset, cards_address=cards_address, drawing=drawing, show_code=codes.show, settings=settings
    )
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    app.jinja_env.filters["readable"] = addresses.readable
    app.jinja_env.filters["data"] = msgspec.to_builtins  # a piece of a pack as plain data, for scripts


def language() -> str:
    """The page's language: that of its room, or the one the browser asks for, Dutch where it does not say."""
    chosen = getattr(g, "language", None)
    return chosen or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def asset(path: str) -> str:
    """The address of a static file."""
    return f"{current_app.config['SETTINGS'].root}/static/{current_app.config['STATIC_DIGEST']}/{path}"


def drawing(key: str) -> Markup:
    """A drawing of the packs, to stand in the page, where it is SVG without saying so."""
    return Markup(content.drawing(key).replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def page(template: str, *, room: Room | None = None, theme: str | None = None, **values: Any) -> str:
    """A page in its language; of a room: in the room's or in the one that `g.language` says, with its content pack."""
    if room is not None:
        g.language = getattr(g, "language", None) or room.language
        pack = in_language(room, g.language)
        values |= {"room": room, "pack": pack, "titles": titles(room, pack)}
    with force_locale(language()):
        told = partial(long_date, zone=room.zone if room is not None else ZONE)
        return render_template(template, lang=language(), theme=theme, date=told, **values)


def on_to(endpoint: str, status: int = 302, /, **values: Any) -> Response:
    """On to another of our pages."""
    return redirect(url_for(endpoint, **values), status)  # type: ignore[return-value]  # it is one of Flask's


def light(response: Response) -> Response:
    """An answer that holds no secret, as gzip where its asker takes that. One with a secret stays as it is: someone who
    made a browser ask for it, with guesses in the address, could read from its length how good they are (BREACH)."""
    if takes_gzip():
        response.set_data(bytes(deflate.gzip_compress(response.get_data(), 6)))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def takes_gzip() -> bool:
    """Not if it is named only to be refused (`gzip;q=0`)."""
    return request.accept_encodings["gzip"] > 0


def in_language(room: Room, spoken: str) -> Pack:
    """The room's words for someone who reads this language: those of the sibling of its pack, where that came with the
    workshop; an installation's own pack has none, and stays as it is."""
    return load(spoken if room.pack in SHIPPED and spoken in SHIPPED else room.pack)


def cards_address(room: Room, spoken: str) -> str:
    """The address of the cards of a room to take along, in this language. Those of a pack that has no name here have no
    address: then it is that of the cards that came with the workshop."""
    named = room.pack not in SHIPPED and shelf.own(room.pack) is not None
    return url_for("cards.cards", language=spoken, pack=room.pack if named else None)


def titles(room: Room, pack: Pack) -> dict[str, str]:
    """What the room's steps are called in the words of a sibling of its pack, by the name that they have in its own."""
    own = load(room.pack)
    if own is pack:
        return {}
    beside = (zip(own.programme(key), pack.programme(key), strict=True) for key in own.programmes)
    return {step.title: other.title for steps in beside for step, other in steps}


def kept(template: str, room: Room) -> Response:
    """A room's page without a word about a person, in the room's language or in that of `g.language`. It is made once;
    a browser may keep it and ask whether it is still the same. A proxy may not: it holds the title of the room, and
    nothing there would forget it."""
    spoken = getattr(g, "language", None) or room.language
    pack = in_language(room, spoken)
    forgetting.holds(room.id)
    key = (room.id, template, room.code, room.title, room.language, room.closed, room.erase_at, id(pack), spoken)
    if key not in _made:
        if len(_made) >= MOST_MADE:
            _made.clear()
        html = re.sub(r"\n\s+", "\n", page(template, room=room)).encode()  # indentation is for whoever writes templates
        _made[key] = Made(html, small(html), hashlib.sha256(html).hexdigest()[:32], pack)
    made = _made[key]
    pressed_too = takes_gzip()
    response = Response(made.small if pressed_too else made.html, mimetype="text/html")
    if pressed_too:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Accept-Encoding", "Cookie"))
    response.set_etag(made.digest, weak=True)
    response.make_conditional(request)  # changes it in place
    return response


def forget(room_id: int) -> None:
    """A room is gone: so are its pages, which hold its title."""
    for key in [key for key in list(_made) if key[0] == room_id]:
        _made.pop(key, None)


def long_date(moment: int | date, *, zone: str, locale: str | None = None, pattern: str = "long") -> str:
    """A day, or that of a moment (milliseconds since the epoch) by the clocks of a zone, as people of this language, or
    of the page's, write it."""
    place = {"en": "en_GB"}.get(locale or language(), locale or language())  # Europeans write the day first
    found = moment if isinstance(moment, date) else day(moment, zone)
    return format_date(found, format=pattern, locale=place)
