"""What a filter alone finds: the entries of a ward, a theme, a kind of party or a kind, the newest first."""

from collections.abc import Collection
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.asking.question import Question
from knowledge.asking.reasons import Match
from knowledge.entries import CASE, ORGANISATION
from knowledge.language import wards
from storage.models.knowledge import Organisation, PastCase

KINDS = {CASE: "事例", ORGANISATION: "団体"}
FILTER = "条件"  # how an entry was met, if no word met it


def reasons(question: Question) -> list[Match]:
    """Return the filters that met, each as a reason. A ward that was named in words is shown as it was typed."""
    met = (("区", question.ward), ("テーマ", question.theme), ("主体", question.party))
    said = question.text if question.ward and wards.exact(question.text) == question.ward else ""
    found = [Match(said or value, value, FILTER, name) for name, value in met if value]
    return found or [Match(kind, kind, FILTER, "種別") for kind in (KINDS[question.kind or CASE],)]


def ward_of(text: str, *, found_nothing: bool) -> str | None:
    """Return the ward, if the question names it and says nothing else.

    An everyday word such as 「緑」 means its ward only where it found nothing.
    """
    ward = wards.exact(text)
    if ward not in wards.WARDS:
        return None
    is_sure = ward.removesuffix("区") in wards.SHORT or bool(wards.find(text))
    return ward if is_sure or found_nothing else None


async def newest(session: AsyncSession, kind: str, among: Collection[str], limit: int) -> list[str]:
    """Return the newest of some ids: by the year of a case, then by when the entry was last changed."""
    table: Any = PastCase if kind == CASE else Organisation
    years = (col(PastCase.year).desc().nulls_last(),) if kind == CASE else ()
    query = select(table.id).where(table.retired_at.is_(None))
    found: list[str] = []
    ids = await session.stream_scalars(query.order_by(*years, table.updated_at.desc(), table.id))
    async for one in ids:
        if len(found) == limit:
            break
        if one in among:
            found.append(one)
    await ids.close()
    return found
