"""The table of reminders: what is wrong in it stops the start, with line and reason."""

from pathlib import Path

import pytest

from bot import calendars, rulebook
from bot.app import reminders
from bot.rulebook import FILE, rules
from bot.tables import TableWrong

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
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, was: str, becomes: str, line: int, reason: str) -> None:
    said = told(tmp_path, ONE.replace(was, becomes, 1))

    assert f"line {line}:" in said or line == 2
    assert reason.lower() in said.lower()


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
        ("wards: {}", "wards: {鶴見区: [someday]}", "date"),
        ("quiet:", "silent:", "quiet is missing"),
    ],
)
def test_a_calendar_with_faults_is_refused(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    file = tmp_path / "calendars.yml"
    file.write_text(calendars.FILE.read_text("utf-8").replace(was, becomes, 1), "utf-8")

    with pytest.raises(TableWrong, match=reason):
        calendars.read(file)
