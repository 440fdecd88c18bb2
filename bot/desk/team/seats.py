"""The three places beside a case: which are free, and who is told alone of having got or lost one."""

from datetime import datetime
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import telling
from storage.models import Case, CaseEvent

SEATS = ("main", "sub", "city_staff")
SEATED, LEFT = "seated", "unseated"  # what a person is told, with the seat


class Seats(Protocol):
    """A case, stored or seen."""

    @property
    def main(self) -> str | None: ...
    @property
    def sub(self) -> str | None: ...
    @property
    def city_staff(self) -> str | None: ...


def taken(case: Seats) -> list[str]:
    """Return the people of a case, the main first."""
    return [who for who in (case.main, case.sub, case.city_staff) if who]


def owner(case: Seats, by: str) -> str | None:
    """Return whose case it is. None if `by` has a place in it, and if nobody has it yet."""
    return None if by in taken(case) else case.main


def free(main: str | None, sub: str | None) -> str | None:
    """Return the coordinator's place that is to be filled next; there is no sub without a main."""
    return "main" if main is None else "sub" if sub is None else None


async def tell(session: AsyncSession, case: Case, event: CaseEvent, now: datetime) -> None:
    """Tell everybody who got or lost a place by this event, except the one who did it."""
    for seat in SEATS:
        if new := event.after.get(seat):
            await telling.people(session, case, event, SEATED, now, [new], seat=seat)
    for seat in SEATS:
        old = event.before.get(seat)
        if old and old not in taken(case):
            await telling.people(session, case, event, LEFT, now, [old], seat=seat)
