"""Which cases changed since the last look: their history tells."""

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import CaseEvent

BEHIND = 200  # lines of history looked at again: a transaction may end after one that began later


class Changes:
    """Remembers which lines of history were seen, among the newest ones."""

    def __init__(self) -> None:
        self._after: int | None = None
        self._seen: set[int] = set()

    async def since(self, session: AsyncSession) -> set[int]:
        """Return the cases whose history grew since the last call; none at the first, when everything is looked at."""
        if self._after is None:
            newest = (await session.exec(select(func.max(CaseEvent.id)))).one() or 0
            self._after = max(0, newest - BEHIND)
            self._seen = {id_ for id_, _ in await self._lines(session)}
            return set()
        lines = await self._lines(session)
        new = [(id_, case) for id_, case in lines if id_ not in self._seen]
        if lines:
            self._after = max(self._after, lines[-1][0] - BEHIND)
        self._seen = {id_ for id_, _ in lines if id_ > self._after}
        return {case for _, case in new}

    async def _lines(self, session: AsyncSession) -> list[tuple[int, int]]:
        found = (
            select(CaseEvent.id, CaseEvent.case_id).where(col(CaseEvent.id) > self._after).order_by(col(CaseEvent.id))
        )
        return [(id_ or 0, case) for id_, case in (await session.exec(found)).all()]
