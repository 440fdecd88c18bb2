"""What the knowledge base holds, as rows that can be imported again, and as counts."""

from collections.abc import AsyncIterator, Sequence
from itertools import chain

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.importing.columns import SAID_ABOUT, SHAPES
from knowledge.importing.formats import Row
from knowledge.importing.sheets import Table
from storage.models.knowledge import Organisation, PastCase


async def export_rows(session: AsyncSession, kind: str) -> AsyncIterator[Row]:
    """Yield every live entry as a row that can be imported again, `extra` as columns of its own."""
    shape = SHAPES[kind]
    query = select(shape.table).order_by(*(getattr(shape.table, name) for name in shape.key))
    if hasattr(shape.table, "retired_at"):
        query = query.where(shape.table.retired_at.is_(None))
    for entry in (await session.exec(query)).all():
        own = {name: getattr(entry, name) for name in shape.columns if name not in SAID_ABOUT}
        yield {**entry.extra, **own}  # type: ignore[attr-defined]


async def stats(session: AsyncSession) -> dict[str, int]:
    """Count the entries of each kind that can be found, and the samples and published cases among them."""
    counts: dict[str, int] = {}
    for kind, shape in SHAPES.items():
        query = select(func.count()).select_from(shape.table)
        if hasattr(shape.table, "retired_at"):
            query = query.where(shape.table.retired_at.is_(None))
        counts[kind] = (await session.exec(query)).one()
    for name, column in (
        ("sample cases", PastCase.sample),
        ("sample organisations", Organisation.sample),
        ("published cases", PastCase.published),
    ):
        counts[name] = (await session.exec(select(func.count()).where(col(column).is_(True)))).one()
    return counts


def as_table(kind: str, rows: Sequence[Row]) -> Table:
    """Return exported rows as a table: our columns first, then everything that some entry has beside them."""
    own = [name for name in SHAPES[kind].columns if name not in SAID_ABOUT]
    head = list(dict.fromkeys(chain(own, *rows)))
    return Table(kind, head, [[row.get(name) for name in head] for row in rows])
