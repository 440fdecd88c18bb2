"""Reminders on LINE: all that is due for one citizen in one push, drawn from the facts at the time it leaves."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.day import nudges
from bot.desk.day.nudges import About
from bot.line import messages
from bot.line.messages import Json
from bot.line.news import follow_up
from bot.line.news.follow_up import Asked
from bot.line.news.kinds import ALONG, ELSEWHERE, Draw
from bot.phrases import phrase
from bot.when import TOKYO, clock, day
from storage.models import Citizen

WRITTEN = ("title", "place")  # what a coordinator wrote
RESUME = "unfinished_hearing"  # the reminder that offers to go on


async def reminders(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """Return the reminders that still hold at `at`, when they leave; none when the citizen has stopped them."""
    citizen = await session.get(Citizen, payload["citizen"])
    if citizen is None or not citizen.notices or not citizen.following:
        return []
    now = datetime.fromisoformat(str(payload["at"]))
    found = await nudges.about(session, payload["nudges"], now)
    due = [one for one in found if one.rule and nudges.holds(one, now)]
    told, asked = [one for one in due if not _asks(one)], [_asked(one) for one in due if _asks(one)]
    if len(asked) == 1 and not told and not payload.get(ALONG):
        return follow_up.question(asked[0])
    cards = follow_up.cards(asked)
    said = [*_told(told, now, messages.MOST_MESSAGES - len(cards), elsewhere=bool(payload.get(ELSEWHERE))), *cards]
    return messages.with_buttons(said, _buttons(due), {}) if said else []


def _asks(about: About) -> bool:
    return about.rule is not None and about.rule.does is not None


def _asked(about: About) -> Asked:
    return Asked(about.number, about.nudge.subject_id, about.rule is not None and about.rule.does == "check_in_again")


def _told(due: Sequence[About], now: datetime, most: int, *, elsewhere: bool) -> list[Json]:
    """The words of each, in messages of their own if there is room."""
    texts = list(dict.fromkeys(_text(one, now, elsewhere=elsewhere) for one in due))
    if len(texts) > most:
        texts = ["\n\n".join(texts)]
    return messages.fitting([message for text in texts for message in messages.text(text)], most)


def _text(about: About, now: datetime, *, elsewhere: bool) -> str:
    """The reminder's words; a line whose value is missing leaves no gap."""
    values = _values(about, now) | (dict.fromkeys(WRITTEN, phrase("on_page")) if elsewhere else {})
    lines = phrase(about.rule.words, **values).split("\n") if about.rule else []
    return "\n".join(line for n, line in enumerate(lines) if line or (n and lines[n - 1]))


def _values(about: About, now: datetime) -> dict[str, str]:
    at = about.at
    return {
        "number": about.number,
        "at": clock(at),
        "day": day(at),
        "when": _when(at, now) if at else "",
        "title": about.title,
        "place": phrase("hearing_place", place=about.place) if about.place else "",
    }


def _when(at: datetime, now: datetime) -> str:
    """Return 今日, 明日, or the day: a reminder for the day before may leave on the day itself."""
    days = (at.astimezone(TOKYO).date() - now.astimezone(TOKYO).date()).days
    return phrase(("today", "tomorrow")[days]) if days in (0, 1) else day(at)


def _buttons(due: list[About]) -> Iterator[Mapping[str, str]]:
    if any(one.rule and one.rule.words == RESUME for one in due):
        yield {"title": phrase("label_command_resume"), "payload": "/resume"}
    yield {"title": phrase("label_command_stop_notices"), "payload": "/stop_notices"}


NEWS: dict[str, Draw] = {"reminders": reminders}
