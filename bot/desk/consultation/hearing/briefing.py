"""事前資料: the pack of what is known before the hearing, and what of it the team has looked at.

Figures of the ward, people and resources come from the database; the library finds similar cases.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record import evidence, record, telling
from bot.desk.record.moves import Action
from bot.desk.record.record import Line
from bot.desk.record.refusals import refuse
from bot.desk.record.sight import CaseView
from knowledge.importing.dates import last_day
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.text import level
from knowledge.language.wards import WHOLE_CITY, exact
from storage.models import Case, Organisation, Staff, WardFact

KEY = "briefing"  # the evidence it is
MOST_RESOURCES = 5
_RESOURCE = ("施設", "資源", "会場", "resource")  # in an organisation's kind
# The figures of a ward that a coordinator looks for (人口・世帯・年齢), and how their indicators begin.
EXPECTED = {
    "人口": ("人口", "総人口", "推計人口", "常住人口"),
    "世帯数": ("世帯数", "世帯", "一般世帯"),
    "高齢化率": ("高齢化率", "高齢者", "老年人口", "65歳以上"),
    "子どもの人口": ("子ども", "年少人口", "15歳未満"),
    "外国人の人口": ("外国人",),
}
PARTS = {"ward": "地域特性", "cases": "類似事例", "organisations": "団体", "resources": "人材と資源"}


@dataclass(frozen=True)
class Pack:
    """Ward and theme as the database knows them."""

    ward: str | None
    figures: tuple[WardFact, ...]  # the newest of each indicator, all with source and date; the EXPECTED first
    without_source: int  # figures that are never shown
    missing: tuple[str, ...]  # EXPECTED figures of which there is none
    people: tuple[tuple[Staff, list[str]], ...]  # colleagues who know about it, and what; without main and sub
    resources: tuple[Organisation, ...]


async def gather(session: AsyncSession, about: CaseView) -> Pack:
    """Return what the database knows about the case's ward and theme."""
    ward = exact(about.ward or "") or about.ward
    found = (await session.exec(select(WardFact).where(WardFact.ward == (ward or "")))).all()
    sourced = [fact for fact in found if has_words(fact.source) and has_words(fact.as_of)]
    newest = {fact.indicator: fact for fact in sorted(sourced, key=_age)}  # oldest first, so the newest stays
    figures = tuple(sorted(newest.values(), key=lambda fact: _expected(fact.indicator) is None))
    there = {_expected(fact.indicator) for fact in figures}
    return Pack(
        ward,
        figures,
        len(found) - len(sourced),
        tuple(name for name in EXPECTED if ward and name not in there),
        await _people(session, about, ward),
        await _resources(session, ward),
    )


def _expected(indicator: str) -> str | None:
    """Return which of the EXPECTED figures an indicator is, however wide it is written."""
    said = level(indicator).strip()
    return next((name for name, begins in EXPECTED.items() if said.startswith(begins)), None)


def _age(fact: WardFact) -> tuple[date, datetime, str]:
    """Put figures in the order of the days they are true of; of the same day the one that came in last is newer."""
    return last_day(fact.as_of), fact.updated_at, fact.indicator


async def post_when_staffed(session: AsyncSession, case: Case, now: datetime) -> None:
    """Queue the pack for the thread when main and sub are there for the first time."""
    if case.main and case.sub:
        await outbox.tell_thread(session, case.id or 0, "briefing", f"case:{case.id}", now, number=case.number)


async def check(
    session: AsyncSession,
    number: str,
    *,
    ticked: Collection[str],
    seen: Collection[str],
    reason: str,
    by: str,
    now: datetime,
) -> None:
    """Keep which parts were looked at. The evidence is there with all four, or with a reason for leaving some out.

    `seen` are the ticks that the person's modal showed. What a colleague has ticked meanwhile stays ticked.
    """
    case = await record.hold(session, number, Action.BRIEF)
    reason = trimmed(reason)
    last = await record.last_event(session, case, Action.BRIEF)
    before = looked_at([last] if last else [])
    kept = set(before) - (set(seen) - set(ticked)) | (set(ticked) - set(seen))
    after = [part for part in PARTS if part in kept]
    if set(before) - kept and not reason:
        raise refuse("briefing_unticked")
    if after != before or reason:
        await _keep(session, case, before, after, reason, by, now)


def looked_at(history: Iterable[Line]) -> list[str]:
    """Return the parts that are ticked, in their order, from lines of the history, oldest first."""
    ticked: Collection[str] = ()
    for line in history:
        if line.action == Action.BRIEF:
            ticked = line.after.get("ticked", ticked)
    return [part for part in PARTS if part in ticked]


async def is_done(session: AsyncSession, case: Case) -> bool:
    """Tell whether the pack was looked at, or left out with a reason."""
    row = (await evidence.stated(session, case)).get(KEY)
    return row is not None and bool(row.text or row.waived)


async def leave_out(session: AsyncSession, case: Case, reason: str, *, by: str, now: datetime) -> None:
    """Record why the hearing goes ahead without it."""
    await evidence.waive(session, case, [evidence.WRITTEN[KEY][1]], reason, by=by, now=now)


async def _keep(
    session: AsyncSession, case: Case, before: list[str], after: list[str], reason: str, by: str, now: datetime
) -> None:
    left = [part for part in PARTS if part not in after]
    if not left or reason:
        await evidence.store(session, case, {KEY: "、".join(_named(after))}, by=by, now=now)
    if left and reason:
        await leave_out(session, case, reason, by=by, now=now)
    event = await record.append(
        session, case, Action.BRIEF, by=by, at=now, before={"ticked": before}, after={"ticked": after}
    )
    await outbox.redraw_card(session, event.case_id, now)
    count = f"{len(after)}/{len(PARTS)}"
    told = {"count": count, "ticked": _named(after), "left": _named(left), "reason": reason}
    await telling.thread(session, case, event, "briefing_checked", now, **told)


def _named(parts: Iterable[str]) -> list[str]:
    return [PARTS[part] for part in parts]


async def _people(session: AsyncSession, about: CaseView, ward: str | None) -> tuple[tuple[Staff, list[str]], ...]:
    found = select(Staff).where(col(Staff.active)).order_by(Staff.name, Staff.slack_id)
    others = [one for one in (await session.exec(found)).all() if one.slack_id not in (about.main, about.sub)]
    return tuple((one, known) for one in others if (known := _knows(one, ward, about.theme)))


def _knows(one: Staff, ward: str | None, theme: str) -> list[str]:
    return [word for word, known in ((ward, one.wards), (theme, one.themes)) if word and word in known]


async def _resources(session: AsyncSession, ward: str | None) -> tuple[Organisation, ...]:
    """Places and means of the ward, then those of the whole city."""
    kind = or_(*(col(Organisation.kind).contains(word) for word in _RESOURCE))
    place = col(Organisation.ward).in_([ward or WHOLE_CITY, WHOLE_CITY])
    found = select(Organisation).where(kind, place, col(Organisation.retired_at).is_(None))
    ordered = found.order_by(col(Organisation.ward) == WHOLE_CITY, Organisation.name).limit(MOST_RESOURCES)
    return tuple((await session.exec(ordered)).all())
