"""Posting to Slack once: every message carries a key in its metadata, and is looked for before a second try."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DeliveryError
from bot.slack.kit.blocks import Block
from bot.slack.sending.pace import Pace

PERMANENT = {
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "invalid_blocks",
    "no_text",
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_arguments",
    "thread_not_found",
    "user_not_in_channel",
    "messages_tab_disabled",
    "missing_scope",
    "unknown_method",
}
GONE = {"message_not_found", "cant_update_message", "channel_not_found"}  # for a message to change
QUIET = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
LOOK_BACK = timedelta(hours=1)  # our clock may be ahead of Slack's
PAGES = 10  # of 200 messages each


class MessageGone(DeliveryError):
    """The message to change isn't there any more."""


class FileGone(DeliveryError):
    """The file to take away isn't there any more."""


class Poster:
    """Slack's Web API for messages, with its errors as DeliveryError."""

    def __init__(self, client: AsyncWebClient, pace: Pace | None = None) -> None:
        # The SDK's own retry after a lost connection would post a second time without looking.
        self._client, self._shared = _without_retries(client), client
        self._pace = pace or Pace()

    async def turn(self, channel: str) -> None:
        """Wait until something may be posted into the channel. Look for an earlier try after this, not before."""
        await self._pace.turn(channel)

    async def post(
        self, channel: str, key: str, event: str, text: str, blocks: list[Block], thread: str | None = None
    ) -> tuple[str, str]:
        """Post a message that carries `key`, and return the channel's id and the message's ts."""
        answer = await self._call(
            channel,
            "chat.postMessage",
            {"channel": channel, "text": text, "blocks": blocks, "client_msg_id": key, **QUIET}
            | {"metadata": {"event_type": event, "event_payload": {"k": key}}}
            | ({"thread_ts": thread} if thread else {}),
        )
        return str(answer.get("channel") or channel), str(answer["ts"])

    async def whisper(self, text: str, blocks: list[Block], *, channel: str, thread_ts: str, user: str) -> None:
        """Show something in a thread to one person only."""
        shown = {"channel": channel, "thread_ts": thread_ts, "user": user, "text": text, "blocks": blocks}
        await self._call(channel, "chat.postEphemeral", shown | {"parse": "none", "link_names": False})

    async def redraw(self, channel: str, ts: str, key: str, event: str, text: str, blocks: list[Block]) -> None:
        """Replace a message; raises MessageGone when it was deleted."""
        await self._call(
            channel,
            "chat.update",
            {"channel": channel, "ts": ts, "text": text, "blocks": blocks, "parse": "none", "link_names": False}
            | {"metadata": {"event_type": event, "event_payload": {"k": key}}},
        )

    async def find(self, channel: str, key: str, since: datetime, thread: str | None = None) -> str | None:
        """Return the ts of the message that carries `key`, if an earlier try reached Slack."""
        method = "conversations.replies" if thread else "conversations.history"
        query: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(since - LOOK_BACK).astimezone(UTC).timestamp():.6f}",
            "include_all_metadata": "true",
            "limit": 200,
        } | ({"ts": thread} if thread else {})
        for _ in range(PAGES):
            page = await self._call(channel, method, query)
            for message in page.get("messages") or []:
                if (message.get("metadata") or {}).get("event_payload", {}).get("k") == key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            query["cursor"] = cursor
        raise DeliveryError("too many messages to look through for an earlier try")

    async def upload(self, channel: str, thread: str | None, name: str, title: str, content: bytes) -> str:
        """Show a file in a thread, or in the channel itself, and return its id."""
        self._client.session = self._shared.session
        try:
            answer = await self._client.files_upload_v2(
                channel=channel, thread_ts=thread, filename=name, title=title, content=content
            )
        except SlackApiError as error:
            raise self._refusal(channel, "files.upload", error) from error
        except (aiohttp.ClientError, TimeoutError, AttributeError) as error:
            raise DeliveryError(f"Slack didn't answer: {type(error).__name__}") from error
        return str((answer.get("files") or [{}])[0].get("id", ""))

    async def find_file(self, channel: str, name: str, thread: str | None) -> str | None:
        """Return the id of a file of this name in a thread (or beginning so: "2026-0001-7."), if one is there.

        Without a thread the channel's newest messages are looked through.
        """
        method = "conversations.replies" if thread else "conversations.history"
        query = {"channel": channel, "limit": 1000} | ({"ts": thread} if thread else {})
        page = await self._call(channel, method, query)
        files = [file for message in page.get("messages") or [] for file in message.get("files") or []]
        wanted = (name,) if name.endswith(".") else ()  # a beginning, whatever the ending
        found = (f for f in files if f.get("name") == name or str(f.get("name")).startswith(wanted))
        return next((str(file["id"]) for file in found), None)

    async def delete_file(self, file: str) -> None:
        """Take a file away for everyone; one that is gone already is fine."""
        with suppress(FileGone):
            await self._call("", "files.delete", {"file": file})

    async def file(self, file: str) -> dict[str, Any]:
        """Return what Slack tells of a file; raises FileGone when it was deleted."""
        return dict((await self._call("", "files.info", {"file": file})).get("file") or {})

    async def _call(self, channel: str, method: str, args: dict[str, Any]) -> dict[str, Any]:
        self._client.session = self._shared.session
        read = method.startswith("conversations.") or method == "files.info"
        try:
            answer = await self._client.api_call(
                method, **({"http_verb": "GET", "params": args} if read else {"json": args})
            )
        except SlackApiError as error:
            raise self._refusal(channel, method, error) from error
        except (aiohttp.ClientError, TimeoutError, AttributeError) as error:  # AttributeError: 200 without JSON
            raise DeliveryError(f"Slack didn't answer: {type(error).__name__}") from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _refusal(self, channel: str, method: str, error: SlackApiError) -> DeliveryError:
        status = getattr(error.response, "status_code", 0)
        data = getattr(error.response, "data", None)
        reason = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or reason == "ratelimited":
            wait = _seconds(error)
            self._pace.rest(channel, wait)
            return DeliveryError("Slack asked to wait", after=wait, hold=channel)
        if reason in ("file_not_found", "file_deleted"):
            return FileGone(f"Slack has lost the file: {reason}")
        if method == "chat.update" and reason in GONE:
            return MessageGone(f"Slack has lost the message: {reason}")
        return DeliveryError(f"Slack refused: {reason or status or 'no JSON'}", permanent=reason in PERMANENT)


def _seconds(error: SlackApiError) -> float:
    value = getattr(error.response, "headers", {}).get("Retry-After", "1")
    return float(value) if str(value).replace(".", "", 1).isdigit() else 1.0


def _without_retries(client: AsyncWebClient) -> AsyncWebClient:
    return AsyncWebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        session=client.session,
        ssl=client.ssl,
        proxy=client.proxy,
        headers=client.headers,
        retry_handlers=[],
    )
