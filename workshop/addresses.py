"""The addresses that people type, scan or are sent."""

from __future__ import annotations

from flask import current_app, request

from config import Settings


def base_url() -> str:
    """The address of this installation, without a slash at the end."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.public_url or request.url_root.rstrip("/")


def pass_url(code: str, digits: str) -> str:
    """Where a pass leads. It stands after the #, so it never reaches a log."""
    return f"{base_url()}/r/{code}#p={digits}"
