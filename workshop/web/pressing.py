"""Makes the static files light for a phone on guest Wi-Fi (W1): without what only eyes need, in few files, compressed.

The scripts are ES modules that run as they are written (docs/decisions/0003); here those of the phone page become one
(0013), and each style sheet one with the components that it imports (0026). It knows the few forms of `import` and
`export` that the house uses, and refuses any other.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from posixpath import dirname, join, normpath
from stat import S_IMODE

import deflate

WHOLE = ("js/phone.js",)
"""Scripts that travel with all that they import, save the libraries."""

KINDS = {".js": "application/javascript", ".css": "text/css"}
SPARE = """
import minify, re, sys
for kind, path in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(path, encoding="utf-8") as file:
        text = re.sub("\\n +", "\\n", minify.string(kind, file.read()))  # left in templates, for our eyes only
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
"""
"""In a process of its own: the library brings a runtime along that has no business in a server."""

IMPORT = re.compile(r'^import (?:\{ ([^}]+) \}|\* as (\w+)) from "([^"]+)";\n', re.MULTILINE)
AGAIN = re.compile(r'^export \{ ([^}]+) \} from "([^"]+)";\n', re.MULTILINE)
STYLES = re.compile(r'(?:^@import "[^"]+"(?: layer\(\w+\))?;\n)+', re.MULTILINE)
STYLE = re.compile(r'"([^"]+)"(?: layer\((\w+)\))?;')
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


def small(content: bytes) -> bytes:
    """As gzip, and a fortieth smaller than zlib makes it: on guest Wi-Fi every packet counts (W1)."""
    return bytes(deflate.gzip_compress(content, 12))


def digest_of(folder: Path) -> str:
    """What tells one set of static files from another."""
    how = Path(__file__).read_bytes() + version("tdewolff-minify").encode()  # how they are pressed counts too
    found = hashlib.sha256(how)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def pressed(source: Path, target: Path) -> Path:
    """The static files without what only eyes need, each with a gzipped twin beside it; made once for every version."""
    if not target.exists():
        making = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            _press(source, making)
            making.rename(target)
        except OSError:
            if not target.is_dir():  # else another process was first
                raise
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return target


def _press(source: Path, making: Path) -> None:
    shutil.copytree(source, making, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("*.d.ts"))
    for path in (making, *(p for p in making.rglob("*") if p.is_dir())):
        path.chmod(S_IMODE(making.parent.stat().st_mode))  # who may read them is the installation's, not the source's
    sheets = {path: sheet(path) for path in (making / "css").glob("*.css")}
    for path, style in sheets.items():
        path.write_text(style, encoding="utf-8")
    for components in {path.parent for path in (making / "css").glob("*/*.css")}:
        shutil.rmtree(components)  # each is in the sheets that import it
    for script in WHOLE:
        (making / script).write_text(whole(making, script), encoding="utf-8")
    ours = [path for path in making.rglob("*") if path.suffix in KINDS and "vendor" not in path.parts]
    named = [word for path in ours for word in (KINDS[path.suffix], str(path))]
    subprocess.run([sys.executable, "-c", SPARE, *named], check=True)
    for path in [p for p in making.rglob("*") if p.suffix in (".js", ".css", ".svg")]:
        path.with_name(path.name + ".gz").write_bytes(small(path.read_bytes()))


def sheet(path: Path) -> str:
    """A style sheet with those that it imports in their places; neighbours in one layer stand in it together.

    Raises:
        ValueError: it has an import in a form that is not known here, or one that does not stand on a line of its own
    """

    def bring(run: re.Match[str]) -> str:
        brought = ""
        for layer, styles in groupby(STYLE.findall(run[0]), itemgetter(1)):
            text = "".join(sheet(path.parent / way) for way, _ in styles)
            brought += f"@layer {layer} {{\n{text}}}\n" if layer else text
        return brought

    text = STYLES.sub(bring, path.read_text(encoding="utf-8"))
    if strange := re.search("@import.*", text):
        raise ValueError(f"{path}: {strange[0]}: this form of import is not known here")
    return text


def whole(folder: Path, script: str) -> str:
    """A script with the modules that it imports, each in a scope of its own, in the order in which they run."""
    libraries: dict[str, str] = {}
    walls: dict[str, str] = {}

    def name(path: str) -> str:
        return "$" + re.sub(r"\W", "_", path)

    def target(module: str, path: str) -> str:
        found = normpath(join(dirname(module), path))
        if found.startswith("vendor/"):
            libraries[found] = normpath(join("..", found))
        elif found not in walls:
            add(found)
        return name(found)

    def add(module: str) -> None:
        walls[module] = ""  # a circle of imports ends here
        told: list[str] = []

        def bring(match: re.Match[str]) -> str:
            what, alias, path = match.groups()
            return f"const {alias or '{ ' + what.replace(' as ', ': ') + ' }'} = {target(module, path)};\n"

        def hand_on(match: re.Match[str]) -> str:
            told.extend(f"{one}: {target(module, match[2])}.{one}" for one in match[1].split(", "))
            return ""

        text = IMPORT.sub(bring, (folder / module).read_text(encoding="utf-8"))
        text = AGAIN.sub(hand_on, text)
        told.extend(EXPORT.findall(text))
        text = EXPORT.sub("", text)
        if strange := re.search(r"^(?:import|export)\b.*", text, re.MULTILINE):
            raise ValueError(f"{module}: {strange[0]}: this form of import or export is not known here")
        del walls[module]  # it stands behind what it imports
        walls[module] = f"const {name(module)} = (() => {{\n{text}return {{ {', '.join(told)} }};\n}})();\n"

    add(script)
    brought = [f'import * as {name(path)} from "{way}";\n' for path, way in libraries.items()]
    return "".join([*brought, *walls.values()])
