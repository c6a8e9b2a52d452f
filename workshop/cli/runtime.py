"""What the commands are told of the program that runs them."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

Unread = Callable[[int], bytes]
Serve = Callable[[Flask, socket.socket, Unread], None]
Add = Callable[..., argparse.ArgumentParser]
"""Adds a command by its name and what runs it, whose docstring describes it."""


@dataclass(frozen=True)
class Runtime:
    """What only `__main__` knows: how to serve under the async mode, how to run slow work aside (`Aside`), and which
    mode it is."""

    serve: Serve
    aside: Callable[..., Any]
    select: Callable[..., Any]
    lock: Callable[[], Any]
    mode: str = "threading"
