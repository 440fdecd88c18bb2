"""The text of a case on its way into the case library: drafted when the case is closed, then edited."""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import organisations, redaction
from bot.desk.consultation.publishing.covers import Cover, covers, still_in, uncovered
from bot.desk.record import record
from bot.desk.record.answers import answers
from bot.desk.record.evidence import storable
from bot.desk.record.marks import refuse_stale
from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from bot.phrases import phrase
from knowledge.language.blanks import trimmed
from knowledge.language.signs import cut
from storage.models import Case, Proposal, Publication, PublicationState, Stakeholder, StakeholderState

TITLE, SUMMARY, PART = 60, 300, 4_000  # characters of a first draft that come from one answer
_SENTENCE = re.compile(r"[^。．!?！？\n]+")
_PARAGRAPHS = re.compile(r"[ \t　]*\n(?:[ \t　]*\n)+")  # one empty line between two, however many were typed
_LISTED = re.compile(r"[\n、,;；]+")


@dataclass(frozen=True)
class Text:
    """What the public would read, word for word."""

    title: str
    summary: str = ""
    body: str = ""
    ward: str = ""
    theme: str = ""
    organisations: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A mark of the text. It changes when anything in the text changes."""
        return hashlib.sha256(json.dumps(astuple(self), ensure_ascii=True).encode()).hexdigest()[:32]

    @property
    def whole(self) -> str:
        """Everything that is said in it."""
        return "\n".join((self.title, self.summary, self.body, self.ward, self.theme, *self.organisations))


def text_of(row: Publication) -> Text:
    """Return the text of a row as it is now."""
    return Text(row.title, row.summary, row.body, row.ward, row.theme, tuple(row.organisations))


def is_public(row: Publication | None) -> bool:
    """Tell whether everybody can read an entry of the case. Its words may be older than the row's."""
    return row is not None and row.published_at is not None and row.withdrawn_at is None


async def of(session: AsyncSession, case: Case) -> Publication:
    """Return the case's row as the database has it. Refuse when there is none, or when its words were erased."""
    row = await row_of(session, case)
    if row is None:
        raise refuse("publication_none")
    if row.state == PublicationState.WITHDRAWN and not row.title:
        raise refuse("publication_erased")
    return row


async def row_of(session: AsyncSession, case: Case) -> Publication | None:
    """Return the case's row as the database has it, if there is one."""
    found = select(Publication).where(Publication.case_id == case.id).execution_options(populate_existing=True)
    return (await session.exec(found)).first()


async def own_words(session: AsyncSession, case: Case) -> tuple[str | None, str | None]:
    """Return the citizen's name and contact, which are in no text for the public."""
    proposal = await session.get_one(Proposal, case.proposal_id)
    return proposal.name, proposal.contact


async def begin(
    session: AsyncSession, case: Case, *, methods: str = "", learnings: str = "", partners: str = "", by: str,
    now: datetime,
) -> Publication | None:  # fmt: skip
    """Make the first draft of a closed case. Nothing is made when the citizen's words were erased."""
    text = await _drafted(session, case, methods, learnings, partners)
    if text is None:
        return None
    row = Publication(case_id=case.id or 0, state=PublicationState.DRAFT, by=by, at=now, title="")
    await _write(session, case, row, text, by=by, now=now)
    return row


async def opened(session: AsyncSession, number: str, *, by: str, now: datetime) -> Publication:
    """Return the draft of a closed case; make it if closing didn't. A case that was referred elsewhere has none."""
    case = await record.hold(session, number, Action.DRAFT)
    if await row_of(session, case) is not None:
        return await of(session, case)
    last = await record.last_event(session, case, Action.CLOSE, Action.REFER, Action.MERGE)
    if last is None or last.action != Action.CLOSE:
        raise refuse("publication_none")
    if (row := await begin(session, case, by=by, now=now)) is None:
        raise refuse("publication_erased")
    return row


async def save(
    session: AsyncSession,
    number: str,
    text: Text,
    *,
    seen: str | None,
    shows: Collection[int] = (),
    by: str,
    now: datetime,
) -> Publication:
    """Keep an edited text. If its words have changed, the citizen must agree again.

    `shows` are the covers (by their place in `covered_in`) whose words are to stand in it again.

    `seen` is the digest of the text that the person saw. If a colleague has changed it since, the person is told.
    """
    case = await record.hold(session, number, Action.DRAFT)
    row = await of(session, case)
    text = _tidy(await _shown_again(session, case, text, shows))
    if not text.title:
        raise refuse("publication_without_title")
    if text == text_of(row):
        return row
    await refuse_stale(session, case, seen, text_of(row).digest, sentence="publication_changed", by=row.by)
    row.state = PublicationState.DRAFT
    await _write(session, case, row, text, by=by, now=now)
    return row


