"""The command line: serve, create, export, print, rehearse, erase, pack, organisation, user; and those of `keeping`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from subprocess import SubprocessError
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from .. import keeping, logs, terminal
from ..content import BadPack
from ..core.errors import Refused
from ..erasures import erasures
from ..extensions import Aside, db
from ..private import keep_private
from ..settings import WrongSetting, from_environment
from . import packs, people, rooms, serving
from .runtime import Runtime

__all__ = ["Runtime", "main"]


def main(runtime: Runtime, arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    with terminal.readable():
        return _run(runtime, arguments)


def _run(runtime: Runtime, arguments: Sequence[str] | None) -> int:
    wanted = _parser().parse_args(arguments)
    try:
        settings = replace(from_environment(), async_mode=runtime.mode)
        if wanted.run is not packs.copy_pack:  # a pack is for others to read
            keep_private(settings.instance, make_url(settings.database_url))
        Aside.run, Aside.select, Aside.lock = map(staticmethod, (runtime.aside, runtime.select, runtime.lock))
        logs.set_up(settings.log_format)
        status = int(wanted.run(settings, runtime, wanted) or 0)
        sys.stdout.flush()
        if erasures.owes:
            return _failed(
                f"It is done, but {erasures.path} could not be written: a backup from before would bring back what was "
                "erased just now. Mend that, and after a restore erase it again."
            )
        return status
    except BadPack as bad:
        more = f" And {len(bad.mistakes) - 1} more." if len(bad.mistakes) > 1 else ""
        return _failed(f"{bad.mistakes[0]}{more}")
    except BrokenPipeError:  # such as of `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what waits is tried again at the end
        return _failed("Whatever was to read this ended before it had all.")
    except UnicodeError:
        return _failed("What was given holds bytes that are no text (UTF-8).")
    except OSError as problem:
        return _failed(": ".join(str(part) for part in (problem.filename, problem.strerror or problem) if part))
    except (Refused, WrongSetting, SubprocessError) as problem:
        return _failed(getattr(problem, "detail", None) or problem)
    except SQLAlchemyError as problem:
        why = str(getattr(problem, "orig", None) or problem).partition("DETAIL:")[0]  # there PostgreSQL quotes the row
        return _failed(f"The database does not do what was asked: {why}")
    except (EOFError, KeyboardInterrupt):
        return _failed("Stopped; nothing was done.")
    finally:
        db.disconnect()


def _failed(why: object) -> int:
    """One line that explains it, and the exit status."""
    print(" ".join(str(why).split()), file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workshop", description="Practise hard conversations in threes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[..., Any], parent: Any = commands) -> argparse.ArgumentParser:
        described = (run.__doc__ or "").strip()
        sub: argparse.ArgumentParser = parent.add_parser(name, help=described, description=described)
        sub.set_defaults(run=run)
        return sub

    serving.add_to(add)
    rooms.add_to(add)
    keeping.add_to(add)
    packs.add_to(commands, add)
    people.add_to(commands, add)
    return parser
