"""③ in Slack: each judges, all conclude, a direction is written, seen and put to the citizen."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.desk.consultation import advance, staffing
from bot.desk.consultation.direction import direction, hypotheses
from bot.desk.consultation.direction.assessments import CRITERIA, JOINT
from bot.desk.record.moves import REQUIRED
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.desk.record.work import Work
from bot.desk.team import team
from bot.slack import words
from bot.slack.card import card
from bot.slack.drawing import direction as drawing
from bot.slack.drawing import hypotheses as versions
from bot.slack.kit.blocks import visible
from storage.models import Assessment, Case, Citizen, Hypothesis, OutboxRow, Role, Stage, Word
from tests.slack.any_case import CASES, STAFF, TEXT, fits
from tests.slack.cases import sees
from tests.slack.person import Person
from tests.slack.slack_office import NOW, Office
from tests.slack.whole_forms import fill, opened, press_in

SLOWLY = settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
OWN = {
    "feasibility.level": "3", "feasibility.reason": "持ち主が前向き", "feasibility.grounds": "不動産会社の話",
    "effect.level": "4", "effect.reason": "孤食が減る",
    "alternatives.level": "1", "alternatives.reason": "ほかに場所がない",
}  # fmt: skip
TOGETHER = {f"{JOINT}.{key}": value for key, value in OWN.items()}


async def in_direction(office: Office, *, on_line: bool = True) -> tuple[Case, Person, Person]:
    case = await office.case(on_line)
    tanaka, sato = await office.staff("U0TANAKA"), await office.staff("U0SATO")
    city = await office.staff("U0CITY", Role.CITY_STAFF)
    await tanaka.presses("case.claim", case.number)
    async with office.db.transaction() as session:
        await staffing.join(session, case.number, by=sato.slack_id, now=NOW)
        await team.staff(session, case.number, city_staff=city.slack_id, by=sato.slack_id, now=NOW)
        given = {need.key: "済" for need in REQUIRED[Stage.HEARING] if not need.slot}
        await advance.advance(session, case.number, evidence=given, waived=None, by=sato.slack_id, now=NOW)
    return case, tanaka, sato


async def on_card(office: Office, case: Case) -> str:
    return visible(card.case_card(await sees(office, case), []))


async def queued(office: Office, kind: str) -> list[OutboxRow]:
    async with office.db.reading() as session:
        rows = await session.exec(select(OutboxRow).where(OutboxRow.kind == kind).order_by(col(OutboxRow.id)))
        return list(rows.all())


async def judges(office: Office, who: Person, case: Case, **values: str) -> Any:
    await who.presses("case.assess", case.number)
    answer = office.judged(await fill(who, opened(office), **(values or OWN)))
    return answer.json if answer.body else None


async def test_each_judges_alone_and_the_card_counts(office: Office) -> None:
    case, tanaka, _sato = await in_direction(office)

    assert await judges(office, tanaka, case) is None

    assert "見立て 1/3人" in await on_card(office, case)
    await tanaka.presses("case.assess", case.number)
    assert "持ち主が前向き" in str(opened(office))
    await Person(office.app, "U0CITY").presses("case.assess", case.number)
    assert "持ち主が前向き" not in str(opened(office))


async def test_the_joint_one_shows_all_side_by_side_and_who_is_missing(office: Office) -> None:
    case, tanaka, sato = await in_direction(office)
    await judges(office, tanaka, case)
    await sato.presses("case.assess", case.number)

    await press_in(office, sato, opened(office), "assess.joint")

    assert office.slack.calls[-1].method == "views.push"
    modal = opened(office)
    assert modal["callback_id"] == "case.assess.joint"
    for shown in (
        "U0TANAKA",
        "できそう",
        "持ち主が前向き",
        "不動産会社の話",
        words.direction.WAITING,
        "U0SATO",
        "U0CITY",
    ):
        assert shown in str(modal)

    answer = office.judged(await fill(sato, modal, **TOGETHER))
    assert answer.json == {"response_action": "clear"}
    view = await sees(office, case)
    assert [need.key for need in view.lacking] == ["citizen_word"]
    assert "合同の結論 期待される効果：大きい" in await on_card(office, case)


async def test_a_joint_modal_that_was_overtaken_keeps_its_fields(office: Office) -> None:
    case, tanaka, sato = await in_direction(office)
    for who in (tanaka, sato):
        await who.presses("case.assess", case.number)
        await press_in(office, who, opened(office), "assess.joint")
    modal = opened(office)
    await fill(tanaka, modal, **TOGETHER)

    answer = office.judged(await fill(sato, modal, **TOGETHER)).json

    assert answer["response_action"] == "push"  # it names who was first
    assert "<@U0TANAKA> さんが合同の結論を書きかえました" in str(answer["view"])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"effect.reason": "よい"}, "4段階のどれか"),
        ({"effect.level": "3"}, "理由が空"),
        ({"alternatives.level": "2", "alternatives.reason": "ある"}, "1つ以上"),
        ({"effect.grounds": ""}, "1つも選ばれていません"),
    ],
)
async def test_what_is_not_whole_is_said_at_the_form(office: Office, values: dict[str, str], why: str) -> None:
    case, tanaka, _sato = await in_direction(office)

    answer = await judges(office, tanaka, case, **values)

    assert answer["response_action"] == "errors"
    assert why in str(answer["errors"])


async def test_a_stranger_and_another_stage_are_refused(office: Office) -> None:
    case, tanaka, _sato = await in_direction(office)
    await office.stranger().presses("case.assess", case.number)
    async with office.db.transaction() as session:
        await advance.advance(session, case.number, evidence={}, waived="急ぎ", by="U0TANAKA", now=NOW)
    await tanaka.presses("case.assess", case.number)

    told = [body["text"] for body in office.slack.of("chat.postEphemeral")]
    assert "登録されていません" in told[-2]
    assert "「見立てを書く」はできません" in told[-1]
    assert office.slack.of("views.open") == []


async def test_a_direction_is_seen_before_it_goes_to_the_citizen(office: Office) -> None:
    case, tanaka, _sato = await in_direction(office)
    await tanaka.presses("case.propose", case.number)
    assert "やさしい言葉で" in str(opened(office))

    first = office.judged(await fill(tanaka, opened(office), text="月2回の案です <!channel>")).json
    assert first["response_action"] == "update"
    assert "月2回の案です <!channel>" in visible(first["view"]["blocks"])
    assert "第1版" in visible(first["view"]["blocks"])
    changed = office.judged(await fill(tanaka, first["view"], text="月1回の案です")).json
    assert changed["response_action"] == "update"
    assert await queued(office, "hypothesis") == []

    assert (await fill(tanaka, changed["view"])).body == b""

    (row,) = await queued(office, "hypothesis")
    assert row.dest == "line"
    assert "案 第1版：答えを待っています" in await on_card(office, case)
    assert (await sees(office, case)).work.hypotheses[0].text == "月1回の案です"


async def test_both_sides_words_are_listed_under_the_next_version(office: Office) -> None:
    case, tanaka, _sato = await in_direction(office)
    async with office.db.transaction() as session:
        made = await hypotheses.propose(session, case.number, "月2回の案です", by="U0TANAKA", now=NOW)
        citizen = (await session.exec(select(Citizen))).one()
        await direction.answer(session, citizen, made.id or 0, Word.TALK, key="k", now=NOW)
        await direction.hear(session, await session.get_one(Case, case.id), "月1回がよいです", NOW)

    await tanaka.presses("case.propose", case.number)

    shown = visible(opened(office)["blocks"])
    for text in (words.direction.EARLIER, "第1版", "月2回の案です", "答え：相談したい", "月1回がよいです"):
        assert text in shown
    assert "案 第1版：相談したい" in await on_card(office, case)
    assert "月1回がよいです" in await on_card(office, case)


async def test_two_write_a_version_and_the_second_is_told(office: Office) -> None:
    case, tanaka, sato = await in_direction(office)
    previews = []
    for who, text in ((tanaka, "月2回の案"), (sato, "週1回の案")):
        await who.presses("case.propose", case.number)
        previews.append((who, (await fill(who, opened(office), text=text)).json["view"]))

    answers = [office.judged(await fill(who, view)) for who, view in previews]

    assert answers[0].body == b""
    assert "<@U0TANAKA> さんが方向性の案の第1版" in str(answers[1].json)
    assert len(await queued(office, "hypothesis")) == 1


async def test_without_line_the_answer_is_written_down_where_the_version_is(office: Office) -> None:
    case, tanaka, sato = await in_direction(office, on_line=False)
    await tanaka.presses("case.propose", case.number)
    assert words.direction.PROPOSE_BY_PHONE in visible(opened(office)["blocks"])
    preview = office.judged(await fill(tanaka, opened(office), text="月2回の案です")).json["view"]

    await fill(tanaka, preview, **{"said.word": "talk", "said.words": "回数を減らしたい"})

    version = (await sees(office, case)).work.hypothesis
    assert version is not None
    assert (version.answer, version.words) == ("talk", "回数を減らしたい")
    assert await queued(office, "hypothesis") == []

    await sato.presses("case.propose", case.number)
    await press_in(office, sato, opened(office), "propose.word")
    answer = office.judged(await fill(sato, opened(office), **{"said.word": "agree"}))
    assert answer.json == {"response_action": "clear"}
    assert "案 第1版：これで進めたい" in await on_card(office, case)


ROWS = st.lists(
    st.builds(
        Assessment, id=st.just(1), case_id=st.just(1), criterion=st.sampled_from(CRITERIA),
        by=st.sampled_from(("U0TANAKA", "U0SATO", "U0CITY", JOINT)), level=st.integers(1, 4), reason=TEXT,
        grounds=TEXT, at=st.just(NOW),
    ),
    max_size=16,
).map(tuple)  # fmt: skip
VERSIONS = st.lists(
    st.builds(
        Hypothesis, id=st.just(1), case_id=st.just(1), version=st.integers(1, 99), text=TEXT, words=TEXT,
        by=st.just("U0TANAKA"), at=st.just(NOW), answer=st.none() | st.sampled_from(sorted(Word)),
        answered_at=st.just(NOW),
    ),
    max_size=6,
).map(tuple)  # fmt: skip


@SLOWLY
@given(CASES, ROWS, VERSIONS, st.sampled_from(sorted(Reach)), STAFF, TEXT)
def test_whatever_people_wrote_slack_takes_it(
    conformance: ModuleType, view: CaseView, rows: Any, made: Any, reach: Reach, by: str | None, text: str
) -> None:
    for stage in (Stage.DIRECTION, Stage.REALISATION):
        case = replace(view, stage=stage, reach=reach, work=Work(assessments=rows, hypotheses=made))
        blocks = card.case_card(case, [])
        fits(conformance, "chat.postMessage", {"channel": "C1", "text": card.fallback(case), "blocks": blocks})
        assert len(blocks) <= 50
        assert len(visible(blocks)) < 10_000
        modals = [drawing.own(case, by or "U1"), drawing.joint(case), versions.write(case), versions.heard(case)]
        for modal in [*modals, versions.preview(case, text or "案", 3)]:
            assert conformance.slack_call("views.open", {"trigger_id": "1.2.a", "view": modal}) == []
            assert "山田花子" not in modal["private_metadata"]
