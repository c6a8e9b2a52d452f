"""By which code a request came here, read as a proxy reads it: who wants to be sent elsewhere gains nothing."""

from __future__ import annotations

import pytest

from workshop.routed import code_of


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/socket.io/", "EIO=4&code=12345678", "12345678"),
        ("/api/me", "code=12345678", "12345678"),
        ("/api/rooms/12345678/people", "", "12345678"),
        ("/api/rooms/12345678/people", "code=87654321", "12345678"),
        ("/qr/12345678.svg", "", "12345678"),
        ("/r/1234 5678", "", "12345678"),
        ("/workshop/lead/12345678/times", "", "12345678"),
        ("/socket.io/", "CODE=87654321&code=12345678", "87654321"),
        ("/socket.io/", "code=87654321&code=12345678", "87654321"),
        ("/socket.io/", "decode=12345678", ""),
        ("/r/123456789", "", ""),
        ("/api/me", "", ""),
        ("/api/me", "code=1234-5678", "12345678"),
        ("/api/me", "code=1234%205678", "12345678"),
        ("/api/me", f"code={'1' * 9_000}", ""),
        ("/socket.io/", "code=\x00", ""),
        ("/socket.io/", "code=12345678%00", ""),
    ],
)
def test_the_code_of_a_request(path: str, query: str, code: str) -> None:
    assert code_of({"PATH_INFO": path, "QUERY_STRING": query}) == code
