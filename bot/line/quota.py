"""How many messages the plan has this month and how many are gone, as LINE tells."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import aiohttp
from linebot.v3.messaging import ApiException, AsyncMessagingApi

from bot.delivery import quota
from bot.line.transport import TIMEOUT
from storage.db import Database

log = logging.getLogger(__name__)
LIMITED = "limited"


async def fetch(api: AsyncMessagingApi) -> tuple[int | None, int]:
    """Return the month's limit (None: the plan has none) and how many messages are gone."""
    plan = await api.get_message_quota(_request_timeout=TIMEOUT)
    gone = await api.get_message_quota_consumption(_request_timeout=TIMEOUT)
    limited = plan.type is not None and str(getattr(plan.type, "value", plan.type)) == LIMITED
    return (plan.value if limited else None), int(gone.total_usage)


def keeping(db: Database, api: AsyncMessagingApi) -> Callable[[datetime], Awaitable[None]]:
    """Return the hourly chore that writes it down; while LINE doesn't answer, what was known stays."""

    async def look(now: datetime) -> None:
        try:
            limit, used = await fetch(api)
        except (ApiException, aiohttp.ClientError, TimeoutError) as error:
            log.warning("LINE did not tell the month's quota", extra={"error": type(error).__name__})
            return
        async with db.transaction() as session:
            await quota.note(session, limit, used, now)
            await quota.release(session, now)

    return look
