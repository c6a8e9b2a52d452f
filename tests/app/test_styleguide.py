"""The page of components is there for builders, and for nobody else."""

from __future__ import annotations

from pathlib import Path

from live import Server


def test_the_styleguide_is_off_unless_asked_for(sqlite_server: Server) -> None:
    assert sqlite_server.get("/styleguide").status == 404


def test_it_shows_every_component_in_both_themes(tmp_path: Path) -> None:
    with Server(tmp_path, STYLEGUIDE="1") as server:
        for theme in ("light", "dark"):
            page = server.get(f"/styleguide?theme={theme}")
            assert page.status == 200 and f'data-theme="{theme}"'.encode() in page.body
