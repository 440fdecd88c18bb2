"""A citizen with a case, stored row by row, for what LINE draws from it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from bot.line.messages import Json
from storage.db import Database
from storage.models import Case, Citizen, Proposal, Stage

AT = datetime(2026, 12, 2, 5, tzinfo=UTC)  # 14:00 in Tokyo
NUMBER = "2026-0042"


async def a_case(db: Database, stage: Stage = Stage.REALISATION) -> Case:
    """A case of somebody on LINE."""
    async with db.transaction() as session:
        citizen = Citizen(line_user_id="U1", created_at=AT)
        session.add(citizen)
        await session.flush()
        proposal = Proposal(citizen_id=citizen.id, created_at=AT, updated_at=AT)
        session.add(proposal)
        await session.flush()
        ids = {"proposal_id": proposal.id or 0, "citizen_id": citizen.id}
        case = Case(number=NUMBER, stage=stage, stage_since=AT, opened_at=AT, **ids)
        session.add(case)
    return case


def judged(conformance: ModuleType, messages: list[Json]) -> list[Json]:
    """The messages, which LINE takes."""
    push: Mapping[str, Any] = {"to": "U1", "messages": messages, "notificationDisabled": False}
    assert conformance.line_request("/v2/bot/message/push", push) == []
    return messages
