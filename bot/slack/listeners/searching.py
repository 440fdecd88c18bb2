"""Searching behind a button: the person sees at once that we search, and nobody waits for a slow search."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import words
from bot.slack.kit import modals
from bot.slack.listeners.kinds import Body

Found = TypeVar("Found")


async def begin(client: AsyncWebClient, body: Body) -> str:
    """Open a modal that says so, and return its id: a trigger lives three seconds, and a search may take longer."""
    opened = await client.views_open(trigger_id=body["trigger_id"], view=modals.notice(words.SEARCHING))
    return str(opened["view"]["id"])


async def within(seconds: float, search: Awaitable[Found]) -> Found:
    """Return what is found in this time, else raise TimeoutError; the search goes on: a first one builds the index."""
    return await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(search)), seconds)
