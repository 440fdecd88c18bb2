"""Who is told of a change: the citizen on LINE, the colleagues in the case's thread."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from storage.models import Case, CaseEvent, Channel, Citizen, Proposal, Stage

WORDS_OF = "words_of"  # key in what a turn says: the number of the case whose coordinator wrote part of the text


class Phrase(StrEnum):
    """What a citizen is told; the words are in dialogues/phrases/. All have `number`."""

    CLAIMED = "claimed"
    CLAIMED_AGAIN = "claimed_again"
    JOINED = "joined"
    STAFFED = "staffed"
    ADVANCED_DIRECTION = "advanced_direction"
    ADVANCED_REALISATION = "advanced_realisation"
    ADVANCED_FOLLOW_UP = "advanced_follow_up"
    RELEASED = "released"
    HANDED_OVER = "handed_over"
    REFERRED = "referred"  # door
    CLOSED = "closed"
    REOPENED = "reopened"
    REPLY = "reply"  # text, or the name of a file; and case and event, for the result
    ASKED = "asked"  # the same
    MERGED = "merged"  # into
    HYPOTHESIS = "hypothesis"  # text; and case and event, for the result
    DIALOGUE_INVITED = "dialogue_invited"  # meeting
    DIALOGUE_CHANGED = "dialogue_changed"  # meeting
    DIALOGUE_UNINVITED = "dialogue_uninvited"  # when
    DIALOGUE_CANCELLED = "dialogue_cancelled"  # when
    PLAN = "plan"  # case


class Note(StrEnum):
    """What the thread is told; the words are in bot/slack/words/. All have `case`, `number` and `by`."""

    CLAIMED = "claimed"  # main
    JOINED = "joined"  # sub
    STAFFED = "staffed"  # city_staff
    ADVANCED = "advanced"  # stage, waived (labels), reason, told
    RELEASED = "released"  # main and sub as they are now (or None), acting (bool)
    HANDED_OVER = "handed_over"  # to, reason, summary
    REFERRED = "referred"  # door, told
    CLOSED = "closed"  # reason, learnings, methods, partners, told, drafted
    CITIZEN_WROTE = "citizen_wrote"  # words (a list, verbatim)
    REPLY_QUEUED = "reply_queued"  # text, files (names)
    REPLY_SENT = "reply_sent"  # text
    REPLY_SHOWN = "reply_shown"  # text, files (names)
    REPLY_BLOCKED = "reply_blocked"  # text
    REPLY_FAILED = "reply_failed"  # text
    FILE_SENT = "file_sent"  # to, name; of those below, too
    FILE_SHOWN = "file_shown"
    FILE_BLOCKED = "file_blocked"
    FILE_FAILED = "file_failed"
    FILE_GONE = "file_gone"
    FILE_TOO_LARGE = "file_too_large"
    FILE_WRONG_KIND = "file_wrong_kind"
    FILE_NOT_ALLOWED = "file_not_allowed"
    FILE_NOT_FETCHED = "file_not_fetched"
    MEDIA_TOO_LARGE = "media_too_large"  # what, size; the phrase of this name tells the citizen what to do instead
    MEDIA_NOT_FETCHED = "media_not_fetched"  # what; the same
    ASKED = "asked"  # about, text
    LINKED = "linked"
    MERGED = "merged"  # into, told
    MERGED_HERE = "merged_here"  # merged
    UNSEEN = "unseen"  # to who writes in a thread whose citizen waits
    CITIZEN_WROTE_MERGED = "citizen_wrote_merged"  # merged, words
    ASSIGNED = "assigned"  # to, seat
    RECOMMENDED = "recommended"  # to
    DECLINED = "declined"  # reason
    AWAY = "away"  # main, sub, until
    BACK = "back"  # main


class Reach(StrEnum):
    """Whether words can reach the citizen on LINE."""

    LINE = "line"
    MUTED = "muted"  # they chose 通知を止める: answers arrive, news of steps doesn't
    BLOCKED = "blocked"  # the account is blocked or removed
    WEB = "web"  # not on LINE: answers are read on the page of the web form
    NONE = "none"  # phone, e-mail, counter, or erased


NEWS = (Reach.LINE,)  # who is told of the steps of a case
AGREED = (Reach.LINE, Reach.MUTED)  # also those who stopped the notices: appointments and questions reach them
ADVANCED = {
    Stage.DIRECTION: Phrase.ADVANCED_DIRECTION,
    Stage.REALISATION: Phrase.ADVANCED_REALISATION,
    Stage.FOLLOW_UP: Phrase.ADVANCED_FOLLOW_UP,
}


async def reach(session: AsyncSession, case: Case) -> Reach:
    """Tell whether, and where, the citizen of a case reads what is written to them."""
    citizen = None if case.citizen_id is None else await session.get(Citizen, case.citizen_id)
    if citizen is None:
        return Reach.NONE
    if citizen.line_user_id is None:
        proposal = await session.get(Proposal, case.proposal_id)
        return Reach.WEB if proposal and proposal.channel == Channel.WEB else Reach.NONE
    if not citizen.following:
        return Reach.BLOCKED
    return Reach.LINE if citizen.notices else Reach.MUTED


async def citizen(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    kind: str,
    now: datetime,
    /,
    *,
    through: Collection[Reach] = NEWS,
    **values: Any,
) -> bool:
    """Queue news of a case for its citizen. False: it doesn't reach them, so somebody must tell them in another way."""
    if await reach(session, case) not in through:
        return False
    key = f"event:{event.id}"
    await outbox.tell_citizen(session, case.citizen_id, kind, key, now, number=case.number, **values)
    return True


async def people(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    note: str,
    now: datetime,
    to: Iterable[str | None],
    **values: Any,
) -> None:
    """Queue a note to each of these people alone, without the one who did it. None stands for an empty seat."""
    for slack_id in dict.fromkeys(to):
        if slack_id and slack_id != event.by:
            await outbox.tell_person(
                session,
                slack_id,
                note,
                f"event:{event.id}",
                now,
                case=case.id,
                number=case.number,
                by=event.by,
                **values,
            )


async def thread(session: AsyncSession, case: Case, event: CaseEvent, note: str, now: datetime, **values: Any) -> None:
    """Queue a note for the case's thread. Citizens never see what is said there."""
    await outbox.tell_thread(
        session, event.case_id, note, f"event:{event.id}", now, number=case.number, by=event.by, **values
    )
