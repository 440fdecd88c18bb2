"""Telling the staff that a row was given up."""

import logging
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import put
from storage.models import InboxRow, OutboxRow

log = logging.getLogger(__name__)


async def report(session: AsyncSession, row: InboxRow | OutboxRow, now: datetime) -> None:
    """Queue a notice into the Slack channel; a notice that itself died is only logged."""
    box = str(row.__tablename__)
    log.error("row given up", extra={"box": box, "row": row.id, "attempts": row.attempts})
    if isinstance(row, OutboxRow) and row.payload.get("say") == "dead_letter":
        return
    await put(
        session,
        dest="slack",
        conv="channel",
        kind="notice",
        key=f"{box}:{row.id}:dead:{now.isoformat()}",
        payload={"say": "dead_letter", "box": box, "row": row.id},
        now=now,
    )
