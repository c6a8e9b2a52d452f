"""The whole afternoon by the contract: nothing but HTTP and a Socket.IO client (issue 2, done when 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from app.conftest import CAST
from live import Line, Server, until

Dial = Callable[..., Line]


@pytest.mark.parametrize("people", [6, 11])
def test_an_afternoon_by_the_contract(server: Server, dial: Dial, people: int) -> None:
    room = server.create_by_command(conversation="1s", feedback="2s", brief="30s", notes="30s")
    code = room["code"]
    assert server.get(f"/api/rooms/{code}").json().items() >= {"code": code, "language": "nl", "open": True}.items()
    leader, screen = dial(server, room["lead_token"]), dial(server, room["screen_token"])
    phones = [dial(server, server.join(code, name)["token"]) for name in CAST[:people]]
    until(lambda: len({p["id"] for m in screen.all("people") for p in m["changed"]}) == people)

    kinds = [s["kind"] for s in leader.snapshot["programme"]]
    assert kinds == ["welcome", "prepare", "groups"] + ["brief", "conversation", "feedback", "notes"] * 3 + [
        "plenary", "closing",
    ]  # fmt: skip
    leader.do("next")  # prepare
    phones[0].note("case", "a conversation about a letter")
    leader.do("next")  # groups
    sizes = Counter(p.wait("group")["number"] for p in phones)
    assert sorted(sizes.values(), reverse=True) == ([3, 3] if people == 6 else [4, 4, 3])

    played: list[Counter[str]] = []
    for number in (1, 2, 3):
        leader.do("next")
        assert leader.step["kind"] == "brief" and leader.step["round"] == number
        leader.do("next")
        leader.wait("step", lambda s, n=number: s["kind"] == "conversation" and s["round"] == n)
        for phone in phones:
            ended = phone.wait("step", lambda s, n=number: s["kind"] == "feedback" and s["round"] == n)
            assert ended["cause"] == "clock"
            assert phone.role(number) in ("client", "professional", "observer")
        for table in sizes:
            here = [p for p in phones if p.group and p.group["number"] == table]
            roles = Counter(p.role(number) for p in here)
            assert roles["client"] == roles["professional"] == 1
        leader.do("next")
        assert leader.step["kind"] == "notes"
        played.append(Counter((p.snapshot["me"]["id"], p.role(number)) for p in phones))
        for phone in phones[:5]:
            assert phone.note("tip", f"ask one question less ({number})", "organiser")["ok"]
    for phone in phones:
        if sizes[phone.group["number"]] == 3:  # type: ignore[index]
            assert sorted(phone.role(n) or "" for n in (1, 2, 3)) == ["client", "observer", "professional"]

    leader.do("next")
    assert leader.step["kind"] == "plenary"
    for phone, column in zip(phones, ("enthusiastic", "snags", "first_step"), strict=False):
        assert phone.post(column, f"what I take along: {column}")["ok"]
    posts = until(lambda: [p for m in screen.all("wall") for p in m["posts"]][2:])
    assert posts[0]["name"] is None
    assert len(server.get(f"/api/rooms/{code}/wall", phones[0].snapshot and room["screen_token"]).json()["posts"]) == 3
    leader.do("next")
    assert leader.step["kind"] == "closing"
    assert leader.say("command", do="next")["code"] == "invalid"

    csv = server.get(f"/reflections/{code}.csv", room["organiser_token"])
    assert csv.status == 200
    text = csv.body.decode("utf-8-sig")
    assert "ask one question less (1)" in text and "what I take along: snags" in text
    assert "a conversation about a letter" not in text and "Noor" not in text
