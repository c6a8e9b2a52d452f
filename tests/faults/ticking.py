"""Looks at the clock of the rooms and ends what is over, and serves nobody."""

from __future__ import annotations

from workshop import ticker
from workshop.app import create_app, set_up_logs
from workshop.settings import from_environment

if __name__ == "__main__":
    set_up_logs()
    create_app(from_environment())
    print("ticking", flush=True)
    ticker.run()
