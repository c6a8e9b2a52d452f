"""Alembic's side door: `workshop serve` hands in its connection; `alembic` on its own opens DATABASE_URL."""

from __future__ import annotations

from alembic import context

from workshop.models import Base


def run() -> None:
    """Runs the migrations on the connection at hand."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run(connection)
        return
    from workshop.extensions import db
    from workshop.settings import from_environment

    db.connect(from_environment().database_url)
    with db.rebuilding() as connection:
        _run(connection)


def _run(connection: object) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
