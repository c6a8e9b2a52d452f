"""Firefox and WebKit as Debian has them, each led through Selenium; Chromium has Playwright (conftest.py).

Selenium leads Firefox by a program of Mozilla's that Debian does not pack, and would download it. All that this program
does is to pass on what Firefox itself understands: `Marionette` says it directly.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from conftest import unavailable
from live import PATIENCE, until
from selenium.webdriver.firefox.options import Options as FirefoxOptions
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService

LONG = 3 * PATIENCE  # seconds: a browser that starts on a busy machine
SAYS = {
    Command.NEW_SESSION: "WebDriver:NewSession", Command.QUIT: "Marionette:Quit", Command.GET: "WebDriver:Navigate",
    Command.REFRESH: "WebDriver:Refresh", Command.GET_CURRENT_URL: "WebDriver:GetCurrentURL",
    Command.NEW_WINDOW: "WebDriver:NewWindow", Command.SWITCH_TO_WINDOW: "WebDriver:SwitchToWindow",
    Command.W3C_GET_CURRENT_WINDOW_HANDLE: "WebDriver:GetWindowHandle",
    Command.SET_WINDOW_RECT: "WebDriver:SetWindowRect", Command.W3C_EXECUTE_SCRIPT: "WebDriver:ExecuteScript",
    Command.CLICK_ELEMENT: "WebDriver:ElementClick", Command.SEND_KEYS_TO_ELEMENT: "WebDriver:ElementSendKeys",
}  # fmt: skip
"""What Selenium calls a command, and what Firefox calls it."""
OWN: dict[str, dict[str, Any]] = {Command.NEW_SESSION: {}, Command.QUIT: {"flags": ["eForceQuit"]}}
"""What it wants to be told with them, where that is something else."""
PREFERENCES = {
    "marionette.port": 0,  # any that is free; Firefox writes down which
    "services.settings.server": "data:,",  # asks nobody for anything
    "intl.accept_languages": "nl",
    "browser.dom.window.dump.enabled": True,  # what scripts did wrong is printed
}


class Marionette:
    """A line to one Firefox, in the place of Selenium's line to a driver."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=LONG)
        self._wire = self._socket.makefile("rwb")
        self._said = 0
        self._hear()  # who it is

    def _hear(self) -> Any:
        length = b""
        while (byte := self._wire.read(1)) != b":":
            assert byte, "Firefox has gone"
            length += byte
        return json.loads(self._wire.read(int(length)))

    def execute(self, command: str, params: dict[str, Any] | None) -> dict[str, Any]:
        """Does what Selenium asks; its answers are those of WebDriver, as Selenium knows them."""
        self._said += 1
        message = json.dumps([0, self._said, SAYS[command], OWN.get(command, params)]).encode()
        self._wire.write(b"%d:%s" % (len(message), message))
        self._wire.flush()
        _, _, error, answer = self._hear()
        if error:
            return {"status": error["error"], "value": error}
        return {"value": answer["value"] if isinstance(answer, dict) and set(answer) == {"value"} else answer}

    def close(self) -> None:
        """Selenium has quit."""
        self._wire.close()
        self._socket.close()


def _program(*names: str, package: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    unavailable(f"there is no {names[0]} on PATH; Debian has it in {package}")
    raise AssertionError


@contextmanager
def firefox(folder: Path) -> Iterator[WebDriver]:
    """Debian's Firefox, without a display."""
    program, profile = _program("firefox-esr", "firefox", package="firefox-esr"), folder / "profile"
    profile.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    port = profile / "MarionetteActivePort"
    with (folder / "said").open("wb") as log:
        process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank"],
            stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip
    try:
        until(lambda: process.poll() is not None or (port.exists() and port.read_text()), LONG)
        assert process.poll() is None, (folder / "said").read_text()
        with WebDriver(Marionette(int(port.read_text())), options=FirefoxOptions()) as driver:  # type: ignore[arg-type]
            yield driver
        process.wait(LONG)
    finally:
        process.kill()
        process.wait()


@contextmanager
def _display() -> Iterator[str]:
    """A display that nobody looks at."""
    program = _program("Xvfb", package="xvfb")
    ours, its = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(its), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=[its], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(its)
    try:
        with os.fdopen(ours) as told:
            number = told.readline().strip()
        assert number, "Xvfb found no display that is free"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(LONG)


@contextmanager
def webkit(folder: Path) -> Iterator[WebDriver]:
    """Debian's WebKitGTK, in the small browser that comes with it."""
    program = _program("WebKitWebDriver", package="webkit2gtk-driver")
    options = WebKitOptions()
    with _display() as display:
        env = {**os.environ, "DISPLAY": display, "HOME": str(folder), "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
        service = WebKitService(program, log_output=str(folder / "said"), env=env)
        service.start()
        try:
            with WebDriver(
                RemoteConnection(client_config=ClientConfig(service.service_url)), options=options
            ) as driver:
                yield driver
        finally:
            service.stop()


ENGINES: dict[str, Callable[[Path], AbstractContextManager[WebDriver]]] = {"firefox": firefox, "webkit": webkit}
