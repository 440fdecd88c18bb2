"""Fetches what citizens send besides words, before LINE forgets it."""

from collections.abc import Callable
from datetime import datetime

import aiohttp
from linebot.v3.messaging import ApiException, AsyncMessagingApiBlob
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import files
from bot.delivery.outbox import Receipt
from bot.errors import DeliveryError
from storage.db import Database
from storage.models import Attachment, OutboxRow

LARGEST = 20 * 1024 * 1024  # bytes we keep; beyond it the desk asks for another way
TIMEOUT = 14  # seconds, under the postman's limit
STILL_CONVERTING = 5.0  # seconds until the next look at a video


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
            content, media_type = await self._download(attachment.line_message_id)
            await self._store(row.payload["attachment"], content, media_type)
        return Receipt(started)

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Show it to the coordinators when the case is open already."""
        if attachment := await session.get(Attachment, row.payload["attachment"]):
            await files.arrived(session, attachment, now)

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Say with the attachment that its content could not be had."""
        if attachment := await session.get(Attachment, row.payload["attachment"]):
            attachment.problem = "not_fetched"
            session.add(attachment)

    async def _download(self, message_id: str) -> tuple[bytes, str]:
        try:
            answer = await self._api.get_message_content_with_http_info(message_id, _request_timeout=TIMEOUT)
        except ApiException as refused:
            gone = refused.status in (400, 404, 410)
            raise DeliveryError(f"LINE answered {refused.status}", permanent=gone) from None
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise DeliveryError(f"LINE did not answer: {type(lost).__name__}") from lost
        if answer.status_code == 202:
            raise DeliveryError("LINE is still converting the content", after=STILL_CONVERTING)
        media_type = {k.lower(): v for k, v in (answer.headers or {}).items()}.get("content-type", "")
        return bytes(answer.data or b""), media_type

    async def _store(self, attachment_id: int, content: bytes, media_type: str) -> None:
        async with self._db.transaction() as session:
            if attachment := await session.get(Attachment, attachment_id):
                attachment.size, attachment.media_type = len(content), media_type
                if len(content) <= LARGEST:
                    attachment.content = content
                else:
                    attachment.problem = "too_large"
                session.add(attachment)
