"""The plan as a citizen sees it on LINE: its milestones, and the next one beside 状況を見る."""

from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest

from bot.line import drawing
from bot.line.messages import Json
from bot.line.news import NEWS
from storage.db import Database
from storage.models import Case, OutboxRow, PlanTask
from tests.line.desk_rows import AT, NUMBER, a_case, judged

DUE = date(2026, 12, 10)
HOSTILE = "👨‍👩‍👧" * 20 + "{number} <b>& か\u3099" + "\u202e" + "あ" * 160


async def plans(db: Database, case: Case, *titles: str, **more: Any) -> None:
    async with db.transaction() as session:
        for days, title in enumerate(titles):
            made = {"milestone": True, "by": "U1", "at": AT, "due_on": DUE + timedelta(days=days)} | more
            session.add(PlanTask(case_id=case.id or 0, title=title, **made))


async def news(db: Database, case: Case) -> list[Json]:
    async with db.reading() as session:
        return await NEWS["plan"](session, {"citizen": 1, "number": NUMBER, "case": case.id})


async def test_the_milestones_are_a_list_with_ticks(sqlite: Database, conformance: ModuleType) -> None:
    case = await a_case(sqlite)
    await plans(sqlite, case, "会場を決める", done_at=AT)
    await plans(sqlite, case, "はじめての食堂")
    await plans(sqlite, case, "見積もり", milestone=False)
    await plans(sqlite, case, "取りやめた会", dropped_at=AT)

    (message,) = judged(conformance, await news(sqlite, case))

    lines = message["text"].splitlines()
    assert lines[0] == "これからの予定です（受付番号 2026-0042）。"
    assert lines[2:4] == ["✓ 会場を決める（終わりました）", "□ はじめての食堂（12月10日(木)）"]
    assert "見積もり" not in message["text"]
    assert "取りやめた会" not in message["text"]


async def test_when_nothing_is_left_to_show_that_is_said(sqlite: Database, conformance: ModuleType) -> None:
    case = await a_case(sqlite)
    await plans(sqlite, case, "取りやめた会", dropped_at=AT)
    await plans(sqlite, case, "", done_at=AT)  # erased

    (message,) = judged(conformance, await news(sqlite, case))

    assert "見直している" in message["text"]


async def test_many_long_milestones_still_go_out_and_say_that_there_are_more(
    sqlite: Database, conformance: ModuleType
) -> None:
    case = await a_case(sqlite)
    await plans(sqlite, case, *[HOSTILE[:200]] * 40)

    messages = judged(conformance, await news(sqlite, case))

    assert "ほかに10件" in "".join(message["text"] for message in messages)
    assert len(messages) <= 5


@pytest.mark.parametrize("there", [True, False])
async def test_status_names_the_next_milestone_where_there_is_one(sqlite: Database, there: bool) -> None:
    case = await a_case(sqlite)
    await plans(sqlite, case, "会場を決める", done_at=AT)
    if there:
        await plans(sqlite, case, "はじめての食堂")
    said = [{"text": "④です"}, {"custom": {"kind": "next_milestone", "case": case.id}}]
    row = OutboxRow(
        dest="line", conv="line:1", kind="turn", key="k", payload={"messages": said}, retry_uuid="u", next_at=AT,
        created_at=AT,
    )  # fmt: skip

    async with sqlite.reading() as session:
        shown = [message["text"] for message in await drawing.draw(session, row)]

    assert shown == ["④です", *(["次の予定は「はじめての食堂」（12月10日(木)）です。"] if there else [])]
