"""What a post is: a message of ours that is drawn from the newest state of the database when it is sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.door.desk import Finder
from bot.slack.kit.blocks import Block

# From a session for reading, the library and the outbox row's payload: what a notification shows, and the blocks.
Post = Callable[[AsyncSession, Finder, Mapping[str, Any]], Awaitable[tuple[str, list[Block]]]]
