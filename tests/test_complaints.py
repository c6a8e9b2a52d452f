"""What users of neighbouring products complain of, and for each the test that shows why nobody can say it of us.

Each stands at the lowest level that can show it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHOWN_BY = {
    "timer cannot be extended": ("core", "a_timer_can_be_extended_while_it_runs_and_after_it_is_over"),
    "the end is violent": ("core", "the_end_of_a_step_breaks_nothing_off"),
    "end comes without warning": ("js", "the end of a step never comes without warning"),
    "clocks disagree": ("browser", "every_device_shows_the_same_second_whatever_its_own_clock_says"),
    "code not visible to late comers": ("browser", "the_code_is_on_the_screen_in_every_step"),
    "groups of 8 and of 1": ("core", "there_are_no_groups_of_eight_and_none_of_one"),
    "trainer left out or drafted by accident": ("app", "a_trainer_is_not_drafted_and_nobody_is_left_out"),
    "someone silently left out of the draw": ("core", "everyone_who_is_there_is_in_the_draw_once"),
    "same partners again": ("app", "not_with_the_same_people_again"),
    "same partners again, whatever the draw": ("core", "a_second_draw_brings_other_partners"),
    "cannot prepare groups ahead": (
        "app",
        "groups_are_prepared_ahead_and_nobody_sees_them_before_they_are_shown",
    ),
    "no way to call the leader": ("app", "every_group_can_call_the_leader"),
    "no message to all": ("app", "one_message_reaches_everyone_and_the_leader_sees_who_saw_it"),
    "host's laptop dies and the room is headless": (
        "app",
        "a_room_without_its_leader_goes_on_and_any_laptop_takes_over",
    ),
    "leaving one freezes the group": ("app", "who_leaves_holds_nobody_up"),
    "leaving one takes a role along": ("core", "who_leaves_does_not_freeze_the_group"),
    "forgot to restart the clock after rotating": ("core", "the_clock_restarts_by_itself_after_rotating"),
    "no sound": ("js", "there is a sound, and where the browser waits for a tap the page says so"),
    "sound cannot be switched off": ("js", "the sound can be switched off, and stays off"),
    "sound cannot be switched off at the projector": ("browser", "the_screen_is_silenced_by_one_key_and_stays_silent"),
}


@pytest.mark.parametrize("complaint", SHOWN_BY)
def test_every_complaint_is_answered_by_a_test(complaint: str) -> None:
    layer, name = SHOWN_BY[complaint]
    file = HERE / layer / ("complaints.test.mjs" if layer == "js" else "test_complaints.py")
    begins = f'test("{name}"' if layer == "js" else f"def test_{name}("
    assert begins in file.read_text(encoding="utf-8")
