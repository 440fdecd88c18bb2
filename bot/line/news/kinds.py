"""What a piece of news is: LINE messages drawn from the newest state of the database when they are sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.line.messages import Json

Draw = Callable[[AsyncSession, Mapping[str, Any]], Awaitable[list[Json]]]
