"""事前資料 in Slack: in the thread, behind its button, and as ticks."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.consultation import staffing
from bot.desk.consultation.hearing.briefing import EXPECTED, PARTS, Pack
from bot.desk.consultation.intake import received
from bot.desk.record.sight import CaseView, EvidenceLine, HistoryLine
from bot.slack.drawing import briefing as drawing
from bot.slack.kit.blocks import visible
from bot.slack.posts import POSTS
from knowledge.search import Hit
from storage.models import Audience, Case, Organisation, Role, Staff, Stage, WardFact
from tests.slack.any_case import CASES, HITS, TEXT, a_case, fits, modal_fits
from tests.slack.cases import sees
from tests.slack.post import Post
from tests.slack.slack_office import NOW, Office, Shelf
from tests.slack.whole_forms import fill

SLOWLY = settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOTHING = Pack("鶴見区", (), 0, (), (), ())


async def staffed(office: Office) -> Case:
    case = await office.case()
    await office.staff("U0TANAKA")
    await office.staff("U0SATO")
    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)
        await staffing.join(session, case.number, by="U0SATO", now=NOW)
    return case


async def knows(office: Office) -> None:
    async with office.db.transaction() as session:
        session.add(
            WardFact(ward="鶴見区", indicator="人口", value="290000", unit="人", as_of="2024-10-01", source="推計人口",
                     updated_at=NOW)
        )  # fmt: skip
        session.add(Staff(slack_id="U0WARD", name="関 さち", wards=["鶴見区"], role=Role.COORDINATOR, added_at=NOW))
        session.add(Organisation(id="p1", name="みなと会館", kind="公共施設", ward="鶴見区", updated_at=NOW))


def form(office: Office) -> dict[str, Any]:
    shown: dict[str, Any] = office.slack.of("views.update")[-1]["view"]
    return shown


async def test_the_pack_appears_in_the_thread_with_sources_and_reasons(office: Office) -> None:
    await knows(office)
    await staffed(office)
    post = Post(office, NOW)
    for _ in range(4):
        await post.goes(after=1)

    packs = [m for m in office.slack.messages if m.get("thread_ts") and "事前資料" in m["text"]]
    assert len(packs) == 1
    shown = visible(packs[0]["blocks"])
    assert "人口：290000人（2024-10-01時点、出典：推計人口）" in shown
    assert "商店街のこども食堂" in shown
    assert "「子ども食堂」→「こども食堂」" in shown
    assert "つるみ食堂の会" in shown
    assert "関 さち（鶴見区）" in shown
    assert "みなと会館" in shown
    assert "□ 地域特性" in shown
    assert "<@U0WARD>" not in str(packs[0]["blocks"])
    assert "'user_id': 'U0WARD'" not in str(packs[0]["blocks"])  # nobody is called for being named


async def test_what_is_missing_is_said(office: Office) -> None:
    case = await staffed(office)
    async with office.db.reading() as session:
        _, blocks = await POSTS["briefing"](session, Shelf(), {"case": case.id})

    shown = visible(blocks)
    assert "この区の数字は、まだ取り込まれていません" in shown
    assert "まだない数字：人口、世帯数、高齢化率、子どもの人口、外国人の人口。" in shown
    assert "tsunagi knowledge import FILE --kind ward-fact" in shown
    assert "この区の施設や資源は、まだ取り込まれていません" in shown
    assert "詳しいと登録しているスタッフはいません" in shown


async def test_the_button_opens_a_skeleton_and_then_the_pack(office: Office) -> None:
    case = await staffed(office)
    city = await office.staff("U0CITY", Role.CITY_STAFF)

    office.judged(await city.presses("case.briefing", case.number))

    assert [call.method for call in office.slack.calls if "views" in call.method] == ["views.open", "views.update"]
    assert "探しています" in visible(office.slack.of("views.open")[0]["view"]["blocks"])
    assert "商店街のこども食堂" in visible(form(office)["blocks"])


async def test_four_ticks_are_written_down(office: Office) -> None:
    case, tanaka = await staffed(office), office.stranger("U0TANAKA")
    await tanaka.presses("case.briefing", case.number)

    office.judged(await fill(tanaka, form(office), ticked=["ward", "cases"]))
    assert "briefing" in {need.key for need in (await sees(office, case)).lacking}
    await tanaka.presses("case.briefing", case.number)
    ticked = next(b for b in form(office)["blocks"] if b.get("block_id") == "ticked")["element"]["initial_options"]
    assert [one["value"] for one in ticked] == ["ward", "cases"]
    office.judged(await fill(tanaka, form(office), ticked=list(PARTS)))

    assert "briefing" not in {need.key for need in (await sees(office, case)).lacking}


async def test_a_reason_stands_for_what_was_not_looked_at(office: Office) -> None:
    case, tanaka = await staffed(office), office.stranger("U0TANAKA")
    await tanaka.presses("case.briefing", case.number)

    office.judged(await fill(tanaka, form(office), ticked=["ward"], reason="急ぎのため"))

    assert [e.waived for e in (await sees(office, case)).evidence] == ["急ぎのため"]
    card = visible(drawing.on_card(await sees(office, case)))
    assert "1/4" in card
    assert "省略" in card


async def test_taking_a_tick_back_without_a_reason_is_refused_in_the_modal(office: Office) -> None:
    case, tanaka = await staffed(office), office.stranger("U0TANAKA")
    await tanaka.presses("case.briefing", case.number)
    await fill(tanaka, form(office), ticked=["ward"])
    await tanaka.presses("case.briefing", case.number)

    refused = office.judged(await fill(tanaka, form(office), ticked=[])).json

    assert "確認しない理由" in refused["errors"]["ticked"]


async def test_reception_hears_whose_it_is(office: Office) -> None:
    case = await staffed(office)
    desk = await office.staff("U0DESK", Role.RECEPTION)

    office.judged(await desk.presses("case.briefing", case.number))

    assert "市職員" in office.slack.of("chat.postEphemeral")[-1]["text"]
    assert office.slack.of("views.open") == []


@SLOWLY
@given(CASES, HITS, TEXT, st.integers(0, 3))
def test_the_pack_is_one_slack_takes_whatever_was_imported(
    conformance: ModuleType, case: CaseView, hits: list[Hit], text: str, left: int
) -> None:
    facts = [
        WardFact(ward=text, indicator=text, value=text, unit=text, as_of=text, source=text, updated_at=NOW)
        for _ in range(15)
    ]
    people = [(Staff(slack_id="U1", name=text, affiliation=text, added_at=NOW), [text, text])] * 9
    places = [Organisation(id="x", name=text, kind=text, address=text, url=text, updated_at=NOW)] * 5
    known = Pack(text, tuple(facts), left, tuple(EXPECTED), tuple(people), tuple(places))
    wide = [replace(hit, kind=kind) for hit in hits for kind in ("case", "organisation")]

    blocks = drawing.pack(case, known, wide)

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})
    assert len(blocks) <= 40
    assert len(visible(blocks)) < 10_000
    assert "'type': 'mrkdwn'" not in str(blocks)
    modal_fits(conformance, drawing.form(case, known, wide))


@pytest.mark.parametrize(
    ("evidence", "ticked", "line"),
    [
        ((), [], "事前資料　0/4"),
        ((), ["ward", "cases"], "事前資料　2/4"),
        (("地域特性", None), list(PARTS), "事前資料　4/4"),
        (("", "急ぎ"), ["ward"], "省略"),
        (("口頭で確認", None), [], "記入済み"),
    ],
)
def test_the_card_says_how_far_it_is(evidence: Any, ticked: list[str], line: str) -> None:
    history = (HistoryLine(NOW, "U1", "brief", {}, {"ticked": ticked}, (), Audience.INTERNAL),) if ticked else ()
    rows = (EvidenceLine(Stage.HEARING, "briefing", *evidence, "U1", NOW),) if evidence else ()

    assert line in visible(drawing.on_card(a_case(history=history, evidence=rows)))
    assert drawing.on_card(a_case(stage=Stage.REALISATION, history=history)) == []
