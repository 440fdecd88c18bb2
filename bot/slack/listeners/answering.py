"""Telling the person who pressed, in the form the request allows: nobody else sees it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.kit import modals
from bot.slack.kit.blocks import Block

log = logging.getLogger(__name__)


async def answer(ack: AsyncAck, client: AsyncWebClient, body: dict[str, Any], text: str) -> None:
    """Acknowledge the request with a sentence: beside a command, over a modal, or under a card."""
    if "command" in body:
        await ack({"response_type": "ephemeral", "text": text})
    elif body.get("type") == "view_submission":
        await ack(**_over(body["view"], text))
    else:
        await ack()
        await whisper(client, body, text)


async def whisper(client: AsyncWebClient, body: dict[str, Any], text: str, blocks: list[Block] | None = None) -> None:
    """Show a sentence to this person only. If that fails it is logged, since the work itself is done."""
    channel = (body.get("channel") or {}).get("id")
    if channel:
        with _as_far_as_slack_takes_it():
            await _whisper(client, body, channel, text, blocks)
    elif (body.get("view") or {}).get("type") == "home":
        with _as_far_as_slack_takes_it():
            await client.views_open(trigger_id=body["trigger_id"], view=modals.notice(text))
    elif "view" in body:
        await redraw(client, body, modals.notice(text))


async def redraw(client: AsyncWebClient, body: dict[str, Any], view: Block) -> None:
    """Draw the modal with the pressed button again. If Slack refuses, the work itself is done all the same."""
    with _as_far_as_slack_takes_it():
        await client.views_update(view_id=body["view"]["id"], view=view)


async def _whisper(
    client: AsyncWebClient, body: dict[str, Any], channel: str, text: str, blocks: list[Block] | None
) -> None:
    try:
        await client.chat_postEphemeral(
            channel=channel, user=body["user"]["id"], text=text, blocks=blocks, link_names=False, parse="none"
        )
    except SlackApiError:
        # A command is typed anywhere; where the bot isn't a member only the request's own address reaches the person.
        if not body.get("response_url"):
            raise
        respond = AsyncRespond(response_url=body["response_url"])
        await respond(text=text, blocks=blocks, response_type="ephemeral", replace_original=False)


@contextmanager
def _as_far_as_slack_takes_it() -> Iterator[None]:
    try:
        yield
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("a person could not be told", extra={"error": type(error).__name__})


def _over(view: Block, text: str) -> dict[str, Any]:
    """Put the sentence at the first field; if it names people, or there is no field, into a modal above this one."""
    fields = [block["block_id"] for block in view.get("blocks") or [] if block.get("type") == "input"]
    if fields and "<@" not in text:
        return {"response_action": "errors", "errors": {fields[0]: text}}
    return {"response_action": "push", "view": modals.notice(text)}
