"""A consultation taken in by phone, e-mail or at the counter is joined with its citizen's LINE by a code."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import redraw_card
from bot.desk.record import record, telling
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Note, Reach
from storage.models import Audience, Case, Channel, Citizen, Counter, LinkCode, Proposal, Stage

LIFE = timedelta(days=14)
REMEMBERED = timedelta(days=30)  # so long a code that has ended is still explained to whoever sends it
TRIES, TRIED_IN = 5, timedelta(days=1)  # then nothing is looked up: nobody finds a code by trying
BY_HAND = (Channel.PHONE, Channel.EMAIL, Channel.COUNTER)
_SIX = re.compile(r"[0-9]{6}")


class Link(StrEnum):
    """What became of a code that somebody sent."""

    DONE = "done"
    YOURS = "yours"  # it had already joined the case to this citizen
    USED = "used"
    EXPIRED = "expired"


async def make_code(session: AsyncSession, number: str, *, by: str, now: datetime) -> str:
    """Give a case without LINE a new code of six digits. An earlier code of it isn't valid any more."""
    case = await record.hold(session, number)
    if case.stage == Stage.CLOSED:
        raise refuse("link_closed")
    if await telling.reach(session, case) not in (Reach.NONE, Reach.WEB):
        raise refuse("link_has_line")
    earlier = (col(LinkCode.case_id) == case.id, col(LinkCode.used_at).is_(None), col(LinkCode.expires_at) > now)
    await session.exec(update(LinkCode).where(*earlier).values(expires_at=now))
    await session.exec(delete(LinkCode).where(col(LinkCode.expires_at) < now - REMEMBERED))
    code = await _unused(session)
    session.add(LinkCode(code=code, case_id=case.id or 0, by=by, at=now, expires_at=now + LIFE))
    await record.append(session, case, Event.CODE_MADE, by=by, at=now)  # without the code, which is secret
    return code


def read_code(words: str) -> str | None:
    """Return the six digits that a message consists of, in any width and spacing, or None."""
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", words))
    return digits if _SIX.fullmatch(digits) else None


async def is_code(session: AsyncSession, code: str) -> bool:
    """Tell whether this code was ever given, as far as the database remembers."""
    return (await session.exec(select(LinkCode.code).where(LinkCode.code == code))).first() is not None


async def note_try(session: AsyncSession, citizen: Citizen, key: str, now: datetime) -> None:
    """Count a message of six digits, once per inbox key. Tries that are older than a day are forgotten."""
    name = f"{_tries_of(citizen)}{key}"
    old = (col(Counter.name).startswith(_tries_of(citizen)), col(Counter.value) <= _minute(now - TRIED_IN))
    await session.exec(delete(Counter).where(*old))
    if await session.get(Counter, name) is None:
        session.add(Counter(name=name, value=_minute(now)))
        await session.flush()


async def may_try(session: AsyncSession, citizen: Citizen, now: datetime) -> bool:
    """Tell whether the citizen may look a code up: their tries of the last day, with this one, are few enough."""
    made = (col(Counter.name).startswith(_tries_of(citizen)), col(Counter.value) > _minute(now - TRIED_IN))
    return (await session.exec(select(func.count()).select_from(Counter).where(*made))).one() <= TRIES


async def attach(session: AsyncSession, code: str, citizen: Citizen, *, key: str, now: datetime) -> tuple[str, Link]:
    """Join the code's case with the citizen, once; return its number and what became of it.

    Show the number to the citizen only where the case is theirs. Raises KeyError for a code that nobody was given.
    """
    if (link := await session.get(LinkCode, code)) is None:
        raise KeyError(code)
    case = await record.hold(session, (await session.get_one(Case, link.case_id)).number)
    await session.refresh(link)
    if link.used_at is not None:
        return case.number, Link.YOURS if case.citizen_id == citizen.id else Link.USED
    if link.expires_at <= now:
        return case.number, Link.EXPIRED
    if await telling.reach(session, case) not in (Reach.NONE, Reach.WEB):
        return case.number, Link.USED
    link.used_at = now
    session.add(link)
    await _join(session, case, citizen, key, now)
    return case.number, Link.DONE


async def _join(session: AsyncSession, case: Case, citizen: Citizen, key: str, now: datetime) -> None:
    proposal = await session.get_one(Proposal, case.proposal_id)
    case.citizen_id = proposal.citizen_id = citizen.id
    session.add_all((case, proposal))
    event = await record.append(
        session, case, Event.LINKED, by="citizen", at=now, cause=f"{key}:linked", audience=Audience.CITIZEN
    )
    await redraw_card(session, event.case_id, now)
    await telling.thread(session, case, event, Note.LINKED, now)


def _tries_of(citizen: Citizen) -> str:
    return f"link:{citizen.id}:"


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


async def _unused(session: AsyncSession) -> str:
    while True:
        code = f"{secrets.randbelow(1_000_000):06}"
        if not await is_code(session, code):
            return code
