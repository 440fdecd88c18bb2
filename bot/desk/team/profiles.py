"""What a member of staff knows: their wards, themes and affiliation, by which a case finds its people."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.refusals import refuse, who
from storage.models import Staff


async def describe(
    session: AsyncSession,
    slack_id: str,
    *,
    wards: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    affiliation: str | None = None,
    only_ward: str | None = None,
) -> Staff:
    """Keep what is given of a person who is enrolled; what isn't given stays as it was."""
    member = await session.get(Staff, slack_id, populate_existing=True)
    if member is None:
        raise refuse("staff_unknown", who=who(slack_id))
    given = {"wards": wards, "themes": themes, "affiliation": affiliation, "only_ward": only_ward}
    for name, value in given.items():
        if value is not None:
            setattr(member, name, value if isinstance(value, str) else list(dict.fromkeys(value)))
    session.add(member)
    await session.flush()
    return member
