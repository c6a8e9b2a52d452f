"""The screen on the wall: what a room sees of it in every step, what it never sees, and what can be heard.

Beside it the complaints of issue 4 that concern the screen, each as a test that shows why it cannot be made.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live import Line, Server, until
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from workshop.models import Post, Room

from .conftest import LAPTOP, PHONE, PROJECTOR, join
from .hand import Hand
from .places import bottom_of, height_of, top_of

Open = Callable[..., Page]
FIFTH = PROJECTOR["viewport"]["height"] / 5
AT_ONCE = 9
COLUMNS = ("enthusiastic", "snags", "first_step")
LONG = "Ik wil vaker vragen hoe de ander onze samenwerking ervaart, ook als het spannend is. "

RECORDER = """
window.struck = [];
class Param { setValueAtTime() {} linearRampToValueAtTime() {} exponentialRampToValueAtTime() {} }
class Node { connect(to) { return to; } }
window.GainNode = class extends Node { gain = new Param(); };
window.OscillatorNode = class extends Node {
  constructor(_audio, { frequency }) { super(); this.frequency = frequency; }
  start() { window.struck.push(this.frequency); }
  stop() {}
};
window.AudioContext = class {
  state = "suspended"; currentTime = 0; destination = new Node();
  async resume() {
    if (navigator.userActivation.hasBeenActive) this.state = "running";
    else await new Promise(() => {});
  }
};
"""


@pytest.fixture
def room(sqlite_server: Server) -> dict[str, str]:
    return sqlite_server.create(programme="full", title="Samen oefenen")


@pytest.fixture
def leader(sqlite_server: Server, room: dict[str, str]) -> Iterator[Line]:
    line = Line(sqlite_server, room["lead_token"])
    yield line
    line.close()


@pytest.fixture
def people(sqlite_server: Server, room: dict[str, str], leader: Line) -> None:
    for name in ("Noor", "Sem", "Fatma", "Jan", "Bo", "Eva", "Youssef"):
        leader.do("add_person", name=name)


@pytest.fixture
def cut_off(browser: Browser) -> Iterator[Page]:
    """A screen of which the line is cut: what a browser complains of then is no fault of the page."""
    context = browser.new_context(locale="nl-NL", **PROJECTOR)
    yield context.new_page()
    context.close()


def to(leader: Line, kind: str, round: int | None = None) -> dict[str, Any]:
    """The leader takes the room to a step."""
    steps = leader.snapshot["programme"]
    step: dict[str, Any] = next(s for s in steps if s["kind"] == kind and s["round"] in (round, s["round"] and 1))
    leader.do("go", index=step["index"])
    return step


def write_on_the_wall(server: Server, code: str, each: int, text: Callable[[int], str]) -> list[str]:
    """So many posts in each column, without so many phones; returns their ids."""
    ids = [str(uuid.uuid4()) for _ in range(3 * each)]
    with server.database.writing() as session:
        room = session.scalars(select(Room).where(Room.code == code)).one()
        for i, id in enumerate(ids):
            session.add(Post(room_id=room.id, id=id, column=COLUMNS[i % 3], text=text(i), posted_at=1000 + i))
    return ids


def test_the_code_and_the_time_can_be_read_in_every_step(
    room: dict[str, str], leader: Line, people: None, open_page: Open
) -> None:
    """Complaint: the code is not visible to late comers; the countdown cannot be read from the back."""
    screen = open_page(room["screen_url"], **PROJECTOR)
    code = f"{room['code'][:4]} {room['code'][4:]}"
    for step in leader.snapshot["programme"]:
        if step["round"] in (2, 3):
            continue
        leader.do("go", index=step["index"])
        scene = screen.locator(f".scene[data-kind={step['kind']}]")
        expect(scene).to_be_visible()
        expect(screen.get_by_text(code).filter(visible=True)).to_have_count(1)
        expect(screen.locator(".qr img").filter(visible=True)).to_have_count(1)
        until(lambda: screen.evaluate("document.documentElement.scrollHeight <= innerHeight"))  # nothing below the edge
        if step["seconds"] and step["kind"] not in ("groups", "plenary", "talk"):  # those need their height for others
            time_left = scene.locator(".clock .time")
            until(lambda: height_of(time_left) >= FIFTH)


def test_a_full_wall_shows_nine_lines_at_once_and_counts_the_rest(
    sqlite_server: Server, room: dict[str, str], leader: Line, open_page: Open
) -> None:
    write_on_the_wall(sqlite_server, room["code"], 41, lambda i: (f"{i} " + LONG * (1 if i % 5 else 4))[:280])
    to(leader, "plenary")
    screen = open_page(room["screen_url"], **PROJECTOR)
    posts = screen.locator("#wall .post").filter(visible=True)
    expect(posts).to_have_count(AT_ONCE)
    expect(screen.locator("#wall .more").filter(visible=True)).to_contain_text(str(41 - AT_ONCE))
    leader.do("wall_page", column="snags", page=4)
    expect(posts).to_have_count(41 - 4 * AT_ONCE)
    expect(screen.locator("#wall .more").filter(visible=True)).to_contain_text("37")
    for post in posts.all():
        until(lambda: bottom_of(post) <= PROJECTOR["viewport"]["height"])


def test_one_line_in_the_light_and_lines_put_together(
    sqlite_server: Server, room: dict[str, str], leader: Line, open_page: Open
) -> None:
    ids = write_on_the_wall(sqlite_server, room["code"], 3, lambda i: f"regel {i}")
    to(leader, "plenary")
    screen = open_page(room["screen_url"], **PROJECTOR)
    expect(screen.locator("#wall .post")).to_have_count(9)
    leader.do("bundle", posts=[ids[1], ids[4]], title="Te weinig tijd")
    expect(screen.locator("#wall .post").filter(has_text="Te weinig tijd")).to_contain_text("2")
    expect(screen.locator("#wall .post")).to_have_count(8)
    leader.do("spotlight", post=ids[0])
    expect(screen.locator("#wall .post").filter(visible=True)).to_have_count(1)
    expect(screen.locator("#wall .spotlight")).to_contain_text("regel 0")
    leader.do("spotlight", post=None)
    expect(screen.locator("#wall .post").filter(visible=True)).to_have_count(8)


def test_a_concealed_wall_holds_no_word_of_anyone(
    sqlite_server: Server, room: dict[str, str], leader: Line, open_page: Open
) -> None:
    write_on_the_wall(sqlite_server, room["code"], 2, lambda i: f"kanarie {i}")
    to(leader, "plenary")
    screen = open_page(room["screen_url"], **PROJECTOR)
    expect(screen.locator("#wall")).to_contain_text("kanarie 3")
    leader.do("conceal")
    expect(screen.locator("#wall .concealed")).to_be_visible()
    assert "kanarie" not in screen.content()
    leader.do("reveal")
    expect(screen.locator("#wall")).to_contain_text("kanarie 3")


def test_what_the_leader_says_to_all_is_large_on_the_screen(
    room: dict[str, str], leader: Line, people: None, open_page: Open
) -> None:
    """Complaint: there is no message to all. What is for one table is not for the room."""
    to(leader, "conversation")
    group = leader.wait("groups")["groups"][0]["id"]
    screen = open_page(room["screen_url"], **PROJECTOR)
    expect(screen.locator(".talking .time")).not_to_be_empty()
    leader.do("notice", text="Voor één tafel", group=group)
    leader.do("notice", text="<b>Koffie</b> in de hal")
    told = screen.locator("#told")
    expect(told).to_contain_text("<b>Koffie</b> in de hal")
    assert "Voor één tafel" not in screen.content()
    long = "Wie nog niets at: er staat soep in de hal, ook zonder vlees. " * 4 + "Tot zo, om drie uur."
    for text in ("Nog één ding", long):
        leader.do("notice", text=text)
        expect(told).to_contain_text(text.strip())
        until(lambda: bottom_of(screen.locator(".talking .time")) <= top_of(told))  # the time stays in sight
        until(lambda: told.evaluate("box => box.scrollHeight <= box.clientHeight + 1"))  # and every word
    screen.reload()
    expect(told).to_contain_text("Tot zo, om drie uur")


def test_a_locked_door_is_told_where_people_come_in(room: dict[str, str], leader: Line, open_page: Open) -> None:
    screen, phone = open_page(room["screen_url"], **PROJECTOR), open_page(room["join_url"], **PHONE)
    expect(screen.locator(".welcome .huge")).to_be_visible()
    expect(screen.locator(".welcome [data-locked]")).to_be_hidden()
    leader.do("lock")
    expect(screen.locator(".welcome [data-locked]")).to_be_visible()
    phone.click("#join [type=submit]")
    expect(phone.locator("#name")).to_have_attribute("aria-invalid", "true")
    phone.fill("#name", "Noor")
    expect(phone.locator("#join-error")).to_be_hidden()


def test_the_end_counts_what_took_place(room: dict[str, str], leader: Line, people: None, open_page: Open) -> None:
    screen = open_page(room["screen_url"], **PROJECTOR)
    for kind in ("groups", "conversation", "closing"):
        to(leader, kind)
    expect(screen.locator("#gathered")).to_contain_text("2 gesprekken")


def test_sound_can_be_tried_and_switched_off(room: dict[str, str], leader: Line, open_page: Open) -> None:
    """Complaints: no sound; sound cannot be switched off."""
    screen = open_page("about:blank", **PROJECTOR)
    screen.add_init_script(RECORDER)
    screen.goto(room["screen_url"])
    expect(screen.locator("#allow")).to_be_visible()  # the browser wants a tap first, and the screen says so
    screen.mouse.move(400, 400)
    screen.click("#test")
    until(lambda: screen.evaluate("struck.length") > 0)
    expect(screen.locator("#allow")).to_be_hidden()
    screen.evaluate("struck.length = 0")
    step = to(leader, "check_in")
    leader.do("add", seconds=1 - step["seconds"])
    until(lambda: screen.evaluate("struck.length") > 0)  # the gong at the end
    screen.keyboard.press("m")
    expect(screen.locator("#sound")).to_have_attribute("aria-pressed", "false")
    screen.evaluate("struck.length = 0")
    screen.click("#test")
    leader.do("restart")
    leader.do("add", seconds=1 - step["seconds"])
    expect(screen.locator(".asking .clock:visible")).not_to_have_attribute("data-level", "over")
    expect(screen.locator(".asking .clock:visible")).to_have_attribute("data-level", "over")
    assert screen.evaluate("struck") == []


def test_without_a_line_there_is_a_sign_and_the_countdown_goes_on(
    room: dict[str, str], leader: Line, people: None, cut_off: Page
) -> None:
    """Complaint: the host's network dies and the room is headless."""
    to(leader, "conversation")
    screen = cut_off
    screen.goto(room["screen_url"])
    figures = screen.locator(".talking .time")
    expect(figures).not_to_be_empty()
    screen.context.set_offline(True)
    expect(screen.locator("#line")).to_be_visible()
    seen = figures.inner_text()
    until(lambda: figures.inner_text() != seen)
    expect(screen.locator(".talking")).to_be_visible()
    screen.context.set_offline(False)
    expect(screen.locator("#line")).to_be_hidden()


