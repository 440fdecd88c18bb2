"""What the database knows for a case before its hearing: figures of the ward, people, resources.

What is alike the library finds.
"""

from dataclasses import dataclass
from typing import Protocol

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.language.wards import WHOLE_CITY, exact
from storage.models import Organisation, Staff, WardFact

MOST_RESOURCES = 5
_RESOURCE = ("施設", "資源", "会場", "resource")  # in an organisation's kind


@dataclass(frozen=True)
class Pack:
    """Ward and theme as the database knows them."""

    ward: str | None
    figures: tuple[WardFact, ...]  # the newest of each indicator, all with source and date
    without_source: int  # figures that are never shown
    people: tuple[tuple[Staff, list[str]], ...]  # who knows about it, and what; main and sub know themselves
    resources: tuple[Organisation, ...]


class About(Protocol):
    """The case as far as the pack needs it."""

    @property
    def ward(self) -> str | None: ...
    @property
    def theme(self) -> str: ...
    @property
    def main(self) -> str | None: ...
    @property
    def sub(self) -> str | None: ...


async def gather(session: AsyncSession, about: About) -> Pack:
    """Return what the database knows about the case's ward and theme."""
    ward = exact(about.ward or "") or about.ward
    facts = select(WardFact).where(WardFact.ward == (ward or "")).order_by(WardFact.as_of, WardFact.indicator)
    found = (await session.exec(facts)).all()
    sourced = [fact for fact in found if fact.source.strip() and fact.as_of.strip()]
    newest = {fact.indicator: fact for fact in sourced}  # oldest first, so the newest stays
    return Pack(
        ward,
        tuple(newest.values()),
        len(found) - len(sourced),
        await _people(session, about, ward),
        await _resources(session, ward),
    )


async def _people(session: AsyncSession, about: About, ward: str | None) -> tuple[tuple[Staff, list[str]], ...]:
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
