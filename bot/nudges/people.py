"""Whom a rule means by its words: the acting coordinator, the leads, the team."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.calendars import CENTRE, CITY
from bot.cases import absence
from bot.when import TOKYO
from storage.models import Case, Role, Staff

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")


@dataclass(frozen=True)
class People:
    """The staff, as they are now."""

    leads: tuple[str, ...]  # without a lead, the administrators
    city: frozenset[str]
    away: Mapping[str, datetime]

    @classmethod
    async def read(cls, session: AsyncSession, now: datetime) -> "People":
        """Return who works here."""
        asked = select(Staff.slack_id, Staff.role, Staff.away_until).where(col(Staff.active)).order_by(Staff.slack_id)
        staff = (await session.exec(asked)).all()
        by_role = {role: tuple(who for who, has, _ in staff if has == role) for role in Role}
        away = absence.still_away(((who, until) for who, _, until in staff), now)
        return cls(by_role[Role.LEAD] or by_role[Role.ADMIN], frozenset(by_role[Role.CITY_STAFF]), away)

    def of(self, named: Iterable[str], case: Case | None, owner: str | None = None) -> list[str]:
        """Return the people meant, each once; where nobody is, the leads."""
        found = [who for name in named for who in self._meant(name, case, owner) if who]
        return list(dict.fromkeys(found or self.leads))

    def is_city_staff(self, slack_id: str) -> bool:
        """Tell whether the city's calendar counts for somebody."""
        return slack_id in self.city

    def is_at_work(self, slack_id: str, now: datetime) -> bool:
        """Tell whether it is a working day of somebody who isn't away."""
        calendar = CITY if self.is_city_staff(slack_id) else CENTRE
        return slack_id not in self.away and calendar.hours(now.astimezone(TOKYO).date()) is not None

    def _meant(self, name: str, case: Case | None, owner: str | None) -> Iterable[str | None]:
        if name == "lead":
            return self.leads
        if name == "owner" and owner and _SLACK_ID.fullmatch(owner):
            return (owner,)
        if case is None:
            return ()
        acting = absence.acting_of(case, self.away)
        seats = {
            "main": (case.main,),
            "sub": (case.sub,),
            "city_staff": (case.city_staff,),
            "team": (case.main, case.sub, case.city_staff),
        }
        return seats.get(name, (acting,))
