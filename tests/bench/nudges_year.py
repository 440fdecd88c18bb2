"""A year of 500 cases and 30 staff, and what was said in it by month: python tests/bench/nudges_year.py [cases]

Draws docs/nudges-year.svg and prints the numbers and how long the year took.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter as Counts
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.nudges.tick import Ticker
from bot.tables.reminders import rules
from bot.when import TOKYO
from storage.db import Database, migrating
from storage.models import Delivery, Nudge
from storage.schema import upgrade
from tests.scenarios.whole_year import Year
from tests.scenarios.year import SWEEP, TABLE

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "nudges-year.svg"
GROUPS = {"相談者へ": "#06C755", "担当者へ": "#3B6FB6", "リーダー・受付チャンネルへ": "#E0A030"}
WIDE, HIGH, LEFT, TOP, BAR = 900, 360, 60, 50, 46


async def the_year(count: int) -> tuple[dict[str, Counts[str]], Counts[str], float]:
    """Return what was said by month and group, by rule, and the seconds it took; what was wrong raises."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/year.db"
        with migrating(url) as connection:
            upgrade(connection)
        database = Database(url)
        year = Year(database, count)
        began = time.perf_counter()
        await year.passes(Ticker(database, lambda: year.now, lambda: None, rules=TABLE, sweep=SWEEP).tick)
        took = time.perf_counter() - began
        await year.judged(took)
        rows = [row for row in await year._rows() if row.status == Delivery.DONE]
        await database.close()
    months: dict[str, Counts[str]] = {}
    for row in sorted(rows, key=lambda one: one.due_at):
        months.setdefault(f"{row.due_at.astimezone(TOKYO):%Y-%m}", Counts())[_group(row)] += 1
    return months, Counts(row.rule for row in rows), took


def _group(row: Nudge) -> str:
    if row.door == "line":
        return next(iter(GROUPS))
    return list(GROUPS)[2 if set(rules()[row.rule].to) <= {"lead", "channel"} else 1]


def drawn(months: dict[str, Counts[str]], count: int) -> str:
    """Return the picture: a bar a month, a colour a group."""
    most = max(sum(counts.values()) for counts in months.values())
    scale = (HIGH - TOP - 60) / most
    foot = HIGH - 60
    parts = [_text(LEFT, 28, f"一年間のお知らせ（{count} 件、職員 30 名）", 18, "start")]
    for step in range(0, most + 1, max(1, round(most / 5 / 10) * 10)):
        y = foot - step * scale
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDE - 20}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, y + 4, str(step), 12, "end"))
    for n, (month, counts) in enumerate(months.items()):
        x, y = LEFT + 10 + n * (WIDE - LEFT - 30) / len(months), float(foot)
        for group, colour in GROUPS.items():
            tall = counts[group] * scale
            y -= tall
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{BAR}" height="{tall:.1f}" fill="{colour}"/>')
        parts.append(_text(x + BAR / 2, y - 4, str(sum(counts.values())), 12, "middle"))
        parts.append(_text(x + BAR / 2, foot + 18, f"{int(month[5:])}月", 12, "middle"))
    for n, (group, colour) in enumerate(GROUPS.items()):
        parts.append(f'<rect x="{LEFT + n * 200}" y="{HIGH - 26}" width="14" height="14" fill="{colour}"/>')
        parts.append(_text(LEFT + 20 + n * 200, HIGH - 14, group, 13, "start"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif">'
    return "\n".join([head, f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>', *parts, "</svg>", ""])


def _text(x: float, y: float, words: str, size: int, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#333">{words}</text>'


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    logging.disable(logging.WARNING)
    months, by_rule, _ = asyncio.run(the_year(count))
    PICTURE.write_text(drawn(months, count), "utf-8")
    for rule, number in by_rule.most_common():
        print(f"{number:6,}  {rule}")
    print(f"drawn to {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
