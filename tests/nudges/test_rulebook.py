"""The table of reminders: what is wrong in it stops the start, with line and reason."""

from pathlib import Path

import pytest

from bot.app import reminders
from bot.desk.team.absence import CARD_BACK
from bot.phrases import phrases
from bot.slack import words
from bot.tables import calendars
from bot.tables import reminders as rulebook
from bot.tables.calendars import CALENDARS
from bot.tables.reading import TableWrong
from bot.tables.reminders import FILE, RESERVED, rules

GOOD = FILE.read_text("utf-8")
TEXTS = {"line": {"hearing_day_before"}, "slack": {"sub_missing"}}
ONE = """\
rules:
  - rule: sub_missing
    what: サブが決まっていない
    of: without_sub
    after: { open_hours: 4 }
    to: acting
    door: slack
    words: sub_missing
    void: [joined, closed]
    changed_by: [lead]
"""


CHECK_IN = """\
rules:
  - rule: check_in
    what: その後の様子をうかがう
    of: check_in
    after: { hours: 0 }
    to: citizen
    door: line
    does: check_in
    void: [asked, closed]
    changed_by: [lead]
"""


def told(tmp_path: Path, text: str) -> str:
    file = tmp_path / "rules.yml"
    file.write_text(text, "utf-8")
    with pytest.raises(TableWrong) as wrong:
        rulebook.read(file, TEXTS)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "reason"),
    [
        ("of: without_sub", "of: full_moon", 4, "full_moon"),
        ("open_hours: 4", "open_hours: -4", 5, "greater than or equal to 0"),
        ("open_hours: 4", "fortnights: 4", 5, "fortnights isn't known"),
        ("{ open_hours: 4 }", "{ hours: 4, days: 1 }", 5, "exactly one of"),
        ("    words: sub_missing\n", "", 2, "is missing"),
        ("words: sub_missing", "words: ''", 8, "every reminder has a text"),
        ("words: sub_missing", "words: unheard", 8, "no text unheard"),
        ("    what: サブが決まっていない\n", "", 2, "what is missing"),
        ("to: acting", "to: mayor", 6, "input should be"),
        ("door: slack", "door: fax", 7, "input should be"),
        ("door: slack", "door: slack\n    colour: red", 8, "colour isn't known here"),
        ("void: [joined, closed]", "void: [joined]", 2, "joined, closed"),
        ("    after: { open_hours: 4 }\n", "", 2, "needs either after or before"),
        ("after: { open_hours: 4 }", "before: { months: 1 }", 2, "before is counted in"),
        ("changed_by: [lead]", "changed_by: [mayor]", 10, "input should be"),
        ("rules:\n", "rules: [\n", 2, "isn't yaml"),
        ("rule: sub_missing", "rule: card_back", 2, "can't be card_back"),
        ("what: サブが決まっていない", "what: ''", 3, "what is empty"),
        ("what: サブが決まっていない", 'what: " 　"', 3, "what is empty"),
        ("to: acting", "to: [channel, lead]", 6, "channel beside others"),
        ("to: acting", "to: [lead, citizen]", 6, "citizen beside others"),
        ("to: acting", "to: everyone", 6, "everyone is told of an open_day"),
        ("words: sub_missing", "words: unclaimed", 8, "no text unclaimed in ITEM"),
        ("words: sub_missing", "does: check_in", 8, "it asks about check_in"),
        ("to: acting", "to: acting\n    to: lead", 7, "to is there twice, first in line 6"),
        ("open_hours: 4 }", "hours: 4, hours: 5 }", 5, "hours is there twice"),
        ("changed_by: [lead]", "changed_by: [lead]\n    at_most: true", 11, "at_most is a number"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, was: str, becomes: str, line: int, reason: str) -> None:
    said = told(tmp_path, ONE.replace(was, becomes, 1))

    assert f"line {line}:" in said or line == 2
    assert reason.lower() in said.lower()


@pytest.mark.parametrize(
    ("length", "reason"),
    [
        ("hours: .inf", "finite number"),
        ("hours: .nan", "finite number"),
        ("hours: true", "hours is a number"),
        ("open_hours: .inf", "finite number"),
        ("open_hours: false", "open_hours is a number"),
        ("days: true", "days is a number"),
        ("days: .inf", "finite number"),
        ("hours: 26353", "less than or equal to 26352"),
        ("days: 1099", "less than or equal to 1098"),
        ("months: 37", "less than or equal to 36"),
        ("open_days: 500", "more than is surely found in bot/tables/calendars.yml"),
        ("open_hours: 5000", "more than is surely found in bot/tables/calendars.yml"),
    ],
)
@pytest.mark.parametrize("place", ["after", "stale_after"])
def test_a_length_that_is_none_is_refused(tmp_path: Path, place: str, length: str, reason: str) -> None:
    said = told(tmp_path, ONE.replace("    to:", f"    stale_after: {{ {length} }}\n    to:").replace(
        "{ open_hours: 4 }", f"{{ {length} }}" if place == "after" else "{ open_hours: 4 }"
    ))  # fmt: skip

    assert f"line {5 if place == 'after' else 6}:" in said
    assert reason in said.lower()


@pytest.mark.parametrize("every", ["open_hours: 0", "hours: 0", "days: 0", "months: 0", "hours: 0.001"])
def test_what_is_repeated_without_a_pause_is_refused(tmp_path: Path, every: str) -> None:
    said = told(tmp_path, ONE.replace("    to:", f"    repeat: {{ every: {{ {every} }}, times: 2 }}\n    to:"))

    assert "line 6: every is shorter than a minute" in said


def test_as_many_open_days_as_a_calendar_surely_has_are_taken(tmp_path: Path) -> None:
    most, file = CALENDARS.reach().open_days, tmp_path / "rules.yml"
    file.write_text(ONE.replace("open_hours: 4", f"open_days: {most}"), "utf-8")

    assert rulebook.read(file)["sub_missing"].after == rulebook.Offset(open_days=most)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "reason"),
    [
        ("of: check_in\n", "of: hearing\n", 8, "it asks about check_in"),
        ("does: check_in\n", "does: check_in_again\n", 8, "it asks about check_in_unanswered"),
        ("to: citizen\n    door: line", "to: acting\n    door: slack", 8, "it asks the citizen on line"),
        ("door: line", "door: line\n    at_once: true", 8, "a citizen isn't woken"),
        ("of: check_in\n", "of: open_day\n", 6, "can't be citizen for open_day"),
    ],
)
def test_what_a_citizen_can_t_be_asked_is_refused(
    tmp_path: Path, was: str, becomes: str, line: int, reason: str
) -> None:
    said = told(tmp_path, CHECK_IN.replace(was, becomes, 1))

    assert f"line {line}:" in said
    assert reason in said.lower()


