"""The minutes of a dialogue: what was said, what was decided, and what somebody promised to do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation import dialogue, plan
from bot.desk.consultation.realisation.realisation import cleaned, keep, listed, note
from bot.desk.record import record, telling
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.tables.calendars import CENTRE
from bot.when import TOKYO, clock
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.signs import cut
from storage.models import Case, Meeting, MeetingState

TALKED, DECIDED, HOMEWORK = HEADINGS = ("話したこと", "決まったこと", "宿題")
TEMPLATE = "\n\n".join(f"{heading}\n・" for heading in HEADINGS)
_MARKS = "【】■●◆□：: 　"  # around a heading, as people write them
_GIST = 200  # characters
_DUE = timedelta(days=14)


async def write(
    session: AsyncSession,
    number: str,
    meeting_id: int,
    text: str,
    *,
    to_plan: bool,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> Sequence[str]:
    """Write the minutes down; so the dialogue was held. Return the homework that was put into the plan, if wished."""
    case = await record.hold(session, number, Action.DIALOGUE)
    meeting = await dialogue.find(session, case, meeting_id)
    await refuse_stale(session, case, seen, mark(meeting), Action.DIALOGUE)
    text = cleaned(text)
    if not any(line.strip(_MARKS + "・") not in ("", *HEADINGS) for line in text.splitlines()):
        raise refuse("minutes_empty")
    if meeting.state == MeetingState.CANCELLED:
        raise refuse("dialogue_gone")
    await _held(session, case, meeting, text, by, now)
    return await _into_plan(session, number, text, by, now) if to_plan else []


def sections(text: str) -> Mapping[str, str]:
    """Return what stands under each heading; lines before the first one are what was talked about."""
    found: dict[str, list[str]] = {heading: [] for heading in HEADINGS}
    heading = TALKED
    for line in text.splitlines():
        if line.strip(_MARKS) in HEADINGS:
            heading = line.strip(_MARKS)
        else:
            found[heading].append(line)
    return {heading: "\n".join(lines).strip() for heading, lines in found.items()}


def homework(text: str) -> list[str]:
    """Return the lines under 宿題 that begin with ・, without it."""
    lines = (line.strip() for line in sections(text)[HOMEWORK].splitlines())
    return [said for line in lines if line.startswith("・") and (said := trimmed(line.lstrip("・")))]


def gist(text: str) -> str:
    """Return the result in short: what was decided, else what was talked about."""
    found = sections(text)
    said = next((part for part in (found[DECIDED], found[TALKED]) if has_words(part.replace("・", ""))), text)
    return cut(said, _GIST)


def describe(held: Iterable[Meeting]) -> str:
    """Return the evidence of the stage: when and where each dialogue was held, and its result."""
    told = [one for one in held if one.state == MeetingState.HELD and one.minutes]
    lines = [f"{clock(one.starts_at)}　{one.place}\n{gist(one.minutes)}" for one in reversed(told)]
    return listed(lines, between="\n\n")  # the newest first


def due_on(now: datetime) -> date:
    """Return the day by which homework is due: in two weeks, when the centre is open."""
    return CENTRE.open_day((now + _DUE).astimezone(TOKYO).date())


async def _held(session: AsyncSession, case: Case, meeting: Meeting, text: str, by: str, now: datetime) -> None:
    old, was, minutes = describe(await dialogue.of(session, case)), meeting.state, meeting.minutes
    if (was, minutes) == (MeetingState.HELD, text):
        return
    meeting.state, meeting.minutes = MeetingState.HELD, text
    session.add(meeting)
    event = await note(
        session,
        case,
        Action.DIALOGUE,
        by=by,
        now=now,
        before={"meeting": meeting.id, "state": was},
        after={"meeting": meeting.id, "state": meeting.state},
        words={"minutes.before": minutes, "minutes": text},
    )
    await keep(session, case, "dialogue", old, describe(await dialogue.of(session, case)), by=by, now=now)
    await telling.thread(session, case, event, "dialogue_held", now, text=text)


async def _into_plan(session: AsyncSession, number: str, text: str, by: str, now: datetime) -> list[str]:
    """Make tasks of the homework; what is in the plan already isn't put there again."""
    case = await record.get(session, number)
    known = {task.title for task in await plan.of(session, case) if task.dropped_at is None}
    new = [said for said in dict.fromkeys(homework(text)) if said not in known]
    for said in new:
        await plan.add(session, number, title=said, owner=by, due_on=due_on(now), milestone=False, by=by, now=now)
    return new
