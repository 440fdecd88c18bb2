"""What citizens answer to the desk: buttons under its news, and the same words typed."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.hearing.standing import Standing
from bot.hearing.taps import (
    dialogue,
    direction,
    follow_up,
    hearing,
    publication,
    realisation,
    reception,
)
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import phrase

_TOPICS = (hearing, direction, realisation, dialogue, follow_up, publication, reception)

TAPS: dict[str, Tapped] = {name: tapped for topic in _TOPICS for name, tapped in topic.TAPS.items()}

_TYPED: tuple[Typed, ...] = tuple(read for topic in _TOPICS for read in topic.TYPED)


async def answer(tap: Tap) -> Said:
    """Do what a tap means and return the answer. For a button of another version the answer explains that."""
    tapped = TAPS.get(tap.args.get("tap", ""))
    return await tapped(tap) if tapped else [{"text": phrase("old_button")}]


async def typed(session: AsyncSession, standing: Standing, words: str, now: datetime) -> Mapping[str, str] | None:
    """Read typed words as a tap under the desk's newest question; None when they mean something else."""
    for read in _TYPED:
        if (args := await read(session, standing, words, now)) is not None:
            return args
    return None
