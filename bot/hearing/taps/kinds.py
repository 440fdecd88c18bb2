"""What a tap is: an answer of the citizen to something the desk put to them, which Rasa needn't hear of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.hearing.standing import Standing


@dataclass(frozen=True)
class Tap:
    """One tap in its transaction; `args` came back from LINE and are checked like anything from outside."""

    session: AsyncSession
    standing: Standing
    args: Mapping[str, str]
    key: str  # the inbox key: a replay changes nothing
    now: datetime


Said = list[dict[str, Any]]  # as Rasa says it: {"text": …, "buttons": [{"title": …, "payload": …}]}
Tapped = Callable[[Tap], Awaitable[Said]]
# Reads typed words as a tap: the args with "tap", or None when they mean something else.
Typed = Callable[[AsyncSession, Standing, str, datetime], Awaitable[Mapping[str, str] | None]]