def test_what_is_there_twice_is_found_behind_an_anchor_that_leads_back(tmp_path: Path) -> None:
    assert "line 2: b is there twice, first in line 1" in told(tmp_path, "a: &a [*a, {b: 1,\n  b: 2}]")


def test_no_rule_can_have_the_name_of_other_rows() -> None:
    assert CARD_BACK in RESERVED


def test_every_rule_has_its_words() -> None:
    assert rulebook.read(texts={"line": phrases(), "slack": words.nudges.ITEM}) == rules()


def test_a_rule_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    assert "sub_missing is there twice" in told(tmp_path, ONE + ONE.removeprefix("rules:\n"))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "rules is missing" in told(tmp_path, "")


def test_the_file_that_ships_has_every_text() -> None:
    assert reminders() == rules()


def test_the_line_of_a_fault_deep_in_a_long_file_is_right(tmp_path: Path) -> None:
    number = GOOD.split("\n").index("    of: stakeholder_silent") + 1
    file = tmp_path / "rules.yml"
    file.write_text(GOOD.replace("of: stakeholder_silent", "of: weather"), "utf-8")

    with pytest.raises(TableWrong, match=f"line {number}: of the fact weather"):
        rulebook.read(file)


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('weekday: "9:00-20:00"', 'weekday: "20:00-9:00"', "closes before it opens"),
        ('weekday: "9:00-20:00"', 'weekday: "nine to five"', "hours look like"),
        ('closed: ["12-29"', 'closed: ["13-29"', "a day of every year"),
        ("answer_within: 3", "answer_within: 0", "greater than or equal to 1"),
        ('weekday: "9:00-20:00"', 'weekday: "9:00+09:00-20:00"', "hours look like"),
        (
            'weekday: "9:00-20:00"\n  holiday: "9:00-17:00"',
            "weekday: closed\n  holiday: closed",
            "line 4: centre is surely",
        ),
        ("answer_within: 3", "answer_within: true", "is a number"),
        ("wards: {}", "wards: {鶴見区: [someday]}", "date"),
        ("wards: {}", "wards: {鶴見: [2026-11-25]}", "line 22: 鶴見 isn't a ward of this city; the nearest is 鶴見区"),
        ("wards: {}", "wards: {保土ヶ谷区: []}", "the nearest is 保土ケ谷区"),
        ("wards: {}", "wards: {港東区: []}", "the nearest is 港南区"),
        ("wards: {}", "wards: {市全域: []}", "there are 鶴見区, "),
        ("wards: {}", "wards: {鶴見区: {weekday: '17:00-9:00'}}", "closes before it opens"),
        ("wards: {}", "wards: {鶴見区: {weekday: closed, holiday: closed}}", "鶴見区 is surely open on 0 days"),
        ("wards: {}", "wards: {鶴見区: [], 鶴見区: []}", "鶴見区 is there twice"),
        ('quiet: "21:00-8:00"', 'quiet: "0:00-0:00"', "line 16: quiet hours look like"),
        ('quiet: "21:00-8:00"', "quiet: closed", "quiet hours look like"),
        ("quiet:", "silent:", "quiet is missing"),
    ],
)
def test_a_calendar_with_faults_is_refused(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    file = tmp_path / "calendars.yml"
    file.write_text(calendars.FILE.read_text("utf-8").replace(was, becomes, 1), "utf-8")

    with pytest.raises(TableWrong, match=reason):
        calendars.read(file)
