"""The tick: plan the reminders that facts call for, send those that are due. Rows are the truth."""

import logging
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import privacy
from bot.delivery import retention
from bot.nudges.rules import RULES, Rule
from bot.when import TOKYO
from storage.db import Database
from storage.models import Delivery, Nudge

log = logging.getLogger(__name__)
SECONDS = 10
AT_ONCE = 100  # due rows worked on in one transaction


class Ticker:
    """Runs the tick; any number of replicas may, a claimed row is skipped by the others."""

    def __init__(self, db: Database, clock: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._db, self._clock, self._wake = db, clock, wake
        self._scheduler = AsyncIOScheduler(timezone=TOKYO)

    def start(self, seconds: float = SECONDS) -> None:
        """Begin to tick; a late tick runs once, never in a burst."""
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, "interval", seconds=seconds, **options)
        self._scheduler.add_job(self.tidy, "cron", hour=3, minute=30, **options)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Plan and send once."""
        now = self._clock()
        async with self._db.transaction() as session:
            await plan(session)
            sent = await send_due(session, now)
        if sent:
            log.info("reminders settled", extra={"count": sent})
            self._wake()

    async def tidy(self) -> None:
        """Drop what is kept no longer."""
        more = 1
        while more:  # in small steps, so that webhooks come in between
            async with self._db.transaction() as session:
                now = self._clock()
                more = await retention.purge(session, now) + await privacy.expire(session, now)


async def plan(session: AsyncSession) -> None:
    """Give each fact that calls for a reminder its row."""
    for rule in RULES:
        for subject in await rule.subjects(session):
            session.add(
                Nudge(
                    rule=rule.name,
                    subject=f"{rule.table}:{subject.id}",
                    subject_id=subject.id,
                    due_at=subject.due_at,
                )
            )
    await session.flush()


async def send_due(session: AsyncSession, now: datetime) -> int:
    """Settle what is due: sent, void, or moved; return how many rows were looked at."""
    rules: dict[str, Rule] = {rule.name: rule for rule in RULES}
    due = await session.exec(
        select(Nudge)
        .where(Nudge.status == Delivery.NEW, Nudge.due_at <= now, col(Nudge.rule).in_(rules))
        .order_by(col(Nudge.due_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = due.all()
    for nudge in rows:
        later = await rules[nudge.rule].send(session, nudge, now)
        if later is not None:
            nudge.due_at = later
        else:
            nudge.status, nudge.done_at = Delivery.DONE, now
        session.add(nudge)
    return len(rows)
