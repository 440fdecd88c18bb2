"""Which organisations of the library a text names, so that nothing within their names is taken for a person's."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.language.blanks import trimmed
from knowledge.language.text import fold
from storage.models import Organisation

PAGE = 1_000  # some 10 ms of work


async def named_in(session: AsyncSession, texts: Sequence[str]) -> list[str]:
    """Return the names and other names of organisations that stand in these texts, the longest first."""
    said = fold("\n".join(texts))
    names = {one async for one in _known(session) if (form := trimmed(fold(one))) and form in said}
    return sorted(names, key=lambda one: (-len(one), one))


async def _known(session: AsyncSession) -> AsyncIterator[str]:
    """Yield every name of the library, page by page: all 92,000 at once would hold up the webhooks for a second."""
    o, last = Organisation, ""
    listed = select(o.id, o.name, o.aliases).where(col(o.retired_at).is_(None)).order_by(col(o.id)).limit(PAGE)
    while rows := (await session.exec(listed.where(col(o.id) > last))).all():
        last = rows[-1][0]
        for _id, name, aliases in rows:
            for one in (name, *aliases):
                yield one
        await asyncio.sleep(0)
