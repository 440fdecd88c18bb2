"""The tick: plan the reminders that facts call for, and settle those that are due. The rows decide, not the process."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import heartbeat, quota, retention, traces
from bot.desk.consultation import privacy
from bot.desk.day import weekly
from bot.nudges.calls import Rules
from bot.nudges.changes import Changes
from bot.nudges.facts import Cases
from bot.nudges.planning import plan
from bot.nudges.settling import AT_ONCE, settle
from bot.tables.reminders import rules as rulebook
from bot.when import TOKYO
from storage.db import Database
from storage.models import Case, Delivery, Nudge, Stage

log = logging.getLogger(__name__)
SECONDS = 10
SWEEP = timedelta(minutes=10)  # between two looks at everything: these find what no change of a case told of
SLICE = 10  # cases planned in one transaction: meanwhile nobody else writes on SQLite
ROUNDS = 100  # transactions of one tick; what is left waits for the next
LATER = timedelta(hours=1)  # until a row that can't be settled is tried again

Chore = Callable[[datetime], Awaitable[None]]


class Ticker:
    """Runs the tick; any number of replicas may, a claimed row is skipped by the others."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        *,
        rules: Rules | None = None,
        hourly: Sequence[Chore] = (),
        sweep: timedelta = SWEEP,
    ) -> None:
        self._db, self._clock, self._wake = db, clock, wake
        self._rules = rulebook() if rules is None else rules
        self._hourly, self._every = hourly, sweep
        self._scheduler = AsyncIOScheduler(timezone=TOKYO)
        self._changes = Changes()
        self._swept: datetime | None = None
        self._beaten: datetime | None = None

    def start(self, seconds: float = SECONDS) -> None:
        """Begin to tick; a late tick runs once, never in a burst."""
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, "interval", seconds=seconds, **options)
        self._scheduler.add_job(self.tidy, "cron", hour=3, minute=30, **options)
        self._scheduler.add_job(self.chores, "interval", hours=1, next_run_time=datetime.now(TOKYO), **options)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Plan and settle once."""
        now = self._clock()
        whole = await self.plan(now)
        settled = await self.settle(now, beat=whole)
        if settled:
            log.info("reminders settled", extra={"count": settled})
            self._wake()

    async def plan(self, now: datetime) -> bool:
        """Plan what changed since the last tick, now and then everything; False when some of it failed."""
        async with self._db.reading() as session:
            changed = await self._changes.since(session)
        whole = [await self._guarded(plan, self._rules, some, now) for some in _slices(sorted(changed))]
        if self._swept is None or abs(now - self._swept) >= self._every:
            whole += await self._sweep(now)
            self._swept = now
        return all(whole)

    async def plan_at_once(self, session: AsyncSession, cases: Collection[int], now: datetime) -> int:
        """Plan some cases for whoever looks at them now; how many rows changed."""
        return await plan(session, self._rules, cases, now)

    async def settle(self, now: datetime, *, beat: bool = False) -> int:
        """Settle all that is due and return how many rows were looked at; `beat`: note that this was done."""
        beat = beat and (self._beaten is None or abs(now - self._beaten) >= heartbeat.EVERY)
        total = 0
        for _ in range(ROUNDS):
            if not beat and not await self._any_due(now):
                break
            count = await self._settle(now, beat=beat)
            beat, total = False, total + count
            if count < AT_ONCE:
                break
        return total

    async def tidy(self) -> None:
        """Drop what is kept no longer."""
        more = 1
        while more:  # in small steps, so that webhooks come in between
            async with self._db.transaction() as session:
                now = self._clock()
                more = await retention.purge(session, now) + await privacy.expire(session, now)

    async def chores(self) -> None:
        """Do what is done once an hour."""
        for chore in self._hourly:
            await chore(self._clock())

    async def _sweep(self, now: datetime) -> list[bool]:
        whole = [
            await self._guarded(plan, self._rules, None, now),
            await self._guarded(_weekly, now),
            await self._guarded(_release, now),
        ]
        last = 0
        while True:
            async with self._db.reading() as session:
                open_ = select(Case.id).where(Case.stage != Stage.CLOSED, col(Case.id) > last).order_by(col(Case.id))
                ids = [id_ for id_ in (await session.exec(open_.limit(SLICE))).all() if id_ is not None]
            if not ids:
                return whole
            whole.append(await self._guarded(plan, self._rules, set(ids), now))
            last = ids[-1]

    async def _guarded(self, work: Callable[..., Awaitable[Any]], *args: Any) -> bool:
        """Do a part of the tick in its own transaction. If it fails, the other parts are done all the same."""
        try:
            async with self._db.transaction() as session:
                await work(session, *args)
        except Exception as error:  # then the heartbeat stops, too, and gives notice after a while
            log.error("a part of the tick failed", extra=traces.told(error))
            return False
        return True

    async def _any_due(self, now: datetime) -> bool:
        async with self._db.reading() as session:
            due = select(Nudge.id).where(Nudge.status == Delivery.NEW, Nudge.due_at <= now).limit(1)
            return (await session.exec(due)).first() is not None

    async def _settle(self, now: datetime, *, beat: bool) -> int:
        try:
            async with self._db.transaction() as session:
                count = await settle(session, self._rules, now)
                if beat:
                    await heartbeat.beat(session, now)
        except Exception as error:  # one row must not hold up the others; its fault is logged below
            log.error("reminders are settled one at a time", extra=traces.told(error))
            return await self._settle_singly(now)
        if beat:
            self._beaten = now
        return count

    async def _settle_singly(self, now: datetime) -> int:
        async with self._db.reading() as session:
            due = select(Nudge.id).where(Nudge.status == Delivery.NEW, Nudge.due_at <= now).order_by(col(Nudge.due_at))
            ids = (await session.exec(due.limit(AT_ONCE))).all()
        for id_ in ids:
            try:
                async with self._db.transaction() as session:
                    await settle(session, self._rules, now, only=id_)
            except Exception as error:
                log.error("a reminder can't be settled", extra=traces.told(error, row=id_))
                await self._guarded(_put_off, id_, now, type(error).__name__)
        return len(ids)


def _slices(ids: list[int]) -> Iterable[Cases]:
    return (set(ids[at : at + SLICE]) for at in range(0, len(ids), SLICE))


async def _put_off(session: AsyncSession, id_: int, now: datetime, why: str) -> None:
    row = await session.get(Nudge, id_, with_for_update=True)
    if row is not None and row.status == Delivery.NEW:
        row.due_at, row.reason = now + LATER, f"error:{why}"
        session.add(row)


async def _weekly(session: AsyncSession, now: datetime) -> None:
    await weekly.weekly(session, now)


async def _release(session: AsyncSession, now: datetime) -> None:
    await quota.release(session, now)
