"""Messages that are more than a note: drawn from the newest state of the database when they are sent."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import guests
from bot.desk.consultation.hearing.briefing import gather
from bot.desk.consultation.realisation import invitations, stakeholders
from bot.desk.day import agenda, burst, nudges, weekly
from bot.desk.record import sight
from bot.desk.record.moves import STAGE_LABEL
from bot.desk.record.sight import CaseView
from bot.desk.team.seats import SEATED
from bot.desk.team.suggestions import ASKED_ALONE
from bot.errors import DeliveryError, Refused
from bot.slack import words
from bot.slack.card.alike import alike, published
from bot.slack.drawing import briefing, dialogue, hearing, home, realisation, staffing
from bot.slack.drawing import guests as guests_drawing
from bot.slack.drawing import nudges as nudges_drawing
from bot.slack.kit import notes
from bot.slack.kit.blocks import Block, actions, button, context, section
from bot.when import clock
from knowledge.search import Library
from storage.models import Case, Meeting, MeetingState, Stage

Said = Mapping[str, Any]  # the payload of the outbox row: ids, no words
Drawn = tuple[str, list[Block]]  # what a notification shows, and the blocks
Post = Callable[[AsyncSession, Library, Said], Awaitable[Drawn]]


async def _view(session: AsyncSession, said: Said) -> CaseView:
    return await sight.view_of(session, await session.get_one(Case, said["case"]))


async def _seated(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """Tell somebody of the place they were given."""
    view = await _view(session, said)
    return _alone(SEATED, view), staffing.seated(view, str(said["seat"]))


async def _asked_alone(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """Ask somebody who was recommended."""
    view = await _view(session, said)
    return _alone(ASKED_ALONE, view), staffing.asked_alone(view, str(said["by"]))


def _alone(say: str, view: CaseView) -> str:
    return words.staffing.DIRECT_FALLBACK.format(number=view.number, about=words.staffing.DIRECT_ABOUT[say])


async def _briefing(session: AsyncSession, library: Library, said: Said) -> Drawn:
    """What is known before the hearing, with the button under which it can be ticked off."""
    view = await _view(session, said)
    blocks = briefing.pack(view, await gather(session, view), await alike(library, view, briefing.HITS))
    open_it = button(words.BUTTON["case.briefing"], "case.briefing", view.number)
    about = words.notes.NOTE_FALLBACK.format(number=view.number, about=words.TITLE["briefing"])
    return about, [*blocks, context(words.briefing.HOW), actions(open_it)]


async def _notes_wanted(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """Ask after the hearing how it was; the button to write it down is there as long as nobody has."""
    view = await _view(session, said)
    meeting = hearing.current(view)
    at = clock(meeting.starts_at) if meeting and meeting.starts_at else words.NONE
    asked = section(words.hearing.WANTED.format(number=view.number, at=at))
    missing = meeting is not None and meeting.state == MeetingState.FIXED
    write = [actions(hearing.notes_button(view.number))] if missing else []
    return notes.fallback("hearing_noted", view.number), [asked, *write]


async def _guest_invited(session: AsyncSession, library: Library, said: Said) -> Drawn:
    """Ask somebody from outside into a case, with what they may see of it by now."""
    case = await session.get_one(Case, said["case"])
    text = words.guests.PACK_FALLBACK.format(number=case.number)
    try:
        shown = await guests.pack(session, case.number, str(said["guest"]))
    except Refused:  # they left, or the case was closed, before this went out
        return text, [section(words.guests.PACK_GONE)]
    titles = [hit.title for hit in await published(library, await sight.view_of(session, case))]
    return text, [*guests_drawing.pack(shown, titles, with_answers=False), guests_drawing.buttons(case.number)]


async def _not_in_body(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """Every party that isn't among those who carry it out, with where it stood and how to reach it."""
    case = await session.get_one(Case, said["case"])
    left = await stakeholders.told_by_nobody(session, case)
    return notes.fallback("not_in_body", case.number), realisation.left_over(STAGE_LABEL[Stage.FOLLOW_UP], left)


async def _dialogue(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """The dialogue as it is now, and what this person has answered."""
    say, number = str(said["say"]), str(said["number"])
    meeting = await session.get(Meeting, said["meeting"])
    if meeting is None:
        raise DeliveryError("the meeting is gone", permanent=True)
    asked = await invitations.of(session, meeting)
    answer = next((one.answer for one in asked if one.who == said["to"]), None)
    return notes.fallback(say, number), dialogue.invitation(say, number, meeting, answer)


async def _ward_week(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """A ward's digest of the week."""
    found = await weekly.week_of(session, str(said["ward"]), datetime.fromisoformat(said["until"]))
    return words.home.WEEK_ABOUT.format(ward=found.ward), home.week(found)


async def _burst(session: AsyncSession, _library: Library, _said: Said) -> Drawn:
    """The cases whose cards are still to come, as of now."""
    cases = await burst.waiting(session)
    return words.home.BURST_ABOUT.format(count=len(cases)), home.many(cases)


async def _nudges(session: AsyncSession, _library: Library, said: Said) -> Drawn:
    """All that is due for one person, and in the morning their day."""
    now, day = datetime.fromisoformat(str(said["at"])), said.get("agenda")
    items = await nudges.about(session, said.get("nudges", []), now)
    everybody = await agenda.agendas(session, now) if day else {}
    today = everybody.get(str(said.get("to")), agenda.Agenda()) if day else None
    return nudges_drawing.message(items, today, now)


POSTS: Mapping[str, Post] = MappingProxyType(
    {
        SEATED: _seated,
        ASKED_ALONE: _asked_alone,
        "briefing": _briefing,
        "hearing_notes_wanted": _notes_wanted,
        "guest_invited": _guest_invited,
        "not_in_body": _not_in_body,
        "dialogue_invited": _dialogue,
        "dialogue_changed": _dialogue,
        "ward_week": _ward_week,
        "burst": _burst,
        "nudges": _nudges,
    }
)
