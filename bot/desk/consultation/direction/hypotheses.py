"""③ the direction as it is put to the citizen: numbered versions, of which only the newest can be answered."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record import evidence, record, telling
from bot.desk.record.evidence import storable
from bot.desk.record.marks import refuse_stale
from bot.desk.record.moves import Action, move
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import AGREED, Phrase
from bot.phrases import phrase
from knowledge.language.blanks import has_words
from storage.models import Audience, Case, Hypothesis, Stage, Word

EVIDENCE = "citizen_word"
LONGEST = 5_000  # characters: one card and two messages on LINE have room for so many, even of the widest
STAGES = (Stage.DIRECTION, Stage.REALISATION)
_LABEL = {Word.AGREE: "word_agree", Word.TALK: "word_talk", Word.THINK: "word_think"}


async def propose(
    session: AsyncSession,
    number: str,
    text: str,
    *,
    by: str,
    now: datetime,
    seen: int | None = None,
    cause: str | None = None,
) -> Hypothesis:
    """Put a new version to the citizen, once per `cause`. What they said of an earlier version doesn't count for it.

    `seen` is the version that the person's modal was drawn for (0: none). Citizens without LINE are phoned.
    """
    case = await record.hold(session, number)
    last = await newest(session, case)
    if last and cause and await record.happened(session, cause):
        return last
    move(Stage(case.stage), Action.PROPOSE)
    version = last.version if last else 0
    await refuse_old_version(session, case, seen, last)
    _refuse_unsendable(text)
    made = Hypothesis(case_id=case.id or 0, version=version + 1, text=storable(text), by=by, at=now)
    session.add(made)
    await session.flush()
    await evidence.ask_again(session, case, EVIDENCE)
    await _tell(session, case, made, cause)
    return made


async def newest(session: AsyncSession, case: Case) -> Hypothesis | None:
    """Return the newest version as the database has it now."""
    found = select(Hypothesis).where(Hypothesis.case_id == case.id).order_by(col(Hypothesis.version).desc())
    return (await session.exec(found.execution_options(populate_existing=True))).first()


async def open_for(session: AsyncSession, citizen_id: int | None) -> Hypothesis | None:
    """Return the newest version that this citizen may answer, whatever case of theirs it belongs to."""
    found = await session.exec(
        select(Hypothesis, Case)
        .join(Case, col(Case.id) == Hypothesis.case_id)
        .where(Case.citizen_id == citizen_id, col(Case.stage).in_(STAGES))
        .order_by(col(Hypothesis.id).desc())
    )
    return next((version for version, case in found.all() if is_open(version, case)), None)


async def refuse_old_version(session: AsyncSession, case: Case, seen: int | None, last: Hypothesis | None) -> None:
    """Refuse a form that was drawn for an older version (0: for none)."""
    version, by = (last.version, last.by) if last else (0, None)
    await refuse_stale(session, case, seen, version, sentence="hypothesis_overtaken", by=by, version=version)


def is_open(version: Hypothesis, case: Case) -> bool:
    """Tell whether the newest version can still be answered: until the case moves on."""
    return case.stage in STAGES and version.at >= case.stage_since


def label(word: str | None) -> str:
    """Return an answer in the citizen's words, such as これで進めたい."""
    return phrase(_LABEL[Word(word)]) if word else ""


async def _tell(session: AsyncSession, case: Case, made: Hypothesis, cause: str | None) -> None:
    told = await telling.reach(session, case) in AGREED
    event = await record.append(
        session,
        case,
        Action.PROPOSE,
        by=made.by,
        at=made.at,
        cause=cause,
        audience=Audience.CITIZEN if told else Audience.INTERNAL,
        words=[made.text],
        before={"version": made.version - 1},
        after={"version": made.version},
    )
    about = {"hypothesis": made.id, "case": case.id, "event": event.id}
    await telling.citizen(session, case, event, Phrase.HYPOTHESIS, made.at, through=AGREED, **about)
    said = {"version": made.version, "text": made.text, "told": told}
    await telling.thread(session, case, event, "proposed", made.at, **said)
    await outbox.redraw_card(session, event.case_id, made.at)


def _refuse_unsendable(text: str) -> None:
    if not has_words(text):
        raise refuse("hypothesis_empty")
    if len(text) > LONGEST:
        raise refuse("hypothesis_too_long", units=f"{len(text):,}", limit=f"{LONGEST:,}")
