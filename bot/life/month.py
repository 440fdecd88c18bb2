"""Plays the consultations of cases.yml, each a little further than the one before, in the weeks until now."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import by_hand
from bot.desk.team import staff
from bot.life import steps
from bot.when import TOKYO
from storage.db import Database
from storage.models import (
    Counter,
    Delivery,
    OutboxRow,
    Role,
    Staff,
    Stage,
)

FILE = Path(__file__).parent / "cases.yml"
PLAYED = "month_of_life"  # the counter that says that it has been played
STAGES = [stage.value for stage in Stage]


async def a_month(db: Database, now: datetime) -> int:
    """Fill an office with a month of consultations, once; return how many there are."""
    told: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    async with db.transaction() as session:
        if await session.get(Counter, PLAYED):
            return 0
        session.add(Counter(name=PLAYED, value=1))
        people = await _people(session, now)
    for n, one in enumerate(told):
        await _play(db, one, n, people.pair(n), people.city, now - timedelta(days=one["day"]), now)
    return len(told)


async def _play(
    db: Database, one: Mapping[str, Any], n: int, pair: tuple[str, str], city: str, at: datetime, now: datetime
) -> None:
    """Tell one consultation, then take it as far as it has come; a step a transaction, as at the desk."""
    at = _opening(at)
    async with db.transaction() as session:
        number = await _told(session, one, n, at)
    for step, take in enumerate(_way(one["stage"])):
        moment = min(at + timedelta(days=1 + 3 * step, hours=step), now)
        async with db.transaction() as session:
            await take(session, number, pair, city, moment)
            await _hush(session, now)


def _way(stage: str) -> Sequence[Callable[..., Awaitable[None]]]:
    """Return the steps up to a stage; what ends without having come far was referred elsewhere."""
    if stage == Stage.CLOSED:
        return [*steps.FORWARD, steps.close]
    return steps.FORWARD[: STAGES.index(stage)]


async def _told(session: AsyncSession, one: Mapping[str, Any], n: int, at: datetime) -> str:
    case = await by_hand.take_in(session, one, key=f"life:{n}", by="citizen", now=at)
    return case.number


async def _hush(session: AsyncSession, now: datetime) -> None:
    """Cancel all messages of the past except cards: sending each of them would take minutes at Slack's pace."""
    told = (col(OutboxRow.kind) != "card", col(OutboxRow.status) == Delivery.NEW, col(OutboxRow.first_try_at).is_(None))
    of_cases = or_(*(col(OutboxRow.conv).startswith(conv) for conv in ("case:", "direct:")))
    await session.exec(
        update(OutboxRow)
        .where(*told, of_cases, col(OutboxRow.created_at) < now)
        .values(status=Delivery.CANCELLED, done_at=now)
    )


class People:
    """Who works here, in turn."""

    def __init__(self, coordinators: list[str], city: str) -> None:
        self._coordinators, self.city = coordinators, city

    def pair(self, n: int) -> tuple[str, str]:
        """Return the main and sub of the n-th case."""
        size = len(self._coordinators)
        return self._coordinators[n % size], self._coordinators[(n + 1 + n // size % (size - 1)) % size]


async def _people(session: AsyncSession, now: datetime) -> People:
    there = (await session.exec(select(Staff).order_by(Staff.slack_id))).all()
    coordinators = [one.slack_id for one in there if one.role == Role.COORDINATOR]
    city = next((one.slack_id for one in there if one.role == Role.CITY_STAFF), "")
    if not city:
        city = (await staff.add(session, "U0CITY000", Role.CITY_STAFF, now=now)).slack_id
    return People(coordinators if len(coordinators) > 1 else ["U0ALICE00", "U0BOB0000"], city)


def _opening(at: datetime) -> datetime:
    """Return a time of that day at which people write: half past ten in Tokyo."""
    return at.astimezone(TOKYO).replace(hour=10, minute=30, second=0, microsecond=0)
