"""A case of the office that has come so far, and what is to be seen of it."""

from typing import Any

from sqlmodel import col, select

from bot.desk.record import sight
from bot.desk.record.sight import CaseView
from storage.models import Case, OutboxRow, Stage
from tests.slack.person import Person
from tests.slack.slack_office import Office


async def in_stage(office: Office, stage: Stage = Stage.REALISATION, **more: Any) -> tuple[Case, Person]:
    """A case that has come so far, and its main."""
    case, tanaka = await office.case(**more), await office.staff("U0TANAKA")
    async with office.db.transaction() as session:
        found = await session.get_one(Case, case.id)
        found.stage, found.main = stage, "U0TANAKA"
    return case, tanaka


async def sees(office: Office, case: Case) -> CaseView:
    async with office.db.reading() as session:
        return await sight.view(session, case.number)


async def said(office: Office) -> list[str]:
    async with office.db.reading() as session:
        rows = await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))
        return [row.payload.get("say") or row.kind for row in rows.all()]


def whispers(office: Office) -> list[str]:
    return [body["text"] for body in office.slack.of("chat.postEphemeral")]
