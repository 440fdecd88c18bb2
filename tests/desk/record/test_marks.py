"""A form that was drawn for something older is refused once, and in one way."""

import pytest

from bot.desk.record import record
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import Action
from bot.errors import Refused
from storage.models import Meeting, MeetingKind, MeetingState, PlanTask, Stage
from tests.desk.case_desk import MAIN, NOON, SUB, Desk

FIXED = Meeting(
    id=1,
    case_id=1,
    kind=MeetingKind.HEARING,
    state=MeetingState.FIXED,
    place="協働ラボ",
    by=MAIN,
    at=NOON,
    starts_at=NOON,
)
TASK = PlanTask(id=1, case_id=1, title="会場を決める", due_on=NOON.date(), by=MAIN, at=NOON)


def test_a_mark_is_another_as_soon_as_anything_is() -> None:
    moved, held = (FIXED.model_copy(update=change) for change in ({"place": "会議室"}, {"state": MeetingState.HELD}))

    assert mark(FIXED) == mark(FIXED.model_copy())
    assert mark() == mark(None) == "none"
    assert len({mark(), mark(FIXED), mark(moved), mark(held), mark(FIXED, TASK), mark(TASK, FIXED)}) == 6


@pytest.mark.parametrize("seen", [None, "as it is"])
async def test_a_form_without_a_mark_or_with_todays_is_taken(desk: Desk, seen: str | None) -> None:
    number = await desk.case()

    async with desk.database.transaction() as session:
        case = await record.hold(session, number)
        await refuse_stale(session, case, seen, "as it is", Action.CLAIM)


async def test_an_older_one_names_who_changed_it(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    async with desk.database.transaction() as session:
        case = await record.hold(session, number)
        with pytest.raises(Refused, match=f"<@{SUB}> さんが同じところを変えました"):
            await refuse_stale(session, case, "as it was", "as it is", Action.JOIN)
        with pytest.raises(Refused, match=f"<@{MAIN}> さんが方向性の案の第2版を出しました"):
            await refuse_stale(session, case, 1, 2, sentence="hypothesis_overtaken", by=MAIN, version=2)
