"""⑤ in Slack: when it is asked, what was answered, and the way back to ④."""

from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.consultation import advance
from bot.desk.consultation.follow_up import check_ins, follow_up
from bot.desk.record.moves import REQUIRED
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.desk.record.work import Work
from bot.slack import words
from bot.slack.card import card
from bot.slack.drawing import follow_up as drawing
from bot.slack.kit.blocks import visible
from storage.models import Case, CheckIn, Citizen, HowItGoes, Stage
from tests.slack.any_case import CASES, TEXT, fits
from tests.slack.cases import sees
from tests.slack.person import Person
from tests.slack.slack_office import NOW, Office
from tests.slack.whole_forms import fill, opened

SLOWLY = settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def in_follow_up(office: Office, *, on_line: bool = True) -> tuple[Case, Person]:
    case, tanaka = await office.case(on_line), await office.staff("U0TANAKA")
    await tanaka.presses("case.claim", case.number)
    async with office.db.transaction() as session:
        for stage in (Stage.HEARING, Stage.DIRECTION, Stage.REALISATION):
            given = {need.key: "済" for need in REQUIRED[stage] if not need.slot}
            await advance.advance(session, case.number, evidence=given, waived="少人数", by="U0TANAKA", now=NOW)
    return case, tanaka


async def on_card(office: Office, case: Case) -> str:
    return visible(card.case_card(await sees(office, case), []))


async def edits(office: Office, who: Person, case: Case, **values: Any) -> Any:
    await who.presses("case.check_in", case.number)
    answer = office.judged(await fill(who, opened(office), **values))
    return answer.json if answer.body else None


async def test_the_card_names_the_next_and_the_last(office: Office) -> None:
    case, _tanaka = await in_follow_up(office)
    assert "次のフォロー 7月15日(水)（1か月後）" in await on_card(office, case)

    async with office.db.transaction() as session:
        first = (await sees(office, case)).work.check_ins[0]
        await follow_up.ask(session, first.id or 0, NOW)
    assert "答えを待っています（1か月後・6月15日(月) にたずねました）" in await on_card(office, case)

    async with office.db.transaction() as session:
        citizen = await session.get_one(Citizen, case.citizen_id)
        await check_ins.answer(session, citizen, first.id or 0, HowItGoes.FINE, key="k", now=NOW)
        await check_ins.hear(session, await session.get_one(Case, case.id), "にぎやかです", NOW + timedelta(hours=1))
    shown = await on_card(office, case)
    assert "前回：順調（6月15日(月)）　にぎやかです" in shown
    assert "次のフォロー 9月15日(火)（3か月後）" in shown


async def test_the_months_are_edited_in_the_modal(office: Office) -> None:
    case, tanaka = await in_follow_up(office)

    assert await edits(office, tanaka, case, months="２、4, 12か月") is None

    await tanaka.presses("case.check_in", case.number)
    field = next(block for block in opened(office)["blocks"] if block.get("block_id") == "months")
    assert field["element"]["initial_value"] == "2,4,12"
    assert "3か月後　やめました" in visible(opened(office)["blocks"])

    await edits(office, tanaka, case, stop=["stop"])
    assert words.follow_up.CARD_NONE in await on_card(office, case)


@pytest.mark.parametrize(
    ("typed", "why"), [("毎月", "読み取れませんでした"), ("0", "1 から 60"), ("1,99", "1 から 60")]
)
async def test_what_cannot_be_read_is_said_at_the_field(office: Office, typed: str, why: str) -> None:
    case, tanaka = await in_follow_up(office)

    answer = await edits(office, tanaka, case, months=typed)

    assert why in answer["errors"]["months"]
    assert "次のフォロー 7月15日" in await on_card(office, case)


async def test_an_answer_from_the_phone_is_recorded_and_trouble_goes_back(office: Office) -> None:
    case, tanaka = await in_follow_up(office, on_line=False)
    await tanaka.presses("case.check_in", case.number)
    assert "電話などでたずねてください" in visible(opened(office)["blocks"])

    assert await edits(office, tanaka, case, how="fine", words="順調とのこと") is None
    assert "前回：順調" in await on_card(office, case)
    await edits(office, tanaka, case, how="trouble", words="場所がなくなった")

    now = await office.now(case)
    assert (now.stage, now.main) == (Stage.REALISATION, "U0TANAKA")
    assert "前回：困りごと" in await on_card(office, case)


async def test_staff_take_it_back_with_a_reason(office: Office) -> None:
    case, tanaka = await in_follow_up(office)
    await tanaka.presses("case.reopen", case.number)
    form = opened(office)

    refused = office.judged(await fill(tanaka, form, reason=" "))
    assert "理由が空" in str(refused.json["errors"])
    assert (await fill(tanaka, form, reason="会場が変わった")).body == b""

    assert (await office.now(case)).stage == Stage.REALISATION
    await tanaka.presses("case.reopen", case.number)
    assert "「④へ戻す」はできません" in office.slack.of("chat.postEphemeral")[-1]["text"]


MOMENT = st.none() | st.just(NOW)
ROWS = st.lists(
    st.builds(
        CheckIn, id=st.integers(1, 99), case_id=st.just(1), round=st.integers(1, 2), months=st.integers(1, 60),
        due_at=st.just(NOW), asked_at=MOMENT, answered_at=MOMENT, dropped_at=MOMENT, words=TEXT,
        answer=st.sampled_from(sorted(HowItGoes)),
    ),
    max_size=8, unique_by=lambda row: row.id,
).map(tuple)  # fmt: skip


@SLOWLY
@given(CASES, ROWS, st.sampled_from(sorted(Reach)))
def test_whatever_was_answered_slack_takes_it(conformance: ModuleType, view: CaseView, rows: Any, reach: Reach) -> None:
    case = replace(view, stage=Stage.FOLLOW_UP, reach=reach, work=Work(check_ins=rows))
    blocks = card.case_card(case, [])
    fits(conformance, "chat.postMessage", {"channel": "C1", "text": card.fallback(case), "blocks": blocks})
    assert len(visible(blocks)) < 10_000
    for modal in (drawing.check_in(case), drawing.reopen(case)):
        assert conformance.slack_call("views.open", {"trigger_id": "1.2.a", "view": modal}) == []
