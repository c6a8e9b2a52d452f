"""Texts that have broken someone's software before. For every place where what a person typed comes out again."""

FORMULAS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://example.org/?"&A1,"click")',
    "+31 6 12345678",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "   =1+1",
    "\N{NO-BREAK SPACE}=1+1",
    "＝1+1",
)

TEXTS = (
    *FORMULAS,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><b>bold</b>&amp;",
    "'; DROP TABLE notes; --",
    "she said \"well\"; he said 'no', twice",
    "one;two;three",
    "no time\n=1+1",
    "too busy,=1+1,x",
    "and; +1+1",
    "a tab\t@SUM(1)",
    "first line\nsecond line\r\nthird line",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "\N{RIGHT-TO-LEFT ISOLATE}שלום\N{POP DIRECTIONAL ISOLATE} مرحبا",
    "👩🏽‍🦽 👨‍👩‍👧‍👦 🏳️‍🌈",
    "Çelik-van ’t Hof",
    "{{ 7 * 7 }} ${7*7} %s %(name)s {0}",
    "https://example.org/\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "CON",
    "007",
    "1e5",
    "TRUE",
    "2026-11-23",
    "_x0041_",
    "bell \a escape \x1b[31m",
    "half a pair \ud83d",
    "not a character \uffff",
    "é" * 280,
    "👍" * 280,
)

NO_LETTER = "\N{CYPRO-MINOAN SIGN CM001}"
"""One that hardly any machine has a typeface for."""

ROOMS = (
    {"title": "👩🏽‍🦽 小林さん مرحبا"},
    {"title": "x" * 120, "language": "en"},
    {"title": "</title><script>alert(1)</script>"},
    {"title": "=cmd|' /C calc'!A0", "zone": "Pacific/Kiritimati"},
    {"title": "Łukasz & İbrahim’s «Strauß»", "zone": "America/Curacao", "language": "en", "programme": "full"},
    {"title": "../../etc/passwd", "zone": "Asia/Kathmandu", "rounds": 1},
    {"title": "{{ 7 * 7 }} %s {0} {day}", "zone": "UTC", "rounds": 6, "leftovers": "pairs"},
    {"title": "שלום 1 عربي", "zone": "Antarctica/Troll", "planned_start": "0.05"},
)
"""Rooms that have broken someone's software before, as `rooms.opening.Wanted` takes them: each is tried at every door
(tests/app/test_odd_rooms.py), and on paper (tests/exports/test_print.py)."""

NAMES = ("O", "Zoë", "Çelik-van ’t Hof", "Łukasz", "İbrahim", "=1+1", "<b>x</b>", "小林", "x" * 40, "👩🏽‍🦽")
"""People in them."""

HOUSES = (
    {"folder": "a?b#c%20d % ü", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "STYLEGUIDE": "TRUE"},
    {
        "folder": "{x} [1] 'é'", "TZ": "America/St_Johns", "PUBLIC_URL": "HTTP://{address}/", "DATABASE_URL": "",
        "TRUSTED_PROXIES": " ", "PEOPLE_A_ROOM": " 12 ", "ORGANISATION": "<b>Ons & \N{SNOWMAN}</b>",
        "PRIVACY_CONTACT": " MAILTO:Help@Example.ORG ",
    },
)  # fmt: skip
"""Where those rooms are: the name of the instance folder, the machine's clock, and settings as people write them."""

SIZES = (
    (640, 480), (800, 600), (911, 512), (1024, 768), (1280, 720), (1920, 1080), (2560, 1080), (3840, 2160),
    (1080, 1920),
)  # fmt: skip
"""Screens (tests/browser/test_every_size.py), in points."""
