"""The way to LINE: reply while the token is fresh, else push; chosen once and kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from linebot.v3.messaging import (
    ApiException,
    AsyncMessagingApi,
    Message,
    PushMessageRequest,
    ReplyMessageRequest,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import claims, outbox, quota
from bot.delivery.outbox import Receipt
from bot.desk.talk import enclosures, talk
from bot.errors import DeliveryError, TryLater
from bot.line.confidential import Page
from bot.line.drawing import draw
from bot.line.enclosure import Address
from bot.tables.calendars import CENTRE
from bot.when import TOKYO
from storage.db import Database
from storage.models import Citizen, OutboxRow, Proposal

TOKEN_LIFE = timedelta(seconds=50)  # LINE promises a minute
MONTH_USED_UP = 3_600.0  # seconds until the next look
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=4)  # the SDK's own is 300; connect: nothing was sent yet
AWAY = 2.0  # seconds LINE is left alone when no connection can be made
# Raised before the first byte of a request leaves.
NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
ONLY_AS_REPLY = {"only_one_to_one"}  # group chats: there is nobody to push to


class LineTransport:
    """Sends outbox rows of dest "line"."""

    def __init__(
        self,
        db: Database,
        api: AsyncMessagingApi,
        clock: Callable[[], datetime],
        page: Page | None = None,
        file_at: Address | None = None,
    ) -> None:
        self._db, self._api, self._clock, self._page, self._file_at = db, api, clock, page, file_at

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """Reply with a fresh token, else push.

        It is chosen again only if nothing can have arrived: an unclear reply is never repeated as a push.
        """
        spent = row.sent_as == "push" or (row.sent_as and (row.error_class or "").startswith(TokenSpent.__name__))
        fresh = row.reply_token and row.token_at and now - row.token_at < TOKEN_LIFE
        row.sent_as = "reply" if fresh and not spent else "push"

    async def send(self, row: OutboxRow) -> Receipt:
        """Draw the row as of now and send it; an answer to a group chat whose token is too old is let be.

        A reminder that comes late, after LINE was away or with a new month's messages, wakes nobody either.
        """
        if row.kind in ONLY_AS_REPLY and row.sent_as != "reply":
            return NothingToSay(self._clock())
        now = self._clock()
        if row.kind == quota.REMINDERS and row.sent_as == "push" and (day := CENTRE.awake(now)) > now:
            raise TryLater("it is night", after=(day - now).total_seconds())
        async with self._db.reading() as session:
            to = await _address(session, row)
            messages = await draw(session, row, self._page, self._file_at, now)
            drawn = [Message.from_dict(message) for message in messages]
        started = self._clock()
        if not drawn:
            return NothingToSay(started)  # the reason for it is over, or the citizen doesn't want it any more
        try:
            if row.sent_as == "reply":
                answer = await self._reply(row, drawn)
            else:
                answer = await self._push(row, to, drawn)
        except ApiException as refused:
            if _is_month_used_up(refused):
                await self._tell_desk(started)
            return _judged(row, refused, started)
        except NOT_CONNECTED as away:
            raise DeliveryError("LINE can't be reached", after=AWAY, hold=row.dest) from away
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise DeliveryError(f"LINE did not answer: {type(lost).__name__}") from lost
        sent = getattr(answer, "sent_messages", None) or []
        return Receipt(started, sent[0].id if sent else None)

    async def _tell_desk(self, now: datetime) -> None:
        """Say in the channel, once a month, why no pushes go to citizens any more."""
        month = f"{now.astimezone(TOKYO):%Y-%m}"
        async with self._db.transaction() as session:
            await quota.used_up(session, now)
            await outbox.put(
                session,
                dest="slack",
                conv="channel",
                kind="notice",
                key=f"line_quota:{month}",
                payload={"say": "line_quota"},
                now=now,
            )

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Count a push, note when a question went out, and show in the thread that a reply went out."""
        if row.sent_as == "push" and not isinstance(receipt, NothingToSay):
            await quota.count(session, now)
        if row.kind == "turn" and (number := row.payload.get("proposal")):
            proposal = await session.get(Proposal, number)
            if proposal and proposal.question == row.payload.get("question") and proposal.asked_at is None:
                proposal.asked_at = receipt.started_at
                session.add(proposal)
        await _tell_thread(session, row, "sent", now)

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Show in the thread that a reply did not reach the citizen."""
        how: talk.How = "blocked" if isinstance(error, Unreachable) else "failed"
        await _tell_thread(session, row, how, now, str(error).removeprefix("LINE answered "))

    async def _reply(self, row: OutboxRow, messages: list[Message]) -> Any:
        request = ReplyMessageRequest(replyToken=row.reply_token or "", messages=messages, notificationDisabled=False)
        return await self._api.reply_message(request, _request_timeout=TIMEOUT)

    async def _push(self, row: OutboxRow, to: str, messages: list[Message]) -> Any:
        request = PushMessageRequest(to=to, messages=messages, notificationDisabled=False, customAggregationUnits=None)
        return await self._api.push_message(request, x_line_retry_key=row.retry_uuid, _request_timeout=TIMEOUT)


class NothingToSay(Receipt):
    """The reason for the row is over: nothing was sent."""


class Unreachable(DeliveryError):
    """The citizen has blocked the account, or erased their data."""


class TokenSpent(DeliveryError):
    """LINE doesn't take the reply token, and no earlier attempt can have used it."""


