"""④ the parties and the plan, through the signed door and the real Bolt app."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.record.sight import CaseView, EvidenceLine
from bot.desk.record.telling import Reach
from bot.desk.record.work import Work
from bot.slack import words
from bot.slack.card import card
from bot.slack.drawing import plan as plan_drawing
from bot.slack.drawing import realisation as drawing
from bot.slack.kit import notes
from bot.slack.kit.blocks import visible
from bot.slack.posts import POSTS
from storage.models import PlanTask, Role, Stage, Stakeholder, StakeholderState
from tests.slack.any_case import HUGE, TEXT, a_case, fits, modal_fits
from tests.slack.cases import in_stage, said, sees, whispers
from tests.slack.fields import fields
from tests.slack.person import Person
from tests.slack.slack_office import NOW, Office
from tests.slack.whole_forms import buttons, fill, opened, press_in

SLOWLY = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
AT = datetime(2026, 6, 15, 3, tzinfo=UTC)


async def adds(office: Office, person: Person, view: dict[str, Any], **values: Any) -> dict[str, Any]:
    shown: dict[str, Any] = office.judged(await fill(person, view, **values)).json
    assert shown["response_action"] == "update", shown
    return dict(shown["view"])


# ── 関係する主体


async def test_parties_are_added_by_name_and_from_the_library(office: Office) -> None:
    case, tanaka = await in_stage(office)
    office.judged(await tanaka.presses("case.stakeholders", case.number))
    assert words.SEARCHING in str(office.slack.of("views.open")[-1])
    shown = opened(office)
    offered = [one["text"]["text"] for one in fields(shown)["organisation"]["element"]["options"]]
    assert offered == ["つるみ食堂の会"]

    shown = await adds(office, tanaka, shown, name="みなと<町内会>&")
    shown = await adds(office, tanaka, shown, name="商店会")

    assert [one.name for one in (await sees(office, case)).work.stakeholders] == ["みなと<町内会>&", "商店会"]
    assert "みなと<町内会>&　【候補】" in visible(shown["blocks"])
    assert [one["text"]["text"] for one in fields(shown)["organisation"]["element"]["options"]] == offered
    assert fields(shown)["name"]["block_id"] != fields(opened(office))["name"]["block_id"]


async def test_nothing_filled_in_closes_the_list(office: Office) -> None:
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.stakeholders", case.number)

    assert (await fill(tanaka, opened(office))).body == b""


async def test_a_name_that_is_there_is_said_at_its_field(office: Office) -> None:
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.stakeholders", case.number)
    shown = await adds(office, tanaka, opened(office), name="商店会")

    answer = office.judged(await fill(tanaka, shown, name="商店会")).json

    assert "すでに一覧に" in str(answer["errors"])


async def test_a_party_is_changed_above_the_list_which_follows(office: Office) -> None:
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.stakeholders", case.number)
    shown = await adds(office, tanaka, opened(office), name="商店会")

    await press_in(office, tanaka, shown, "party.edit")
    form = opened(office)
    assert office.slack.calls[-1].method == "views.push"
    given = {"state": "willing", "role": "会場", "contact": "045-000-1111", "remark": "水曜が休み"}
    assert (await fill(tanaka, form, under="V0", **given)).body == b""

    update = office.slack.of("views.update")[-1]
    assert update["view_id"] == "V0"
    assert "商店会　【承諾】\n役割：会場　連絡先：045-000-1111　メモ：水曜が休み" in visible(update["view"]["blocks"])
    assert "party_willing" in await said(office)
    line = visible(card.case_card(await sees(office, case), []))
    assert "商店会（承諾・会場）" in line
    assert "045-000-1111" not in line


async def test_two_who_change_a_party_the_second_is_told_over_the_form(office: Office) -> None:
    case, tanaka = await in_stage(office)
    sato = await office.staff("U0SATO")
    await tanaka.presses("case.stakeholders", case.number)
    shown = await adds(office, tanaka, opened(office), name="商店会")
    await press_in(office, tanaka, shown, "party.edit")
    form = opened(office)

    await fill(sato, form | {"id": "V7"}, state="asked")
    answer = office.judged(await fill(tanaka, form, state="declined")).json

    assert answer["response_action"] == "push"
    assert "<@U0SATO> さんが同じところを変えました" in str(answer["view"])
    assert (await sees(office, case)).work.stakeholders[0].state == "asked"


async def test_who_carries_it_out_is_chosen_among_those_who_agreed(office: Office) -> None:
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.stakeholders", case.number)
    shown = await adds(office, tanaka, opened(office), name="商店会")
    assert "body" not in fields(shown)
    await press_in(office, tanaka, shown, "party.edit")
    await fill(tanaka, opened(office), under="V0", state="willing", role="会場")
    shown = opened(office)
    (option,) = fields(shown)["body"]["element"]["options"]

    shown = await adds(office, tanaka, shown, body=[option["value"]], written="みなと大学")

    assert "商店会、みなと大学" in visible(shown["blocks"])
    assert "実施主体　商店会、みなと大学" in visible(card.case_card(await sees(office, case), []))
    assert "body_decided" in await said(office)


async def test_a_stale_button_explains_itself(office: Office) -> None:
    case, tanaka = await in_stage(office, Stage.HEARING)

    for action_id in ("case.stakeholders", "case.plan", "case.dialogue"):
        office.judged(await tanaka.presses(action_id, case.number))

    assert office.slack.of("views.open") == []
    assert all("②ヒアリング" in text for text in whispers(office))


@pytest.mark.parametrize("action_id", ["case.stakeholders", "case.plan", "case.dialogue"])
async def test_who_may_not_hears_who_may(office: Office, action_id: str) -> None:
    case, _ = await in_stage(office)
    reception = await office.staff("U0DESK", Role.RECEPTION)

    office.judged(await reception.presses(action_id, case.number))

    assert "コーディネーター" in whispers(office)[-1]
    assert office.slack.of("views.open") == []


async def test_the_note_for_the_others_names_them_and_how_to_reach_them(office: Office) -> None:
    case, tanaka = await in_stage(office)
    async with office.db.transaction() as session:
        for name, state in (("商店会", StakeholderState.WILLING), ("<!here> 大学", StakeholderState.ASKED)):
            session.add(Stakeholder(case_id=case.id, name=name, state=state, contact="045-1", by="U1", at=NOW))
    await tanaka.presses("case.advance", case.number)
    await fill(tanaka, opened(office), waived="先に始まった", **{"evidence.body": "商店会"})
    assert "not_in_body" in await said(office)

    async with office.db.reading() as session:
        payload = {"case": case.id, "number": case.number, "say": "not_in_body"}
        text, blocks = await POSTS["not_in_body"](session, None, payload)  # type: ignore[arg-type]

    assert office.conformance.slack_call("chat.postMessage", {"channel": "C1", "text": text, "blocks": blocks}) == []
    assert "・<!here> 大学（打診中）　連絡先：045-1" in visible(blocks)
    assert "商店会" not in visible(blocks)
    assert "mrkdwn" not in str(blocks)


# ── 実施計画


async def test_tasks_are_added_done_and_changed(office: Office) -> None:
    case, tanaka = await in_stage(office)
    office.judged(await tanaka.presses("case.plan", case.number))
    shown = opened(office)
    assert fields(shown)["due"]["element"]["initial_date"] == "2026-06-29"

    shown = await adds(office, tanaka, shown, title="会場を決める", owner="U0SATO", milestone=["yes"])
    shown = await adds(office, tanaka, shown, title="ちらし", owner_name="林さん", due="2026-07-01")
    assert "plan" in await said(office)
    await press_in(office, tanaka, shown, "task.done")

    shown = opened(office)
    assert "✓ 会場を決める" in visible(shown["blocks"])
    tasks = (await sees(office, case)).work.tasks
    assert [(task.title, task.owner, task.due_on, task.milestone) for task in tasks] == [
        ("会場を決める", "U0SATO", date(2026, 6, 29), True),
        ("ちらし", "林さん", date(2026, 7, 1), False),
    ]
    assert tasks[0].done_at == NOW
    assert "計画　1/2 済　次の期限 7月1日(水)　ちらし" in visible(card.case_card(await sees(office, case), []))

    await press_in(office, tanaka, shown, "task.edit")
    form = opened(office)
    assert fields(form)["owner_name"]["element"]["initial_value"] == "林さん"
    assert (await fill(tanaka, form, under="V0", owner="U0SATO", due="2026-07-08", state="dropped")).body == b""
    changed = (await sees(office, case)).work.tasks[1]
    assert (changed.owner, changed.due_on, changed.dropped_at) == ("U0SATO", date(2026, 7, 8), NOW)
    assert "ちらし" not in visible(office.slack.of("views.update")[-1]["view"]["blocks"])


async def test_a_task_pressed_done_by_two_is_done_once(office: Office) -> None:
    case, tanaka = await in_stage(office)
    sato = await office.staff("U0SATO")
    await tanaka.presses("case.plan", case.number)
    shown = await adds(office, tanaka, opened(office), title="会場を決める")

    await press_in(office, tanaka, shown, "task.done")
    await press_in(office, sato, shown, "task.done")

    done = [line for line in (await sees(office, case)).history if line.after.get("state") == "done"]
    assert [line.by for line in done] == ["U0TANAKA"]


async def test_a_day_that_has_passed_is_said_over_the_fields(office: Office) -> None:
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.plan", case.number)

    answer = office.judged(await fill(tanaka, opened(office), title="会場を決める", due="2026-06-14")).json

    assert "過ぎた日" in str(answer["errors"])
    assert (await sees(office, case)).work.tasks == ()


async def test_a_citizen_without_line_is_told_by_phone_and_the_plan_says_so(office: Office) -> None:
    case, tanaka = await in_stage(office, on_line=False)

    await tanaka.presses("case.plan", case.number)

    assert words.realisation.UNREACHED in visible(opened(office)["blocks"])


@pytest.mark.parametrize(
    ("given", "before", "after"),
    [
        ({"owner": "U1", "owner_name": ""}, "", "U1"),
        ({"owner": "", "owner_name": "林"}, "", "林"),
        ({"owner": "U1", "owner_name": "林"}, "U1", "林"),
        ({"owner": "U1", "owner_name": "林"}, "林", "U1"),
        ({"owner": "U1", "owner_name": ""}, "U1", "U1"),
        ({"owner": "", "owner_name": "林"}, "林", "林"),
        ({"owner": "", "owner_name": " "}, "U1", ""),
        ({"owner": "", "owner_name": "\u200b"}, "U1", ""),
        ({"owner": "", "owner_name": "UNICEF"}, "", "「UNICEF」"),
        ({"owner": "", "owner_name": "「UNICEF」"}, "「UNICEF」", "「UNICEF」"),
    ],
)
def test_of_the_two_fields_for_the_owner_the_one_that_was_changed_counts(
    given: dict[str, str], before: str, after: str
) -> None:
    from bot.slack.listeners.plan import _owner

    assert _owner(given, before) == after


# ── what people write


PARTIES = st.lists(
    st.builds(
        Stakeholder, id=st.integers(1, 99), case_id=st.just(1), name=TEXT, state=st.sampled_from(StakeholderState),
        role=TEXT, contact=TEXT, note=TEXT, by=st.just("U1"), at=st.just(AT),
    ), max_size=3, unique_by=lambda one: one.id,
)  # fmt: skip
TASKS = st.lists(
    st.builds(
        PlanTask, id=st.integers(1, 99), case_id=st.just(1), title=TEXT, owner=TEXT | st.just("U0TANAKA"),
        due_on=st.just(date(2026, 7, 1)), milestone=st.booleans(), by=st.just("U1"), at=st.just(AT),
        done_at=st.none() | st.just(AT), dropped_at=st.none() | st.just(AT),
    ), max_size=3, unique_by=lambda one: one.id,
)  # fmt: skip


def a_view(parties: Any = (), tasks: Any = (), body: str = "", stage: Stage = Stage.REALISATION) -> CaseView:
    evidence = (EvidenceLine(stage, "body", body, None, "U1", AT),)
    work = Work(stakeholders=tuple(parties), tasks=tuple(tasks))
    return replace(a_case(stage=stage), work=work, evidence=evidence, reach=Reach.MUTED)


@SLOWLY
@given(PARTIES, TASKS, TEXT)
def test_slack_takes_every_list_and_form(
    conformance: ModuleType, parties: list[Stakeholder], tasks: list[PlanTask], body: str
) -> None:
    view = a_view(parties, tasks, body)

    modal_fits(conformance, drawing.parties(view))
    modal_fits(conformance, plan_drawing.plan(view, date(2026, 7, 1)))
    for one in parties:
        modal_fits(conformance, drawing.party(view, one))
    for task in tasks:
        modal_fits(conformance, plan_drawing.task(view, task))
    blocks = drawing.left_over("⑤フォロー", parties)
    fits(conformance, "chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})


def test_the_card_stays_small_with_many_long_names() -> None:
    parties = [
        Stakeholder(id=n, case_id=1, name=HUGE[n % len(HUGE)] + str(n), state=state, role=HUGE[1], by="U1", at=AT)
        for n, state in enumerate([*StakeholderState] * 10)
    ]
    tasks = [PlanTask(id=1, case_id=1, title=HUGE[1], due_on=date(2026, 7, 1), by="U1", at=AT)]

    blocks = drawing.on_card(a_view(parties, tasks, HUGE[1]))

    assert len(blocks) == 1
    assert len(visible(blocks)) < 500
    assert "ほか35" in visible(blocks)


def test_the_longest_lists_still_fit_into_a_modal(conformance: ModuleType) -> None:
    parties = [
        Stakeholder(id=n, case_id=1, name=f"団体{n}", state=StakeholderState.WILLING, by="U1", at=AT)
        for n in range(1, 150)
    ]
    tasks = [
        PlanTask(id=n, case_id=1, title=f"すること{n}", due_on=date(2026, 7, 1), by="U1", at=AT) for n in range(1, 80)
    ]
    view = a_view(parties, tasks)

    for modal in (drawing.parties(view), plan_drawing.plan(view, date(2026, 7, 1))):
        modal_fits(conformance, modal)
        assert "ほかに" in visible(modal["blocks"])


def test_chips_begin_with_those_who_agreed() -> None:
    states = [StakeholderState.CANDIDATE, StakeholderState.DECLINED, StakeholderState.ASKED, StakeholderState.WILLING]
    parties = [
        Stakeholder(id=n, case_id=1, name=f"団体{n}", state=state, role="会場", by="U1", at=AT)
        for n, state in enumerate(states)
    ]

    assert drawing.chips(parties) == "団体3（承諾・会場）／団体2（打診中）／団体0（候補）／団体1（辞退）"


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.HEARING, Stage.DIRECTION, Stage.CLOSED])
def test_before_and_after_the_card_says_nothing_of_it(stage: Stage) -> None:
    assert drawing.on_card(a_view(stage=stage)) == []


def test_an_erased_party_and_task_leave_a_list_that_can_be_read(conformance: ModuleType) -> None:
    party = Stakeholder(id=1, case_id=1, name="", state=StakeholderState.WILLING, by="U1", at=AT)
    task = PlanTask(id=1, case_id=1, title="", due_on=date(2026, 7, 1), by="U1", at=AT)
    view = a_view([party], [task])

    shown = drawing.parties(view)
    modal_fits(conformance, shown)
    modal_fits(conformance, plan_drawing.plan(view, date(2026, 7, 1)))
    assert len(buttons(shown, "party.edit")) == 1
    assert "body" not in fields(shown)
    assert notes.fallback("not_in_body", "2026-0001").startswith("2026-0001")
