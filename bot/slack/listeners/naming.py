"""The names of the people and channels that a message names: asked of Slack, in the time that a press has."""

import asyncio
from collections.abc import Collection
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

MOST = 20  # of one message; Slack lets each method be asked some fifty times a minute
PATIENCE = 1.0  # seconds, of the three that a trigger lives


async def names(client: AsyncWebClient, ids: Collection[str]) -> dict[str, str]:
    """Return the names by the ids. Who has none in time, or whom Slack doesn't tell us about, is left out."""
    if not ids:
        return {}
    asked = {asyncio.ensure_future(_name(client, one)): one for one in sorted(ids)[:MOST]}
    done, late = await asyncio.wait(asked, timeout=PATIENCE)
    for task in late:
        task.cancel()
    return {asked[task]: task.result() for task in done if not task.exception() and task.result()}


async def _name(client: AsyncWebClient, one: str) -> str:
    if one.startswith(("C", "G")):  # G: private channels of earlier years
        channel: dict[str, Any] = (await client.conversations_info(channel=one)).get("channel") or {}
        return str(channel.get("name") or "")
    user: dict[str, Any] = (await client.users_info(user=one)).get("user") or {}
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or user.get("real_name") or "")
