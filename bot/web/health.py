"""How the hub is: alive, ready, in figures; and the page a browser finds at the root."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.delivery import heartbeat, quota
from bot.web import pages
from storage.db import Database
from storage.models import Case, Delivery, InboxRow, Nudge, OutboxRow

Endpoint = Callable[[Request], Awaitable[Response]]


async def healthz(_request: Request) -> Response:
    """Tell that the process answers."""
    return JSONResponse({"ok": True})


def readyz(db: Database, talks: Callable[[], Awaitable[bool]]) -> Endpoint:
    """Return the endpoint that tells whether requests may come: the database answers, whatever Rasa does.

    With `?talk=1` it tells whether a citizen would be answered: Rasa answers, too (`talks`).
    """

    async def ready(request: Request) -> Response:
        try:
            async with db.reading() as session:
                await session.scalar(text("SELECT 1"))
        except SQLAlchemyError:
            return not_ready("the database does not answer")
        if request.query_params.get("talk") == "1" and not await talks():
            return not_ready("Rasa does not answer: messages are kept and wait for it")
        return JSONResponse({"ready": True})

    return ready


def not_ready(why: str) -> Response:
    """Return the answer to a request that comes too early or too late."""
    return JSONResponse({"ready": False, "why": why}, 503)


def metrics(db: Database, clock: Callable[[], datetime]) -> Endpoint:
    """Return the endpoint with what waits and what died, as Prometheus reads it."""

    async def figures(_request: Request) -> Response:
        registry = CollectorRegistry()
        rows = Gauge("tsunagi_rows", "Inbox and outbox rows", ["box", "status"], registry=registry)
        cases = Gauge("tsunagi_cases", "Cases by stage", ["stage"], registry=registry)
        async with db.reading() as session:
            for name, box in (("inbox", InboxRow), ("outbox", OutboxRow)):
                for status, count in await _counted(session, box.status):
                    rows.labels(name, status).set(count)
            for stage, count in await _counted(session, Case.stage):
                cases.labels(stage).set(count)
            await _boxes(session, registry, clock())
            await _reminders(session, registry, clock())
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")

    return figures


async def front(request: Request) -> Response:
    """Say what this address is, and where to go from it."""
    return pages.page(request, "front.html")


async def _boxes(session: AsyncSession, registry: CollectorRegistry, now: datetime) -> None:
    """How long the oldest row of each box waits, and how many rows were tried more than once."""
    oldest = Gauge("tsunagi_oldest_seconds", "How long the oldest waiting row waits", ["box"], registry=registry)
    again = Gauge("tsunagi_retried_rows", "Waiting rows that were tried before", ["box"], registry=registry)
    for name, box, since in (("inbox", InboxRow, InboxRow.received_at), ("outbox", OutboxRow, OutboxRow.created_at)):
        waiting = (col(box.status) == Delivery.NEW, col(box.next_at) <= now)
        at = (await session.exec(select(func.min(since)).where(*waiting))).one()
        oldest.labels(name).set(max(0.0, (now - at).total_seconds()) if at else 0.0)
        tried = select(func.count()).select_from(box).where(col(box.status) == Delivery.NEW, col(box.attempts) > 1)
        again.labels(name).set((await session.exec(tried)).one())


async def _reminders(session: AsyncSession, registry: CollectorRegistry, now: datetime) -> None:
    """What was said and how late, by rule; how long the oldest due one waits; how old the heartbeat is."""
    said = Gauge("tsunagi_nudges", "Reminders", ["rule", "status"], registry=registry)
    late = Gauge("tsunagi_nudges_late_seconds_sum", "How late reminders were said, in all", ["rule"], registry=registry)
    due = Gauge("tsunagi_nudges_overdue_seconds", "How long the oldest due reminder waits", registry=registry)
    beat = Gauge("tsunagi_nudges_tick_age_seconds", "How long ago the last whole tick was", registry=registry)
    left = Gauge("tsunagi_line_messages_left", "LINE messages left this month; -1: no limit", registry=registry)
    rows = select(Nudge.rule, Nudge.status, func.count(), func.sum(Nudge.late_seconds))
    for rule, status, count, seconds in (await session.exec(rows.group_by(Nudge.rule, Nudge.status))).all():
        said.labels(rule, status).set(count)
        if seconds is not None:
            late.labels(rule).set(float(seconds))
    oldest = (await session.exec(select(func.min(Nudge.due_at)).where(Nudge.status == Delivery.NEW))).one()
    due.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    at = await heartbeat.last(session)
    beat.set((now - at).total_seconds() if at else -1)
    stands = await quota.standing(session, now)
    left.set(-1 if stands.left is None else stands.left)


async def _counted(session: Any, column: Any) -> list[tuple[str, int]]:
    return list((await session.exec(select(column, func.count()).group_by(column))).all())
