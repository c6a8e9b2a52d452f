"""The log names no phone and quotes nobody, whatever comes in: also where a server library would write it (S3, S6)."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from live import Server
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from workshop.quiet import told

PHONE = "127.0.0.77"
KEY = "canary-key"
HOST = b"Host: 127.0.0.1\r\n"
UPGRADE = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)
SOCKET = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" + HOST
FORM = b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
BROKEN: dict[str, list[bytes]] = {
    "no request": [b"NONSENSE " + KEY.encode() + b"\r\n\r\n"],
    "three words too many": [b"GET  /lead/1?key=" + KEY.encode() + b" /  HTTP/1.1\r\n\r\n"],
    "bytes": [b"\0\1\2\xff\r\n\r\n"],
    "a version of tomorrow": [b"GET /?key=" + KEY.encode() + b" HTTP/9.9\r\n\r\n"],
    "no host of the newer internet": [b"GET http://[::1?key=" + KEY.encode() + b" HTTP/1.1\r\n\r\n"],
    "a line that is too long": [b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"],
    "a header that is too long": [b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"],
    "too many headers": [b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 3_000 + b"\r\n"],
    "a header without a colon": [b"GET / HTTP/1.1\r\n" + KEY.encode() + b"\r\n\r\n"],
    "a length that is none": [FORM + b"Content-Length: " + KEY.encode() + b"\r\n\r\n"],
    "less than nothing": [FORM + b"Content-Length: -5\r\n\r\n"],
    "chunks that are none": [FORM + b"Transfer-Encoding: chunked\r\n\r\nzz" + KEY.encode() + b"\r\n"],
    "half a chunk": [FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"],
    "half a body": [FORM + b"Content-Length: 1000\r\n\r\nemail=" + KEY.encode()],
    "TLS": [bytes.fromhex("16030100c8010000c40303") + bytes(range(190))],
    "half an upgrade": [SOCKET + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\n\r\n"],
    "a frame that is none": [SOCKET + UPGRADE, b"\xff\xff\xff\xff"],
    "a frame that never ends": [SOCKET + UPGRADE, b"\x81\xfe\xff\xff" + b"a" * 100],
    "a goodbye that is none": [SOCKET + UPGRADE, b"\x88\x82\0\0\0\0\3\xff"],
    "words that are no text": [
        b"GET /%ff?%ff=%zz HTTP/1.1\r\n" + HOST + b"Cookie: \xff\r\nAuthorization: \xff\r\n\r\n"
    ],
    "fifty at once": [(b"GET /login HTTP/1.1\r\n" + HOST + b"\r\n") * 50],
}


def say(port: int, pieces: list[bytes], how: str) -> None:
    """Says something and waits for an answer, goes away at once, or tears the connection."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5, source_address=(PHONE, 0)) as wire:
        wire.settimeout(0.3)
        for piece in pieces:
            wire.sendall(piece)
        if how == "tears":
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "waits":
            wire.recv(4_000)


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_no_address_and_nothing_that_was_sent_comes_into_the_log(tmp_path: Path, mode: str) -> None:
    with Server(tmp_path, silent=False, ASYNC_MODE=mode, PYTHONWARNINGS="") as server:
        for pieces in BROKEN.values():
            for how in ("waits", "goes", "tears"):
                say(server.port, pieces, how)
        assert server.get("/healthz").status == 200
        server.stop()
        said = server.said.read_text(errors="replace")
        server.start()
    assert "Leaders log in at" in said
    assert PHONE not in said and KEY not in said


def test_a_traceback_says_where_and_of_which_kind_and_not_with_which_words() -> None:
    try:
        try:
            int("canary")
        except ValueError as error:
            raise KeyError("canary") from error
    except KeyError as error:
        text = told((KeyError, error, error.__traceback__))
    assert "canary" not in text.replace('int("canary")', "").replace('KeyError("canary")', "")
    assert text.index("ValueError") < text.index("That led to") < text.rindex("KeyError")
    assert "Traceback (most recent call last)" in text and "test_quiet.py" in text


def test_of_the_system_and_the_database_it_says_what_they_call_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "canary").read_bytes()
    text = told((missing.type, missing.value, missing.tb))
    assert text.endswith("FileNotFoundError: No such file or directory") and "canary'" not in text
    engine = create_engine("sqlite://")
    with engine.begin() as connection, pytest.raises(IntegrityError) as refused:
        connection.exec_driver_sql("CREATE TABLE t (x TEXT CHECK (x <> 'canary-row'))")
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", ("canary-row",))
    text = told((refused.type, refused.value, refused.tb))
    assert "SQLITE_CONSTRAINT_CHECK" in text and "sqlalchemy.exc.IntegrityError" in text
    assert "canary-row" not in "\n".join(line for line in text.splitlines() if not line.startswith(" "))


def test_what_postgres_says_of_a_row_stays_out(postgres_url: str) -> None:
    """It quotes the row that it refuses, and hide_parameters hides only what we sent."""
    engine = create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg2:"), hide_parameters=True)
    word = "".join(["can", "ary"])  # the frames of a traceback show this line
    with engine.connect() as connection, pytest.raises(IntegrityError) as refused:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE t (x TEXT, y INTEGER NOT NULL)")
        connection.exec_driver_sql("INSERT INTO t VALUES (%s, NULL)", (word,))
    engine.dispose()
    assert word in str(refused.value), "so much for the parameters"
    text = told((refused.type, refused.value, refused.tb))
    assert word not in text and "23502" in text
