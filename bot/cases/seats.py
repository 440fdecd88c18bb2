"""The three places beside a case: which are free, and who is told alone of having got or lost one."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import telling
from storage.models import Case, CaseEvent

SEATS = ("main", "sub", "city_staff")
SEATED, LEFT = "seated", "unseated"  # what a person is told, with the seat


def taken(case: Case) -> set[str]:
    """Return the people of a case."""
    return {who for who in (case.main, case.sub, case.city_staff) if who}


def free(main: str | None, sub: str | None) -> str | None:
    """Return the coordinator's place that is to be filled next; there is no sub without a main."""
    return "main" if main is None else "sub" if sub is None else None


async def tell(session: AsyncSession, case: Case, event: CaseEvent, now: datetime) -> None:
    """Tell everybody who got a place by this event, and who lost theirs; all alike, and not who did it."""
    for seat in SEATS:
        if new := event.after.get(seat):
            await telling.people(session, case, event, SEATED, now, [new], seat=seat)
    for seat in SEATS:
        old = event.before.get(seat)
        if old and old not in taken(case):
            await telling.people(session, case, event, LEFT, now, [old], seat=seat)