async def covered_in(session: AsyncSession, case: Case) -> list[Cover]:
    """Return all that the first draft covered, but the citizen's own name and contact, which stay covered."""
    own, given = await own_words(session, case), await answers(session, case.proposal_id)
    last = await record.last_event(session, case, Event.REASON)
    said = dict(zip(last.after.get("said", ()), last.words, strict=False)) if last else {}
    texts = [_part(words) for words in (*given.values(), said.get("methods", ""), said.get("learnings", ""))]
    return covers(texts, own, await organisations.named_in(session, texts))


def still_covered(text: Text, every: Sequence[Cover]) -> dict[int, Cover]:
    """Return those of the covers that a text still has, each with its place among them all."""
    there = still_in("\n".join((text.title, text.summary, text.body)), every)
    return {at: one for at, one in enumerate(every) if one in there}


async def _shown_again(session: AsyncSession, case: Case, text: Text, shows: Collection[int]) -> Text:
    every = await covered_in(session, case) if shows else []
    kept = [one for at, one in enumerate(every) if at in shows]
    title, summary, body = (uncovered(words, kept, every) for words in (text.title, text.summary, text.body))
    return replace(text, title=title, summary=summary, body=body)


def _part(words: str) -> str:
    """Return as much of what was said as a draft takes over."""
    return cut(trimmed(words), PART)


async def hold_seen(
    session: AsyncSession, number: str, action: Action, seen: str | None
) -> tuple[Case, Publication, Text]:
    """Return case, row and text for a decision on the very text a person has seen, free of the citizen's own words."""
    case = await record.hold(session, number, action)
    row = await of(session, case)
    text = text_of(row)
    await refuse_stale(session, case, seen, text.digest, sentence="publication_changed", by=row.by)
    if redaction.holds(text.whole, await own_words(session, case)):
        raise refuse("publication_own_words")
    return case, row, text


async def _write(session: AsyncSession, case: Case, row: Publication, text: Text, *, by: str, now: datetime) -> None:
    row.title, row.summary, row.body, row.ward, row.theme = text.title, text.summary, text.body, text.ward, text.theme
    row.organisations, row.by, row.at = list(text.organisations), by, now
    session.add(row)
    said = [text.title, text.summary, text.body, *text.organisations]
    await record.change(session, case, Action.DRAFT, by=by, at=now, words=said, noted={"digest": text.digest})


async def _drafted(session: AsyncSession, case: Case, methods: str, learnings: str, partners: str) -> Text | None:
    proposal = await session.get_one(Proposal, case.proposal_id)
    own, given = (proposal.name, proposal.contact), await answers(session, proposal.id)
    if not any(given.values()):
        return None
    told = {**given, "methods": methods, "learnings": learnings}
    known = await organisations.named_in(session, list(told.values()))
    covered = {name: redaction.mask(_part(words), own, known) for name, words in told.items()}
    title, rest = _headed(covered["overview"])
    place = phrase("publication_title", ward=proposal.ward or "", theme=case.theme).strip()
    parts = (
        (phrase("publication_overview"), covered["overview"] if rest or not title else ""),
        (phrase("publication_background"), covered["background"]),
        (phrase("publication_methods"), covered["methods"]),
        (phrase("publication_learnings"), covered["learnings"]),
    )
    return _tidy(
        Text(
            title=title or place,
            summary=cut(rest, SUMMARY),
            body="\n\n".join(f"{heading}\n{words}" for heading, words in parts if words),
            ward=proposal.ward or "",
            theme=case.theme,
            organisations=tuple(await _partners(session, case, partners, own)),
        )
    )


def _headed(overview: str) -> tuple[str, str]:
    """Return an overview's first sentence as a title, and what it says beyond that: the same isn't said twice.

    A sentence that is too long for a title says more than its title.
    """
    first = _SENTENCE.search(overview)
    if first is None:
        return "", overview
    whole = first[0].strip()
    title, rest = cut(whole, TITLE), overview[first.end() :].lstrip("。．!?！？ \n\t　")
    return title, rest if rest or title == whole else whole


async def _partners(session: AsyncSession, case: Case, named: str, own: Sequence[str | None]) -> list[str]:
    """Return those who agreed to take part in ④ and those named at closing, but never the citizen."""
    agreed = (Stakeholder.case_id == case.id, Stakeholder.state == StakeholderState.WILLING)
    rows = await session.exec(select(Stakeholder.name).where(*agreed).order_by(col(Stakeholder.id)))
    names = (*rows.all(), *_LISTED.split(named))
    return [name for name in dict.fromkeys(map(str.strip, names)) if name and not redaction.holds(name, own)]


def _tidy(text: Text) -> Text:
    """Return the text without blanks at its ends and signs no database keeps, so that people see what is kept."""
    return Text(
        title=" ".join(_kept(text.title).split()),
        summary=_kept(text.summary),
        body=_PARAGRAPHS.sub("\n\n", _kept(text.body)),
        ward=_kept(text.ward),
        theme=_kept(text.theme),
        organisations=tuple(name for one in text.organisations if (name := _kept(one))),
    )


def _kept(words: str) -> str:
    return trimmed(storable(words.replace("\r\n", "\n")))
