"""What the figures say: how long things wait, what was tried again, and that the dashboard asks for what there is."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request

from bot.delivery import outbox
from bot.web import health
from storage.db import Database
from storage.models import OutboxRow

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana.json"


async def figures(database: Database, now: datetime = NOW) -> str:
    answer = await health.metrics(database, lambda: now)(Request({"type": "http"}))
    return bytes(answer.body).decode()


async def test_the_oldest_waiting_row_tells_its_age(database: Database) -> None:
    async with database.transaction() as session:
        for n in range(2):
            at = NOW - timedelta(seconds=90 * n)
            await outbox.put(session, dest="line", conv="c", kind="claimed", key=f"k{n}", payload={}, now=at)
    told = await figures(database)

    assert 'tsunagi_oldest_seconds{box="outbox"} 90.0' in told
    assert 'tsunagi_oldest_seconds{box="inbox"} 0.0' in told
    assert 'tsunagi_rows{box="outbox",status="new"} 2.0' in told


async def test_rows_that_were_tried_before_are_counted(database: Database) -> None:
    async with database.transaction() as session:
        session.add(OutboxRow(key="k", dest="line", conv="c", kind="claimed", retry_uuid="u", attempts=3,
                              next_at=NOW, created_at=NOW))  # fmt: skip

    assert 'tsunagi_retried_rows{box="outbox"} 1.0' in await figures(database)


async def test_the_dashboard_asks_for_what_there_is(sqlite: Database) -> None:
    there = set(re.findall(r"^# TYPE (\w+)", await figures(sqlite), re.M))
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    asked = {
        name for panel in panels for target in panel["targets"] for name in re.findall(r"tsunagi_\w+", target["expr"])
    }

    assert asked
    assert asked <= there
