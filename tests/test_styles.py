"""The style sheets: one order, named depths, listed widths, and no selector of something that is nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workshop.web.pressing import sheet

PACKAGE = Path(__file__).parent.parent / "workshop"
CSS = PACKAGE / "static" / "css"
SCRIPTS = sorted((PACKAGE / "static" / "js").rglob("*.js"))
TOKENS = CSS / "base" / "tokens.css"


def plain(path: Path) -> str:
    """What it says, without comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


STYLES = {path: plain(path) for path in sorted(CSS.rglob("*.css"))}


def test_each_component_has_one_place_in_one_order() -> None:
    imported = [
        (path.parent / way).resolve() for path, text in STYLES.items() for way in re.findall(r'@import "([^"]+)"', text)
    ]
    components = [path.resolve() for path in STYLES if path.parent != CSS]
    assert sorted(imported) == sorted([*components, CSS.resolve() / "house.css"])
    assert not [path for path in components if "@import" in STYLES[path] or "@layer" in STYLES[path]]


def test_a_sheet_travels_as_one(tmp_path: Path) -> None:
    (tmp_path / "of").mkdir()
    for name in ("one", "two", "three"):
        (tmp_path / "of" / f"{name}.css").write_text(f".{name} {{}}\n")
    page = tmp_path / "page.css"
    page.write_text(
        '@layer parts, page;\n@import "of/one.css" layer(parts);\n@import "of/two.css" layer(parts);\n'
        '@import "of/three.css";\n.own {}\n'
    )
    assert sheet(page) == "@layer parts, page;\n@layer parts {\n.one {}\n.two {}\n}\n.three {}\n.own {}\n"
    page.write_text('@import "of/one.css" layer(parts) screen;\n')
    with pytest.raises(ValueError, match="not known here"):
        sheet(page)


def test_what_lies_over_what_is_said_once() -> None:
    declared = re.findall(r"--depth-(\w+): (\d+);", STYLES[TOKENS])
    assert [int(depth) for _, depth in declared] == list(range(1, len(declared) + 1)), "from the page up"
    used = [depth.strip() for text in STYLES.values() for depth in re.findall(r"z-index:([^;]+);", text)]
    assert set(used) == {f"var(--depth-{name})" for name, _ in declared}


def test_pages_change_at_listed_widths_only() -> None:
    listed = set(re.findall(r"^ +(\d+rem +(?:wide|high)):", TOKENS.read_text(encoding="utf-8"), re.MULTILINE))
    listed = {" ".join(one.split()) for one in listed}
    asked = [query for text in STYLES.values() for query in re.findall(r"@media([^{]+)", text)]
    asked += [query for path in SCRIPTS for query in re.findall(r'matchMedia\("([^"]+)', path.read_text("utf-8"))]
    kinds = {"width": "wide", "height": "high"}
    found = {
        f"{length} {kinds[side]}"
        for query in asked
        for side, length in re.findall(r"(?:min|max)-(width|height): ([\w.]+)", query)
    }
    assert {one.replace("47.99rem", "48rem") for one in found} == listed


def test_what_is_as_high_as_the_window_is_as_high_as_what_is_seen_of_it() -> None:
    """A phone's address bar lies over part of 100vh; browsers that know no dvh keep the line before."""
    high = re.compile(r"height: ([^;]*\b100vh\b[^;]*);\s*([^;]*);")
    found = [(told, then) for text in STYLES.values() for told, then in high.findall(text)]
    assert found and not [told for told, then in found if then.split(": ")[-1] != told.replace("100vh", "100dvh")]


def test_no_selector_or_token_is_of_something_that_is_nowhere() -> None:
    pages = (path for kind in ("html", "js", "svg", "py") for path in PACKAGE.rglob(f"*.{kind}"))
    text = " ".join(path.read_text(encoding="utf-8") for path in pages if "vendor" not in path.parts)
    words = set(re.findall(r"[\w-]+", text))
    words |= {"data-" + re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), word) for word in words}
    everything = " ".join(STYLES.values())
    unknown: set[str] = set()
    for path, style in STYLES.items():
        selectors = " ".join(one for one in re.findall(r"([^{};]+)\{", style) if "@" not in one)
        names = re.findall(r"[.#]([a-z][\w-]*)", selectors) + re.findall(r"\[([\w-]+)", selectors)
        names += re.findall(r'\[[\w-]+~?="([a-z-]+)"', selectors)
        unknown |= {f"{path.name}: {name}" for name in names if name not in words}
        tokens = re.findall(r"(--[\w-]+):", style)
        unknown |= {f"{path.name}: {token}" for token in tokens if f"var({token}" not in everything}
    assert not unknown
