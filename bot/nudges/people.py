"""Which people a rule means by `to`: the acting coordinator, the leads, the team."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.team import absence
from bot.tables.calendars import CALENDARS, CITY, Calendar
from bot.when import TOKYO
from storage.models import Case, Role, Staff
from storage.models.words import SLACK_ID


@dataclass(frozen=True)
class People:
    """The staff, as they are now."""

    leads: tuple[str, ...]  # without a lead, the administrators
    city: frozenset[str]
    away: Mapping[str, datetime]
    wards: Mapping[str, str]  # of a ward's own staff

    @classmethod
    async def read(cls, session: AsyncSession, now: datetime) -> "People":
        """Return who works here."""
        asked = select(Staff.slack_id, Staff.role, Staff.away_until, Staff.only_ward).where(col(Staff.active))
        staff = (await session.exec(asked.order_by(Staff.slack_id))).all()
        by_role = {role: tuple(who for who, has, *_ in staff if has == role) for role in Role}
        away = absence.still_away(((who, until) for who, _, until, _ in staff), now)
        wards = {who: ward for who, *_, ward in staff if ward}
        return cls(by_role[Role.LEAD] or by_role[Role.ADMIN], frozenset(by_role[Role.CITY_STAFF]), away, wards)

    def of(self, named: Iterable[str], case: Case | None, owner: str | None = None) -> list[str]:
        """Return the people meant, each once; the leads if there is nobody."""
        found = [who for name in named for who in self._meant(name, case, owner) if who]
        return list(dict.fromkeys(found or self.leads))

    def calendar_of(self, slack_id: str) -> Calendar:
        """Return when somebody works: by the city's hours, by those of their own ward, else by the centre's."""
        return CITY if slack_id in self.city else CALENDARS.of(self.wards.get(slack_id))

    def begins_with(self, slack_id: str, ward: str | None, now: datetime) -> bool:
        """Tell whether this person, if not away, begins their day when a ward opens, or (None) when the centre does."""
        day, own = now.astimezone(TOKYO).date(), self.wards.get(slack_id)
        opens_with = own if CALENDARS.has_own_hours(own, day) else None
        return opens_with == ward and slack_id not in self.away and self.calendar_of(slack_id).hours(day) is not None

    def _meant(self, name: str, case: Case | None, owner: str | None) -> Iterable[str | None]:
        if name == "lead":
            return self.leads
        if name == "owner" and owner and SLACK_ID.fullmatch(owner):
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
