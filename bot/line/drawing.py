"""Reads from the database what a LINE message shows, and hands it to the pure functions in messages.py."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import false
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.answers import FIELDS, MESSAGE, answers, asides, parts
from bot.desk.record.telling import WORDS_OF
from bot.desk.talk.enclosures import ENCLOSURE
from bot.line import confidential, enclosure, messages
from bot.line.confidential import Page
from bot.line.enclosure import Address
from bot.line.messages import Json
from bot.line.news import NEWS, publication, realisation
from bot.line.news.kinds import ALONG, ELSEWHERE
from bot.phrases import label, phrase
from bot.when import clock
from knowledge.language.wards import WARDS, WHOLE_CITY
from storage.models import QUESTIONS, Attachment, Case, Consent, OutboxRow, Proposal

log = logging.getLogger(__name__)
Draw = Callable[[AsyncSession, dict[str, Any], dict[str, Any]], Awaitable[list[Json]]]


async def draw(
    session: AsyncSession,
    row: OutboxRow,
    page: Page | None = None,
    file_at: Address | None = None,
    now: datetime | None = None,
) -> list[Json]:
    """Return LINE's messages for an outbox row that leaves now, from the newest state of the database.

    `page` gives the address of a consultation's own page. If given, LINE carries that link and no people's words.
    `file_at` tells where the files of a reply can be opened.
    """
    if row.kind != "turn":
        return await _news(session, row.kind, _at(row.payload, now), page, file_at)
    said = [await _drawn(session, item, row.payload, page) for item in row.payload["messages"]]
    drawn = messages.turn(said, row.payload)
    along_it = [{**item, "payload": _at(item["payload"], now) | {ALONG: True}} for item in row.payload.get("along", [])]
    waited = [await _along(session, item, page, file_at) for item in along_it]
    along = [message for messages_ in waited for message in messages_]
    return [*messages.fitting(along, messages.MOST_MESSAGES - len(drawn)), *drawn]  # buttons show under the last only


def _at(payload: dict[str, Any], now: datetime | None) -> dict[str, Any]:
    """Draw reminders as of the moment they leave: they may have waited until their reason was over."""
    return {**payload, "at": now.isoformat()} if now and "nudges" in payload else payload


async def _news(
    session: AsyncSession, kind: str, payload: dict[str, Any], page: Page | None, file_at: Address | None
) -> list[Json]:
    if page:
        payload = {**payload, ELSEWHERE: True}
    if ENCLOSURE in payload and file_at:
        drawn = await enclosure.draw(session, payload[ENCLOSURE], file_at)
    elif kind in NEWS:
        drawn = await NEWS[kind](session, payload)
    else:
        drawn = messages.text(phrase(kind, **{k: v for k, v in payload.items() if k not in ("citizen", "to")}))
    return await confidential.news(session, kind, payload, drawn, page) if page else drawn


async def _along(session: AsyncSession, item: dict[str, Any], page: Page | None, file_at: Address | None) -> list[Json]:
    """Draw what waited for a free answer. If it can't be drawn any more, the answer goes without it."""
    try:
        return await _news(session, item["kind"], item["payload"], page, file_at)
    except (SQLAlchemyError, LookupError, ValueError) as error:
        log.error("news that waited can't be drawn", extra={"kind": item["kind"], "error": type(error).__name__})
        return []


async def _drawn(
    session: AsyncSession, item: dict[str, Any], drawn: dict[str, Any], page: Page | None
) -> dict[str, Any]:
    custom = item.get("custom")
    if page and WORDS_OF in item:
        return {**item, "drawn": await confidential.said(session, item[WORDS_OF], page)}
    if page and isinstance(custom, dict) and custom.get("kind") in confidential.DRAWN:
        return {**item, "drawn": await confidential.drawn(session, custom, page)}
    if not isinstance(custom, dict) or custom.get("kind") not in _KINDS:
        return item
    return {**item, "drawn": await _KINDS[custom["kind"]](session, custom, drawn)}


async def _summary(session: AsyncSession, custom: dict[str, Any], drawn: dict[str, Any]) -> list[Json]:
    proposal = await session.get_one(Proposal, custom["proposal"])
    beside = [(part.id, part.text) for part in await asides(session, proposal.id)]
    return messages.summary(await answers(session, proposal.id), _fields(proposal), drawn, beside)


async def _answer(session: AsyncSession, custom: dict[str, Any], _drawn: dict[str, Any]) -> list[Json]:
    proposal, question = await session.get_one(Proposal, custom["proposal"]), custom["question"]
    given = await answers(session, proposal.id)
    return messages.answer(question, {**given, **_fields(proposal)}[question], is_open=bool(custom.get("open")))


async def _wards(_session: AsyncSession, _custom: dict[str, Any], drawn: dict[str, Any]) -> list[Json]:
    return [messages.ward_choice([*WARDS, WHOLE_CITY], drawn)]


async def _my_data(session: AsyncSession, custom: dict[str, Any], _drawn: dict[str, Any]) -> list[Json]:
    """Everything that is kept about a citizen, in plain words."""
    citizen = custom["citizen"]
    consents = (await session.exec(select(Consent).where(Consent.citizen_id == citizen))).all()
    blocks = [phrase("data_consent", version=c.version, at=clock(c.at)) for c in consents]
    rows = await session.exec(select(Proposal).where(Proposal.citizen_id == citizen).order_by(col(Proposal.id)))
    for proposal in rows.all():
        blocks.append(await _told(session, proposal))
    return messages.text("\n\n".join([phrase("data_title"), *blocks, phrase("data_end")]))


async def _told(session: AsyncSession, proposal: Proposal) -> str:
    case = (await session.exec(select(Case).where(Case.proposal_id == proposal.id))).first()
    title = phrase("data_case", number=case.number) if case else phrase(f"data_{proposal.state}")
    values = {**await answers(session, proposal.id), **_fields(proposal)}
    lines = [f"{label(q)}：{values[q]}" for q in (*QUESTIONS, *FIELDS) if values[q]]
    lines += [f"{phrase('aside')}：{part.text}" for part in await asides(session, proposal.id)]
    said = [part.text for part in await parts(session, proposal.id) if part.question == MESSAGE]
    lines += [f"{phrase('data_message')}：{words}" for words in said]
    files = await _files(session, proposal, case)
    lines += [phrase("data_files", count=files)] if files else []
    lines += await publication.told(session, case) if case else []
    return "\n".join([title, *lines])


async def _files(session: AsyncSession, proposal: Proposal, case: Case | None) -> int:
    of_case = col(Attachment.case_id) == case.id if case else false()
    held = select(func.count()).where(or_(col(Attachment.proposal_id) == proposal.id, of_case))
    held = held.where(col(Attachment.problem).is_(None))
    return (await session.exec(held)).one()


def _fields(proposal: Proposal) -> dict[str, str]:
    party = phrase(f"party_{proposal.party}") if proposal.party else ""
    return {
        "ward": proposal.ward or "",
        "party": party,
        "name": proposal.name or "",
        "contact": proposal.contact or "",
    }


_KINDS: dict[str, Draw] = {
    "summary": _summary,
    "answer": _answer,
    "wards": _wards,
    "my_data": _my_data,
    "next_milestone": realisation.next_milestone,
}
