"""`tsunagi nudges`, through the real script."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.desk.consultation.intake import received
from bot.nudges.tick import Ticker
from storage.db import Database, migrating
from storage.models import Channel, Proposal, ProposalState
from storage.schema import upgrade
from tests.cli.tsunagi_script import Tsunagi


@pytest.fixture
def number(tmp_path: Path) -> str:
    """A case that was sent a moment ago."""
    return asyncio.run(_case(f"sqlite:///{tmp_path}/tsunagi.db"))


async def _case(url: str) -> str:
    with migrating(url) as connection:
        upgrade(connection)
    db, now = Database(url), datetime.now(UTC)
    async with db.transaction() as session:
        proposal = Proposal(
            channel=Channel.PHONE, state=ProposalState.SENT, created_at=now, updated_at=now, sent_at=now
        )
        session.add(proposal)
        await session.flush()
        case = await received.open_case(session, proposal, {}, by="U1", now=now)
    await db.close()
    return case.number


async def _tick(url: str) -> None:
    db = Database(url)
    await Ticker(db, lambda: datetime.now(UTC), lambda: None).tick()
    await db.close()


def test_the_plan_is_told_before_any_hub_has_ticked(tsunagi: Tsunagi, number: str):
    rows = json.loads(tsunagi("nudges", "plan", number, "--json").stdout)

    assert {row["rule"] for row in rows} == {"unclaimed", "unclaimed_lead", "promise_near", "promise_past"}
    assert all(set(row) == {"due_at", "rule", "to", "door", "why"} for row in rows)
    assert all(row["due_at"].endswith("+09:00") and datetime.fromisoformat(row["due_at"]) for row in rows)
    assert [row["due_at"] for row in rows] == sorted(row["due_at"] for row in rows)
    first = next(row for row in rows if row["rule"] == "unclaimed")
    assert (first["to"], first["door"]) == ("channel", "slack")
    assert "開館時間で2時間" in first["why"]
    assert "unclaimed" in tsunagi("nudges", "plan", number).stdout


def test_the_plan_is_the_same_before_and_after_a_tick(tsunagi: Tsunagi, number: str, tmp_path: Path):
    before = tsunagi("nudges", "plan", number, "--json").stdout
    asyncio.run(_tick(f"sqlite:///{tmp_path}/tsunagi.db"))

    assert tsunagi("nudges", "plan", number, "--json").stdout == before


def test_one_is_left_out_and_one_is_said_now(tsunagi: Tsunagi, number: str, tmp_path: Path):
    assert json.loads(tsunagi("nudges", "list", "--json").stdout) == []
    asyncio.run(_tick(f"sqlite:///{tmp_path}/tsunagi.db"))
    rows = {row["rule"]: row for row in json.loads(tsunagi("nudges", "list", "--json").stdout)}

    assert tsunagi("nudges", "skip", str(rows["unclaimed"]["id"])).returncode == 0
    assert tsunagi("nudges", "send", str(rows["unclaimed_lead"]["id"])).returncode == 0

    cancelled = json.loads(tsunagi("nudges", "list", "--status", "cancelled", "--json").stdout)
    skipped = [row["rule"] for row in cancelled if row["reason"] == "skipped"]  # late in the day the digest is, too
    assert skipped == ["unclaimed"]
    asyncio.run(_tick(f"sqlite:///{tmp_path}/tsunagi.db"))
    plan = {row["rule"] for row in json.loads(tsunagi("nudges", "plan", number, "--json").stdout)}
    assert "unclaimed" not in plan
    history = json.loads(tsunagi("case", number, "--json").stdout)["history"]
    changed = [line for line in history if line["action"] == "nudge_set"]
    assert [(line["by"], line["after"]["rule"]) for line in changed] == [
        ("system", "unclaimed"), ("system", "unclaimed_lead"),
    ]  # fmt: skip
    assert changed[0]["after"]["skipped"] is True
    again = tsunagi("nudges", "skip", str(rows["unclaimed"]["id"]))
    assert (again.returncode, "Nothing was changed" in again.stderr) == (1, True)


def test_wrong_calls_are_one_sentence(tsunagi: Tsunagi, number: str):
    unknown = tsunagi("nudges", "plan", "2026-9999")
    assert (unknown.returncode, "There is no case 2026-9999" in unknown.stderr) == (1, True)
    wrong = tsunagi("nudges", "list", "--status", "lost")
    assert (wrong.returncode, "new, done, cancelled" in wrong.stderr) == (2, True)
    assert tsunagi("nudges", "skip", "nine").returncode == 2
