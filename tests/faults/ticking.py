"""Looks at the clock of the rooms and ends what is over, and serves nobody."""

from __future__ import annotations

from workshop import logs, ticker
from workshop.app import create_app
from workshop.settings import from_environment

if __name__ == "__main__":
    settings = from_environment()
    logs.set_up(settings.log_format)
    create_app(settings)
    print("ticking", flush=True)
    ticker.run()
