"""When many cards wait for one channel, one message names them, and the cards follow as fast as Slack takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from storage.models import Case, Delivery, OutboxRow, Proposal

MANY = 10  # cards: Slack takes one a second


@dataclass(frozen=True)
class Waiting:
    """A case whose first card isn't there yet."""

    number: str
    ward: str | None
    theme: str
    main: str | None
    opened_at: datetime


async def waiting(session: AsyncSession) -> list[Waiting]:
    """Return the cases whose first card is still to be posted, oldest first."""
    key = literal("card:") + cast(col(Case.id), String)
    asked = (
        select(Case.number, Proposal.ward, Case.theme, Case.main, Case.opened_at)  # type: ignore[call-overload]
        .join(Proposal, col(Proposal.id) == Case.proposal_id)
        .join(OutboxRow, col(OutboxRow.key) == key)
        .where(col(Case.card_ts).is_(None), OutboxRow.status == Delivery.NEW)
        .order_by(Case.id)
    )
    return [Waiting(*row) for row in (await session.exec(asked)).all()]


async def is_one(session: AsyncSession) -> bool:
    """Tell whether more cards wait than the last message of this kind could have named."""
    last = (await session.exec(select(func.max(OutboxRow.created_at)).where(OutboxRow.kind == "burst"))).one()
    return len(_unnamed(await waiting(session), last)) > MANY


async def announce(session: AsyncSession, now: datetime) -> None:
    """Queue the message, at most one a minute.

    It has a destination of its own, so that it doesn't wait behind the cards that it names.
    """
    key = f"burst:{now:%Y-%m-%dT%H:%M}"
    await outbox.put(session, dest="digest", conv="burst", kind="burst", key=key, payload={"say": "burst"}, now=now)


def _unnamed(cases: Sequence[Waiting], last: datetime | None) -> list[Waiting]:
    return [case for case in cases if last is None or case.opened_at > last]
