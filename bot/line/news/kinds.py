"""What a piece of news is: LINE messages drawn from the newest state of the database when they are sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.line.messages import Json

ELSEWHERE = "elsewhere"  # key in a payload: people's words are read on the centre's page, not here
ALONG = "along"  # key in a payload: it goes before the answer to a message, so its buttons aren't shown
Draw = Callable[[AsyncSession, Mapping[str, Any]], Awaitable[list[Json]]]
