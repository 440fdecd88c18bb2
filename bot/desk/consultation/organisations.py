"""Which organisations of the library a text names, so that nothing within their names is taken for a person's."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.language.blanks import trimmed
from knowledge.language.text import fold
from storage.models import Organisation


async def named_in(session: AsyncSession, texts: Sequence[str]) -> list[str]:
    """Return the names and other names of organisations that stand in these texts, the longest first."""
    said = fold("\n".join(texts))
    found = select(Organisation.name, Organisation.aliases).where(col(Organisation.retired_at).is_(None))
    names = {one for name, aliases in (await session.exec(found)).all() for one in (name, *aliases)}
    return sorted(
        (one for one in names if (form := trimmed(fold(one))) and form in said), key=lambda one: (-len(one), one)
    )
