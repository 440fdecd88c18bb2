"""A further kind of record stands beside the consultation: a table of its own, and everything shared serves it."""

from datetime import timedelta
from enum import StrEnum

import pytest
from sqlmodel import select

from bot.desk.consultation import privacy
from bot.desk.consultation.intake import received
from bot.desk.day import nudges
from bot.desk.record import lines, record, sight
from bot.desk.record.kinds import Kind, MoveNotAllowed
from bot.desk.record.moves import KINDS, Action
from bot.desk.team import team
from bot.nudges import planning
from bot.slack.card.card import case_card, fallback
from bot.slack.kit.blocks import visible
from bot.tables.reminders import Offset, Rule, rules
from storage.models import Case, Citizen, Nudge, OutboxRow, Role, Stage
from tests.desk.case_desk import MAIN, Desk


class Visiting(StrEnum):
    OPEN = "open"


VISIT = Kind(
    label="訪問",
    stages={Visiting.OPEN: "訪問の予定", Stage.CLOSED: "終了"},
    moves={
        (Visiting.OPEN, Action.CLAIM): Visiting.OPEN,
        (Visiting.OPEN, Action.RELEASE): Visiting.OPEN,
        (Visiting.OPEN, Action.CLOSE): Stage.CLOSED,
    },
    actions={Action.CLAIM: "担当する", Action.RELEASE: "担当を外れる", Action.CLOSE: "終了する"},
)
STILL = Rule(
    rule="visit_still",
    what="訪問の予定のまま動きがない",
    kind="visit",
    of="no_movement",
    after=Offset(days=3),
    to=["acting"],
    door="slack",
    words="still_hearing",
    void=["moved", "closed"],
    changed_by=[Role.LEAD],
)


@pytest.fixture
async def visit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A visit that somebody of the centre will make, asked for by a citizen."""
    monkeypatch.setitem(KINDS, "visit", VISIT)
    citizen = await desk.citizen()
    return await desk.does(record.open_new, "visit", by="citizen", citizen_id=citizen.id)


async def does(desk: Desk, visit: Case, action: Action, **changes: str | None) -> Case:
    async with desk.database.transaction() as session:
        held = await record.hold(session, visit.number)
        await record.change(session, held, action, by=MAIN, at=desk.now, words=["ひみつ"], **changes)
        return held


async def test_it_has_a_number_of_the_one_series_and_two_stages(desk: Desk, visit: Case) -> None:
    consultation = await desk.does(received.open_case, await desk.proposal(), {}, by="citizen")
    closed = await does(desk, visit, Action.CLOSE)

    assert (visit.number, consultation.number) == ("2026-0001", "2026-0002")
    assert (closed.stage, closed.closed_at) == (Stage.CLOSED, desk.now)
    with pytest.raises(MoveNotAllowed, match="「終了」"):
        await does(desk, visit, Action.CLAIM, main=MAIN)


async def test_its_people_and_its_history_are_those_of_every_record(desk: Desk, visit: Case) -> None:
    await does(desk, visit, Action.CLAIM, main=MAIN)
    await desk.does(team.release, visit.number, by=MAIN)

    async with desk.database.reading() as session:
        seen = await sight.view(session, visit.number)
        listed = await lists(session, desk)

    assert [line.action for line in seen.history] == ["opened", "claim", "release"]
    assert listed == [(visit.number, "訪問の予定")]


async def lists(session: record.AsyncSession, desk: Desk) -> list[tuple[str, str]]:
    found = await lines.lists(session, "unclaimed", by=MAIN, now=desk.now)
    return [(line.number, line.stage_label) for line in found.lines]


async def test_its_card_has_its_stage_and_its_buttons_alone(desk: Desk, visit: Case) -> None:
    async with desk.database.reading() as session:
        seen = await sight.view(session, visit.number)
        waiting = (await session.exec(select(OutboxRow.kind))).all()
    card = case_card(seen, [], now=desk.now)

    assert waiting == ["card"]
    assert fallback(seen).startswith(f"{visit.number}")
    assert f"訪問の予定　{visit.number}" in visible(card)
    assert buttons(card) == ["case.claim", "case.close", "case.similar", "case.details"]
    assert "相談・提案の概要" not in visible(card)


def buttons(card: list[dict[str, object]]) -> list[object]:
    return [one["action_id"] for block in card for one in block.get("elements", []) if "action_id" in one]  # type: ignore[attr-defined]


async def test_its_reminder_is_planned_by_its_rule_and_none_of_the_consultation_s(desk: Desk, visit: Case) -> None:
    await does(desk, visit, Action.CLAIM, main=MAIN)
    async with desk.database.transaction() as session:
        await planning.plan(session, {**rules(), STILL.rule: STILL}, [visit.id or 0], desk.now)
    async with desk.database.reading() as session:
        planned = (await session.exec(select(Nudge))).all()
        about = await nudges.about(session, [row.id or 0 for row in planned], desk.now)

    assert [row.rule for row in planned] == [STILL.rule]
    assert planned[0].due_at >= desk.now + timedelta(days=3)
    assert [(one.number, one.stage) for one in about] == [(visit.number, "訪問の予定")]


async def test_it_is_erased_with_everything_its_citizen_told(desk: Desk, visit: Case) -> None:
    await does(desk, visit, Action.CLAIM, main=MAIN)
    async with desk.database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, visit.citizen_id), now=desk.now)
    async with desk.database.reading() as session:
        seen, row = await sight.view(session, visit.number), await session.get_one(Case, visit.id)

    assert row.citizen_id is None
    assert [line.words for line in seen.history] == [(), ()]
