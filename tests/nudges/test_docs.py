"""What docs/nudges.md says is what the tables say."""

from pathlib import Path

from bot.delivery.quota import RESERVE
from tests.nudges.rule_table import table

DOCS = (Path(__file__).parents[2] / "docs" / "nudges.md").read_text("utf-8")


def test_the_table_for_people_is_the_table_of_the_rules() -> None:
    assert table() in DOCS, "print it with `python tests/nudges/rule_table.py` and put it into docs/nudges.md"


def test_the_order_of_the_month_is_the_one_in_the_code() -> None:
    shares = [f"{share:.0%}".replace("%", " %") for share in RESERVE.values()]
    rows = [line for line in DOCS.splitlines() if line.startswith("| ") and line.split(" | ")[0][2:].isdigit()]

    assert [row.rstrip(" |").split(" | ")[-1] for row in rows] == shares