def test_a_reload_while_the_socket_is_down_shows_what_was_known(
    room: dict[str, str], leader: Line, people: None, cut_off: Page
) -> None:
    to(leader, "conversation")
    screen = cut_off
    screen.goto(room["screen_url"])
    expect(screen.locator(".talking .time")).not_to_be_empty()
    before = time.monotonic()
    screen.context.route("**/socket.io/**", lambda route: route.abort())
    screen.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    screen.reload()
    expect(screen.locator(".talking .time")).to_contain_text("4:")
    expect(screen.locator("#line")).to_be_visible()
    minutes, seconds = screen.locator(".talking .time").inner_text().split(":")
    assert int(minutes) * 60 + int(seconds) <= 301 - (time.monotonic() - before), "its clock went on"


def test_a_phone_shows_what_the_leader_says_and_that_help_comes(
    sqlite_server: Server, room: dict[str, str], leader: Line, people: None, open_page: Open
) -> None:
    """Complaints: there is no message to all; there is no way to call the leader."""
    phone = join(open_page(room["join_url"], **PHONE), "Zoë")
    to(leader, "conversation")
    groups = leader.wait("groups", lambda heard: heard["shown"])["groups"]
    own = next(g["id"] for g in groups if any(m["name"] == "Zoë" for m in g["members"]))
    leader.do("notice", text="Nog tien minuten")
    expect(phone.locator("#told")).to_contain_text("Nog tien minuten")
    assert leader.wait("notices", lambda heard: heard and heard[-1]["seen"] == 1)
    expect(phone.locator("#told")).to_be_visible()  # until it is put away
    phone.click("#told-read")
    expect(phone.locator("#main")).to_be_focused()
    expect(phone.locator("#told")).to_be_hidden()
    phone.click("[data-opens=help]")
    phone.click("#hand [data-down]")
    expect(phone.locator("#help-title")).to_be_focused()  # the button is gone
    expect(phone.locator("#hand").get_by_role("status")).to_contain_text("dat jullie tafel hulp vraagt")
    leader.wait("groups", lambda heard: any(g["id"] == own and g["hand_at"] for g in heard["groups"]))
    leader.do("coming", group=own)
    expect(phone.locator("#hand [data-coming]")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator("#stage > [data-coming]")).to_be_visible()
    leader.do("notice", text="Rond af")
    expect(phone.locator("#told")).to_contain_text("Rond af")
    to(leader, "feedback")
    expect(phone.locator("#told")).to_be_hidden()  # the room has gone on
    ids = write_on_the_wall(sqlite_server, room["code"], 2, lambda i: f"regel {i}")
    to(leader, "plenary")
    wall = phone.locator("[data-slot=wall]")
    expect(wall.locator(".post")).to_have_count(6)
    leader.do("bundle", posts=[ids[0], ids[3]], title="Samen")
    expect(wall.locator(".post").filter(has_text="Samen").locator("summary")).to_contain_text("2")
    expect(wall.locator(".post")).to_have_count(5)
    leader.do("conceal")
    expect(wall.locator(".post")).to_have_count(0)
    expect(phone.locator("[data-slot=wall_empty]")).not_to_be_empty()


