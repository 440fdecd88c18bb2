"""Fetches what citizens send besides words, before LINE forgets it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
from linebot.v3.messaging import AsyncMessagingApiBlob
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import Receipt
from bot.desk.record import files
from bot.desk.record.files import LARGEST, NOT_FETCHED, TOO_LARGE
from bot.errors import DeliveryError
from storage.db import Database
from storage.models import Attachment, OutboxRow

TIMEOUT = 14  # seconds, under the postman's limit
STILL_CONVERTING = 5.0  # seconds until the next look at a video
CONVERTED_WITHIN = timedelta(hours=1)
CONTENT_HOST = "https://api-data.line.me"  # the SDK has this address inside a method


class ContentTransport:
    """Works on outbox rows of dest "content"."""

    def __init__(self, db: Database, api: AsyncMessagingApiBlob, clock: Callable[[], datetime]) -> None:
        self._db, self._api, self._clock = db, api, clock

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """There is one way only."""

    async def send(self, row: OutboxRow) -> Receipt:
        """Download the content and store it with its attachment."""
        started = self._clock()
        async with self._db.reading() as session:
            attachment = await session.get(Attachment, row.payload["attachment"])
        if attachment is not None and attachment.content is None:
            await self._store(row.payload["attachment"], await self._download(row, attachment.line_message_id))
        return Receipt(started)

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Show it to the coordinators when the case is open already. Of what is too large everybody is told."""
        if attachment := await session.get(Attachment, row.payload["attachment"]):
            if attachment.problem:
                await files.given_up(session, attachment, row.conv, now)
            else:
                await files.arrived(session, attachment, now)

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Note that its content could not be fetched, and tell the citizen and the thread."""
        if attachment := await session.get(Attachment, row.payload["attachment"]):
            attachment.problem = NOT_FETCHED
            session.add(attachment)
            await files.given_up(session, attachment, row.conv, now)

    async def _download(self, row: OutboxRow, message_id: str) -> dict[str, Any]:
        """Return what is known of the content now, as the attachment's fields."""
        try:
            answer = await self._ask(message_id)
            try:
                self._judge(row, answer.status)
                return {"media_type": answer.headers.get("Content-Type", ""), **await _body(answer)}
            finally:
                answer.close()
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise DeliveryError(f"LINE did not answer: {type(lost).__name__}") from lost

    async def _ask(self, message_id: str) -> aiohttp.ClientResponse:
        """Begin the request as the SDK does; its own method reads whole videos into memory."""
        client = self._api.api_client
        headers = {"User-Agent": client.user_agent, "Accept": "*/*"}
        client.update_params_for_auth(headers, [], ["Bearer"], "", "GET", None)
        url = f"{client.configuration.host or CONTENT_HOST}/v2/bot/message/{quote(message_id, safe='')}/content"
        answer: aiohttp.ClientResponse = await client.rest_client.get_request(
            url, headers=headers, _preload_content=False, _request_timeout=TIMEOUT
        )
        return answer

    def _judge(self, row: OutboxRow, status: int) -> None:
        if status == 202:
            if self._clock() - row.created_at > CONVERTED_WITHIN:
                raise DeliveryError("LINE never finished converting the content", permanent=True)
            raise DeliveryError("LINE is still converting the content", after=STILL_CONVERTING)
        if status != 200:
            raise DeliveryError(f"LINE answered {status}", permanent=status in (400, 404, 410))

    async def _store(self, attachment_id: int, fetched: dict[str, Any]) -> None:
        async with self._db.transaction() as session:
            if attachment := await session.get(Attachment, attachment_id):
                attachment.sqlmodel_update(fetched)
                session.add(attachment)


async def _body(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Read to the end, or stop when it is larger than what we keep."""
    told, body = answer.content_length or 0, bytearray()
    if told <= LARGEST:
        async for part in answer.content.iter_any():
            body += part
            if len(body) > LARGEST:
                break
        else:
            return {"content": bytes(body), "size": len(body), "problem": None}
    return {"problem": TOO_LARGE, "size": max(told, len(body))}
