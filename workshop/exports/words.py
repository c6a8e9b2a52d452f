"""The words that stand in the files besides what people wrote: in English here, in other languages in the catalogue."""

from collections.abc import Mapping
from types import MappingProxyType


def N_(text: str) -> str:
    """Marks a text for the catalogue; whoever makes a record asks for it in the language of the room."""
    return text


WORDS: Mapping[str, str] = MappingProxyType(
    {
        # The name of a file, and of what is in it.
        "file": N_("reflections"),
        "reflections": N_("Reflections"),
        # Sheets and columns.
        "wall": N_("Wall"),
        "notes": N_("Shared notes"),
        "figures": N_("Figures"),
        "question": N_("Question"),
        "text": N_("Text"),
        "name": N_("Name"),
        "recognised": N_("Recognised by"),
        "under": N_("Belongs to"),
        "theme": N_("Theme"),
        "themes": N_("Themes"),
        "times_sheet": N_("Time"),
        "step": N_("Step"),
        "planned": N_("Planned (min)"),
        "took": N_("Took (min)"),
        "in_total": N_("In total"),
        "in_round": N_("{step} · round {n}"),
        # Figures.
        "title": N_("Workshop"),
        "held_on": N_("Date"),
        "rounds": N_("Rounds of conversations"),
        "people": N_("People"),
        "people_least": N_("at least {n}"),
        "people_few": N_("fewer than five"),
        "lines": N_("Lines on the wall"),
        "shared": N_("Notes shared with the organiser"),
        "times": N_("Times recognised"),
        "where": N_("Where"),
        "written": N_("Written"),
        # The report.
        "what": N_(
            "A workshop about talking with clients about how you work together. In small groups people practised such "
            "a conversation, in turn as the client, the professional and the observer. Afterwards they wrote on a "
            "shared wall what it gave them."
        ),
        "in_short": N_("In short"),
        "strongest": N_(
            "Of each line others could say: I recognise this. Here is what was recognised most; everything follows "
            "below."
        ),
        "counted": N_("Lines: {lines}. Times recognised: {times}."),
        "by": N_("Recognised by {n}."),
        "together": N_("Lines that the workshop leader put together: {n}."),
        "together_such_as": N_("Lines put together: {n}, such as “{line}”"),
        "themes_are": N_(
            "The organiser put these lines together afterwards, by hand. Each line is under one theme at most."
        ),
        "nothing": N_("Nothing was written here."),
        "nothing_chosen": N_("Nobody said of a line here: I recognise this. All of them follow below."),
        "chart_written": N_("How much was written"),
        "chart_written_alt": N_(
            "Bar chart: how many lines were written for each question. The table has the same figures."
        ),
        "chart_recognised": N_("What was recognised most"),
        "chart_recognised_alt": N_("Bar chart: how many people recognised each line. The table has the same figures."),
        "chart_times": N_("How the clock went"),
        "chart_times_alt": N_(
            "Bar chart: for each step two bars, the minutes that were planned and the minutes that it took. The table "
            "has the same figures."
        ),
        "chart_planned": N_("planned"),
        "chart_took": N_("took"),
        "minutes_are": N_("In whole minutes, and only of steps with a clock."),
        "number": N_("No."),
        "line": N_("Line"),
        "all_wall": N_("Everything on the wall"),
        "wall_is": N_("Everyone in the room could read these lines. A name stands only with lines that were signed."),
        "all_notes": N_("Everything that was shared with the organiser"),
        "notes_are": N_("Only what people chose to share with you, without names."),
        "no_notes": N_("There are no shared notes here."),
        "about": N_("About this report"),
        "left_out": N_(
            "What is not in it: notes people kept to themselves or their group, posts the leader hid, names of people "
            "who did not sign, and who sat at which table."
        ),
        "order": N_(
            "Lines are in alphabetical order: where a line stands says nothing about when or where it was written."
        ),
        "people_why": N_(
            "The number of people is rounded down to a multiple of five. So nobody can tell from it whether someone "
            "erased what they wrote."
        ),
        "signs": N_("Some signs could not be shown on this paper; they are in the other files."),
        "page": N_("Page"),
        # Several workshops.
        "workshops": N_("Workshops"),
        "label": N_("Label"),
        "all_workshops": N_("All workshops"),
        "what_several": N_(
            "Workshops about talking with clients about how you work together. In small groups people practised such "
            "a conversation, in turn as the client, the professional and the observer. Afterwards they wrote on a "
            "shared wall what it gave them. Here these walls stand together."
        ),
        "strongest_several": N_(
            "Here is what was recognised most across these workshops; everything follows below."
        ),
        "returns": N_("What returns"),
        "returns_alt": N_("Bar chart: in how many workshops each line came back. The table has the same figures."),
        "in_workshops": N_("In how many workshops"),
        "erased_on": N_("Will be erased on"),
        "only_there": N_(
            "Only workshops whose room still exists are included. Each room is erased on its own date and then no "
            "longer appears here. Rehearsals, and rooms that have not begun, are left out."
        ),
        "each_rounded": N_(
            "Every number is the sum of what each workshop tells by itself. People are rounded down for each workshop "
            "and then added up."
        ),
        "held_back_each": N_(
            "Shared notes come from each workshop by itself, in two lots: at the closing, and when the workshop leader "
            "closes the room. And only if at least five people of that workshop shared something. What is still held "
            "back then never comes."
        ),
    }
)  # fmt: skip
"""By their key. A record carries them in the language of its room."""