def test_examples_have_a_moment_that_the_leader_opens(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(programme="full", title="Voorbeelden")
    leader = Line(sqlite_server, made["lead_token"])
    desk = Hand(open_page(made["lead_url"], **LAPTOP))
    screen, phone = open_page(made["screen_url"], **PROJECTOR), join(open_page(made["join_url"], **PHONE), "Noor")
    step = to(leader, "check_in")
    leader.do("add", seconds=60 - step["seconds"])
    expect(phone.locator("#talked")).to_be_visible()
    expect(phone.locator("#post-example")).to_be_hidden()
    expect(screen.locator("#check-in")).to_be_visible()

    desk.press("examples_open", n=5)
    expect(screen.locator("#examples")).to_be_visible()
    until(lambda: desk.clock() > 280)  # it has a time of its own
    expect(phone.locator("#talked")).to_be_hidden()
    phone.fill("#post-example", "Een vraag die bleef hangen")
    phone.locator("#examples button.primary").click()
    expect(screen.locator("#examples .post")).to_contain_text("Een vraag die bleef hangen")
    expect(desk.page.locator("#now-part")).to_contain_text(desk.word("examples_so_far", n=1))
    desk.press("examples_close")
    expect(screen.locator("#check-in")).to_be_visible()
    expect(phone.locator("#talked")).to_be_visible()
    leader.close()


def test_a_wall_that_is_never_answered_is_asked_for_again(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(title="Traag netwerk")
    leader = Line(sqlite_server, made["lead_token"])
    phone = Line(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"])
    assert phone.post("snags", "Er was geen tijd")["ok"]
    screen, asked = open_page("about:blank", **PROJECTOR), 0

    def answer(route: Route) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            route.continue_()

    screen.route("**/api/rooms/*/wall", answer)
    screen.goto(made["screen_url"])
    to(leader, "plenary")
    expect(screen.locator("#scenes > :not([hidden])")).to_contain_text("Er was geen tijd")
    assert asked > 1
    for line in (leader, phone):
        line.close()


def test_a_wall_that_takes_long_is_not_begun_again_and_again(sqlite_server: Server, open_page: Open) -> None:
    """R18: where a whole room shares a slow network, it would never be there."""
    made = sqlite_server.create(title="Druk netwerk")
    leader = Line(sqlite_server, made["lead_token"])
    phone = Line(sqlite_server, sqlite_server.join(made["code"], "Noor")["token"])
    assert phone.post("snags", "Er was geen tijd")["ok"]
    to(leader, "plenary")
    screen = open_page("about:blank", **PROJECTOR)
    asked: list[tuple[float, Route]] = []
    screen.route("**/api/rooms/*/wall", lambda route: asked.append((time.monotonic(), route)))
    screen.goto(made["screen_url"])

    def took(seconds: float, times: int) -> bool:
        screen.evaluate("0")  # what waits to be handed out here is
        return len(asked) >= times and time.monotonic() - asked[times - 1][0] > seconds

    until(lambda: took(9, 2), patience=60)
    asked[1][1].continue_()
    expect(screen.locator("#scenes > :not([hidden])")).to_contain_text("Er was geen tijd")
    assert len(asked) == 2, "the second time it had more patience"
    for line in (leader, phone):
        line.close()


def test_who_speaks_in_the_feedback_lights_up_by_the_hinted_times(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(feedback="3m", title="Terugkijken")
    leader, screen = Line(sqlite_server, made["lead_token"]), open_page(made["screen_url"], **PROJECTOR)
    phones = [join(open_page(made["join_url"], **PHONE), name) for name in ("Noor", "Sem", "Fatma")]
    to(leader, "feedback", 1)
    leader.do("pause")
    roles = {
        role: phone
        for phone in phones
        if (role := str(phone.locator("#strip-where [data-role]").get_attribute("data-role")))
    }
    lit = screen.locator(".order > [data-now]")
    for role, seconds in (("client", 0), ("professional", -60), ("observer", -55), ("observer", -80)):
        leader.do("add", seconds=seconds) if seconds else None
        expect(lit).to_have_count(1)
        expect(lit).to_have_attribute("data-role", role)
        expect(lit.locator(".tips")).to_be_visible()
        for whose, phone in roles.items():
            expect(phone.locator("#speaks [data-role]")).to_have_attribute("data-role", role)
            expect(phone.locator("#speaks[data-mine]")).to_have_count(int(whose == role))
            expect(phone.locator(".turns [aria-current]")).to_have_attribute("data-turn", role)
    to(leader, "notes", 1)
    expect(phones[0].locator("#speaks")).to_be_hidden()
    leader.close()


def test_after_the_check_in_the_tables_tell_the_room(sqlite_server: Server, open_page: Open) -> None:
    made = sqlite_server.create(programme="full", title="Terug in de zaal")
    leader = Line(sqlite_server, made["lead_token"])
    screen, phone = open_page(made["screen_url"], **PROJECTOR), join(open_page(made["join_url"], **PHONE), "Noor")
    expect(screen.locator("#plan li")).to_have_count(phone.locator(".plan li").count())
    for here, elsewhere, back in (("#check-in", "#told-back", "no"), ("#told-back", "#check-in", "yes")):
        leader.do("next")
        expect(screen.locator(here)).to_be_visible()
        expect(screen.locator(elsewhere)).to_be_hidden()
        expect(phone.locator(f"[data-back={back}]")).to_be_visible()
        expect(phone.locator("[data-back]:visible")).to_have_count(1)
    assert leader.step["clock"]["state"] == "running", "it has a time of its own"
    leader.close()
