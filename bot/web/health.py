"""How the hub is: alive, ready, in figures; and the page a browser finds at the root."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from storage.db import Database
from storage.models import Case, InboxRow, OutboxRow

Endpoint = Callable[[Request], Awaitable[Response]]


async def healthz(_request: Request) -> Response:
    """Tell that the process answers."""
    return JSONResponse({"ok": True})


def readyz(hub: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint that tells whether requests may come: everything wired, the database answers."""

    async def ready(_request: Request) -> Response:
        if not hub.get("ready"):
            return JSONResponse({"ready": False, "why": "starting or stopping"}, 503)
        try:
            async with hub["db"].reading() as session:
                await session.exec(text("SELECT 1"))
        except SQLAlchemyError:
            return JSONResponse({"ready": False, "why": "the database does not answer"}, 503)
        return JSONResponse({"ready": True})

    return ready


def metrics(db: Database) -> Endpoint:
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
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")

    return figures


async def front(_request: Request) -> Response:
    """Say what this address is."""
    return HTMLResponse(
        '<!doctype html><html lang="ja"><meta charset="utf-8"><title>つなぎ</title>'
        "<p>つなぎ — 市民協働推進センターの相談受付です。ご相談はLINEからどうぞ。</p></html>"
    )


async def _counted(session: Any, column: Any) -> list[tuple[str, int]]:
    return list((await session.exec(select(column, func.count()).group_by(column))).all())
