"""不足を聞く: one question to the citizen about what the proposal lacks, one at a time."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Note, Phrase
from bot.desk.talk import questions, talk
from storage.models import QUESTIONS, Audience, CaseEvent


async def ask(
    session: AsyncSession, number: str, *, about: str, text: str, by: str, now: datetime, cause: str | None = None
) -> CaseEvent:
    """Put a question about one of the five to the citizen on LINE, once per `cause`; the result comes into the thread.

    Refused while an earlier question waits for its answer, and in every case in which a reply is refused.
    """
    case = await record.hold(session, number)
    if cause and (done := await record.happened(session, cause)):
        return done
    if about not in QUESTIONS:
        raise refuse("ask_about_what")
    if await questions.is_open(session, case) is not None:
        raise refuse("ask_open")
    await talk.refuse_unsendable(session, case, text)
    event = await record.change(
        session,
        case,
        Action.ASK,
        by=by,
        at=now,
        cause=cause,
        audience=Audience.CITIZEN,
        words=[text],
        noted={"about": about},
    )
    await talk.send(session, case, event, Phrase.ASKED, Note.ASKED, now)
    return event
