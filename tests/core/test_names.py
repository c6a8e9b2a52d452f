"""Namesakes told apart, as static/js/screen/names.js tells them apart (tests/js/desk.test.mjs has the same people)."""

from workshop.core.names import told_apart


def test_by_team_where_that_is_enough_else_by_number() -> None:
    people = [
        (1, "Eva", "Inkomen"),
        (2, "eva", "Wijk Noord"),
        (3, "Bo", None),
        (4, "Bo", None),
        (5, "Noor", "Werk"),
    ]
    assert list(told_apart(people).values()) == ["Eva (Inkomen)", "eva (Wijk Noord)", "Bo 1", "Bo 2", "Noor"]


def test_by_when_they_came_whatever_the_order_and_whatever_nobody_sees() -> None:
    assert told_apart([(9, "Bo\u200d", None), (4, "bo", None)]) == {4: "bo 1", 9: "Bo\u200d 2"}
