"""Every setting of the server, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ASYNC_MODES = ("eventlet", "gevent", "threading")


class WrongSetting(Exception):
    """A setting that cannot be used; the message says which and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """What the server was told. Made by `from_environment`; tests make their own."""

    instance: Path
    """INSTANCE_PATH: where the database file, secret and own packs live. Default: `instance/`, where it is started."""
    database_url: str
    """DATABASE_URL: an SQLite file in `instance/`, or postgresql://… for a bigger house."""
    redis_url: str | None
    """REDIS_URL: lets several processes serve one room. Without it: one process."""
    secret_key: str
    """SECRET_KEY: signs cookies and makes the links of a room. Made once and kept in `instance/secret_key`."""
    public_url: str | None
    """PUBLIC_URL: the address people type, where it differs from the one the server sees."""
    trusted_proxies: int
    """TRUSTED_PROXIES: how many proxies in front may say who is asking. 0: none is believed."""
    async_mode: str
    """ASYNC_MODE: eventlet (default), gevent or threading."""
    metrics_token: str | None = None
    """METRICS_TOKEN: who shows it may read /metrics from another machine. Without it: nobody may."""
    styleguide: bool = False
    """STYLEGUIDE: 1 shows every component of the pages at /styleguide. Off by default: only builders need it."""

    @property
    def packs(self) -> Path:
        """Where this installation keeps content packs of its own, a folder for each."""
        return self.instance / "packs"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; raises `WrongSetting`."""
    instance = Path(environ.get("INSTANCE_PATH", "instance")).absolute()
    mode = environ.get("ASYNC_MODE") or ASYNC_MODES[0]
    if mode not in ASYNC_MODES:
        raise WrongSetting(f"ASYNC_MODE is {mode!r}; it can be {', '.join(ASYNC_MODES)}.")
    proxies = environ.get("TRUSTED_PROXIES") or "0"
    if not proxies.isdigit():
        raise WrongSetting(f"TRUSTED_PROXIES is {proxies!r}; it is the number of proxies in front, such as 1.")
    public = environ.get("PUBLIC_URL") or None
    if public and not public.startswith(("http://", "https://")):
        raise WrongSetting(f"PUBLIC_URL is {public!r}; it begins with http:// or https://.")
    return Settings(
        instance=instance,
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{instance / 'workshop.sqlite'}",
        redis_url=environ.get("REDIS_URL") or None,
        secret_key=environ.get("SECRET_KEY") or _kept_secret(instance),
        public_url=public.rstrip("/") if public else None,
        trusted_proxies=int(proxies),
        async_mode=mode,
        metrics_token=environ.get("METRICS_TOKEN") or None,
        styleguide=environ.get("STYLEGUIDE") == "1",
    )


def _kept_secret(instance: Path) -> str:
    """The secret of this installation: made at the first start, readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
