"""A mail, and how it went: what the server and the program that speaks to mail servers (`smtp`) tell each other."""

from __future__ import annotations

from typing import Literal

import msgspec


class Letter(msgspec.Struct, frozen=True):
    """A mail, and the server that is to take it. `server`: SMTP_URL; `sender`: MAIL_FROM, `name`: how people know that
    sender. `to`: empty if there is nobody to write to; then all goes as with a mail, up to where it would be sent."""

    server: str
    sender: str
    name: str
    to: str = ""
    subject: str = ""
    text: str = ""


class Went(msgspec.Struct, frozen=True):
    """`taken`: the server has it. `away`: it takes no mail now, whoever sends it to whom. `refused`: it does not take
    this one. `why`: a part of a sentence."""

    how: Literal["taken", "away", "refused"]
    why: str = ""