async def _tell_thread(session: AsyncSession, row: OutboxRow, how: talk.How, now: datetime, why: str = "") -> None:
    """Show what became of a coordinator's words, whether they went alone or with an answer."""
    for item in ({"kind": row.kind, "payload": row.payload}, *row.payload.get("along", ())):
        if enclosures.ENCLOSURE in item["payload"]:
            await enclosures.went(session, item["payload"], how, now)
        elif item["kind"] in talk.SHOWN:
            await talk.reply_went(session, item["payload"]["case"], item["payload"]["event"], how, now, why)


async def _address(session: AsyncSession, row: OutboxRow) -> str:
    if row.payload.get("to"):
        return str(row.payload["to"])
    if row.sent_as == "reply":
        return ""
    citizen = await session.get(Citizen, row.payload.get("citizen", 0))
    if citizen is None or citizen.line_user_id is None or not citizen.following:
        raise Unreachable("the citizen can't be reached on LINE", permanent=True)
    return citizen.line_user_id


def _judged(row: OutboxRow, refused: ApiException, started: datetime) -> Receipt:
    """Read LINE's refusal. A 409, or a spent token after an unclear attempt, means that the earlier attempt arrived."""
    status, words = refused.status or 0, str(refused.body or "")
    token_spent = status == 400 and "Invalid reply token" in words
    if status == 409 or (token_spent and claims.tried_before(row)):
        return Receipt(row.first_try_at or started)  # it may have been on the screen since then
    if token_spent:
        raise TokenSpent("the reply token is too old", after=0.0)
    if _is_month_used_up(refused):
        raise DeliveryError("LINE's messages of this month are used up", after=MONTH_USED_UP)
    permanent = status in (400, 403, 404, 413)
    raise DeliveryError(f"LINE answered {status}", permanent=permanent, after=_after(refused))


def _is_month_used_up(refused: ApiException) -> bool:
    """LINE says 429 for two things and tells them apart by words only."""
    return refused.status == 429 and "monthly limit" in str(refused.body or "")


def _after(refused: ApiException) -> float | None:
    """Return the seconds to wait after a definite refusal. Unclear answers go by the usual backoff and retry key."""
    if refused.status == 401:
        return 60.0
    value = (refused.headers or {}).get("Retry-After", "") if refused.status == 429 else ""
    return float(value) if value.isdigit() else 10.0 if refused.status == 429 else None
