"""Fetches from Slack the files that go to citizens with a reply: by their ids, from Slack's own hosts alone."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import Receipt
from bot.desk.talk import enclosures
from bot.desk.talk.enclosures import LARGEST, Had, Why
from bot.errors import BotError, DeliveryError
from bot.slack.sending.posting import FileGone, Poster
from bot.slack.words import replying
from storage.models import OutboxRow

log = logging.getLogger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)  # with the question before it, under the postman's limit
LOST = ("tombstone", "hidden_by_limit")  # modes of a file whose bytes aren't there any more
REFUSED = (301, 302, 303, 307, 308, 401, 403)  # without the right to read, Slack redirects to its sign-in page


class _NotHad(BotError):
    """The file can't be fetched, however often it is tried."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Fetched(Receipt):
    """A file that was fetched, or why it could not be; it is kept only in the transaction that settles the row."""

    had: Had | None = None
    why: Why = Why.NOT_FETCHED


class FileTransport:
    """Works on outbox rows of dest "files"."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession, clock: Callable[[], datetime]) -> None:
        self._slack, self._client, self._http, self._clock = Poster(client), client, session, clock

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """There is one way only, and looking twice does no harm."""

    async def send(self, row: OutboxRow) -> Receipt:
        """Fetch the file and check what it is; a file that can't be fetched is a result, not a failure."""
        started = self._clock()
        try:
            return Fetched(started, had=await self._fetch(row))
        except FileGone:
            return Fetched(started, why=Why.GONE)
        except _NotHad as no:
            log.info("a file can't be had from Slack", extra={"row": row.id, "why": no.why})
            return Fetched(started, why=no.why)

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Keep the file and queue it for the citizen, or say in the thread why not."""
        if isinstance(receipt, Fetched) and receipt.had is not None:
            await enclosures.arrived(session, row.payload, receipt.had, now)
        elif isinstance(receipt, Fetched):
            await enclosures.not_had(session, row.payload, receipt.why, now)

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Say in the thread that we gave up. `tsunagi outbox retry` tries again."""
        if "file" in row.payload:
            await enclosures.not_had(session, row.payload, Why.NOT_FETCHED, now)

    async def _fetch(self, row: OutboxRow) -> Had:
        told = await self._slack.file(str(row.payload["file"]))
        _judge(told)
        content = await self._download(str(told.get("url_private_download") or told.get("url_private") or ""))
        name = str(row.payload.get("name") or told.get("name") or replying.FILE_UNNAMED)
        if (had := await enclosures.sendable(name, str(told.get("mimetype")), content)) is None:
            raise _NotHad(Why.WRONG_KIND)
        return had

    async def _download(self, url: str) -> bytes:
        if not self._is_slacks(url):
            raise _NotHad(Why.NOT_ALLOWED)  # our token goes nowhere else
        headers = {"Authorization": f"Bearer {self._client.token}"}
        try:
            async with self._http.get(url, headers=headers, allow_redirects=False, timeout=TIMEOUT) as answer:
                _read(answer)
                return await _body(answer)
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise DeliveryError(f"Slack did not hand out the file: {type(lost).__name__}") from lost

    def _is_slacks(self, url: str) -> bool:
        """Tell whether an address is one of Slack's files, or on the server that stands for Slack."""
        asked, ours = urlsplit(url), urlsplit(self._client.base_url)
        if (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc):
            return True
        return asked.scheme == "https" and (asked.hostname or "").endswith(".slack.com")


def _judge(told: dict[str, Any]) -> None:
    """Refuse a file that can be refused before any byte of it is read."""
    if told.get("mode") in LOST:
        raise _NotHad(Why.GONE)
    if told.get("is_external") or not enclosures.may_be_sent(str(told.get("mimetype"))):
        raise _NotHad(Why.WRONG_KIND)
    if int(told.get("size") or 0) > LARGEST:
        raise _NotHad(Why.TOO_LARGE)


def _read(answer: aiohttp.ClientResponse) -> None:
    """Refuse an answer that isn't the file."""
    if answer.status in (404, 410):
        raise _NotHad(Why.GONE)
    if answer.status in REFUSED or answer.content_type == "text/html":
        raise _NotHad(Why.NOT_ALLOWED)
    if answer.status == 429:
        wait = answer.headers.get("Retry-After", "")
        raise DeliveryError("Slack asked to wait", after=float(wait) if wait.isdigit() else 10.0)
    if answer.status != 200:
        raise DeliveryError(f"Slack answered {answer.status} for the file")


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > LARGEST:
            raise _NotHad(Why.TOO_LARGE)
    return bytes(body)
