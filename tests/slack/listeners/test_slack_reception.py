"""① in Slack: taking in with a code, asking what is missing, the right door, merging."""

from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.desk.consultation import heard
from bot.desk.consultation.intake import received
from bot.desk.record.sight import HistoryLine
from bot.desk.record.telling import Reach
from bot.desk.talk import merging
from bot.slack import words
from bot.slack.card.card import case_card
from bot.slack.drawing import reception
from bot.slack.kit import modals
from bot.slack.kit.blocks import visible
from knowledge.search import Twin
from storage.models import Audience, Case, LinkCode, OutboxRow, Proposal, Role, Stage
from tests.slack.any_case import AT, CASES, TEXT, a_case, modal_fits
from tests.slack.cases import whispers
from tests.slack.person import CHANNEL
from tests.slack.slack_office import ANSWERS, NOW, Office, Shelf
from tests.slack.whole_forms import fill, opened, press_in

SLOWLY = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
PHONED = {"channel": "phone", "party": "person", "name": "佐藤", "ward": "鶴見区"} | ANSWERS


async def phoned(office: Office) -> Case:
    desk = await office.staff("U0DESK", Role.RECEPTION)
    await desk.types("/intake")
    office.judged(await fill(desk, opened(office), **PHONED))
    async with office.db.reading() as session:
        return (await session.exec(select(Case).order_by(col(Case.id).desc()))).first()  # type: ignore[return-value]


async def queued(office: Office, kind: str) -> list[OutboxRow]:
    async with office.db.reading() as session:
        rows = (await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all()
    return [row for row in rows if kind in (row.kind, row.payload.get("say"))]


async def codes(office: Office) -> list[LinkCode]:
    async with office.db.reading() as session:
        return list((await session.exec(select(LinkCode).order_by(col(LinkCode.at)))).all())


# ── taking in


async def test_reception_takes_a_call_and_gets_number_and_code_to_tell(office: Office) -> None:
    desk = await office.staff("U0DESK", Role.RECEPTION)
    await desk.types("/intake")

    answer = office.judged(await fill(desk, opened(office), **PHONED)).json

    (code,) = await codes(office)
    told = visible(answer["view"]["blocks"])
    assert "2026-0001" in told
    assert f"*{code.code}*" in told
    assert "公式LINEを友だち追加して、この番号を送ってください" in told
    assert code.expires_at - code.at == timedelta(days=14)
    assert "6月29日(月)" in told


async def test_a_message_becomes_the_overview_to_begin_from(office: Office) -> None:
    desk = await office.staff("U0DESK", Role.RECEPTION)
    message = {"type": "message", "ts": "1.1", "text": "空き家を &lt;子ども&gt; の居場所に &amp; 食堂も"}
    said = desk._interaction("message_action") | {"callback_id": "intake.message", "message": message}

    answer = await desk.sends(said | {"channel": {"id": CHANNEL, "name": "intake"}})

    assert answer.status == 200
    form = opened(office)
    (field,) = (b for b in form["blocks"] if b.get("block_id") == "overview")
    assert field["element"]["initial_value"] == "空き家を <子ども> の居場所に & 食堂も"
    office.judged(await fill(desk, form, channel="counter"))
    assert len(await codes(office)) == 1


@pytest.mark.parametrize("message", [{}, {"text": None}, {"text": "長" * 3001}])
async def test_any_message_can_be_taken_in_and_nothing_is_cut_in_silence(
    office: Office, message: dict[str, Any]
) -> None:
    desk = await office.staff("U0DESK", Role.RECEPTION)

    await desk.sends(desk._interaction("message_action") | {"callback_id": "intake.message", "message": message})

    assert ("はじめの 3000 文字" in visible(opened(office)["blocks"])) == (len(message.get("text") or "") > 3000)


async def test_a_stranger_takes_nothing_in(office: Office) -> None:
    stranger = office.stranger()

    said = stranger._interaction("message_action") | {"callback_id": "intake.message", "message": {"text": "x"}}
    await stranger.sends(said | {"channel": {"id": CHANNEL}})

    assert office.slack.of("views.open") == []
    assert "登録されていません" in whispers(office)[0]


async def test_a_new_code_is_a_button_in_the_details_of_a_case_without_line(office: Office) -> None:
    case = await phoned(office)
    (old,) = await codes(office)
    tanaka = await office.staff("U0TANAKA")
    await tanaka.presses("case.details", case.number)

    await press_in(office, tanaka, opened(office), "case.link")

    ended, new = sorted(await codes(office), key=lambda code: code.expires_at)
    assert (ended.code, ended.expires_at) == (old.code, NOW)
    assert f"*{new.code}*" in visible(opened(office)["blocks"])
    assert "もう使えません" in visible(opened(office)["blocks"])


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"channel": "phone", "reach": Reach.NONE}, True),
        ({"channel": "counter", "reach": Reach.NONE}, True),
        ({"channel": "phone", "reach": Reach.LINE}, False),  # joined
        ({"channel": "line", "reach": Reach.NONE}, False),  # erased
        ({"channel": "phone", "reach": Reach.NONE, "stage": Stage.CLOSED}, False),
    ],
)
def test_the_button_is_where_it_is_of_use(changes: dict[str, Any], there: bool) -> None:
    assert bool(reception.in_details(a_case(**changes))) is there


# ── asking


async def test_a_question_is_seen_before_it_is_sent(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.ask", case.number)

    first = office.judged(await fill(tanaka, opened(office), about="members", text="何人で始めますか？")).json
    assert "ひとつ教えてください" in visible(first["view"]["blocks"])
    changed = office.judged(await fill(tanaka, first["view"], text="何人で始めますか？ <!here>")).json
    assert await queued(office, "asked") == []
    sent = await fill(tanaka, changed["view"])

    assert (sent.status, sent.body) == (200, b"")
    to_citizen, note = await queued(office, "asked")
    assert to_citizen.payload["text"] == note.payload["text"] == "何人で始めますか？ <!here>"
    assert note.payload["about"] == "members"
    await tanaka.presses("case.ask", case.number)
    again = office.judged(await fill(tanaka, opened(office), about="history", text="いつから？")).json
    refused = office.judged(await fill(tanaka, again["view"])).json
    assert "返事を待っています" in str(refused)


async def test_who_has_no_line_is_not_asked_there(office: Office) -> None:
    case = await phoned(office)
    tanaka = await office.staff("U0TANAKA")
    forms = len(office.slack.of("views.open"))

    await tanaka.presses("case.ask", case.number)

    assert len(office.slack.of("views.open")) == forms
    assert "連絡先" in whispers(office)[-1]


def test_what_is_missing_comes_first_in_the_list() -> None:
    view = a_case(stage=Stage.RECEIVED, answers=ANSWERS | {"history": ""})

    options = reception.ask(view)["blocks"][0]["element"]["options"]

    assert options[0]["value"] == "history"
    assert "（回答なし）" in options[0]["text"]["text"]
    assert len(options) == 5


def test_the_card_says_what_the_citizen_is_asked_until_they_answer() -> None:
    asked = HistoryLine(AT, "U1", "ask", {}, {"about": "members"}, ("何人？",), Audience.CITIZEN)
    answered = HistoryLine(AT, "citizen", "answered", {}, {}, (), Audience.CITIZEN)

    assert "3.メンバーや支援者について" in visible(reception.on_card(a_case(history=(asked,))))
    assert "返事を待っています" in visible(case_card(a_case(history=(asked,)), []))
    assert "返事を待っています" not in visible(case_card(a_case(history=(asked, answered)), []))


# ── the right door


async def test_a_door_is_chosen_mended_and_told(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.refer", case.number)
    form = opened(office)
    (pick,) = form["blocks"][0]["elements"]

    for option in pick["options"]:
        await chooses(office, tanaka, form, option)
        text = opened(office)["blocks"][1]["element"]["initial_value"]
        assert "{" not in text
    call_centre = next(one for one in pick["options"] if one["value"].endswith("call_centre"))
    await chooses(office, tanaka, form, call_centre)
    assert "045-664-2525" in opened(office)["blocks"][1]["element"]["initial_value"]
    office.judged(await fill(tanaka, opened(office), door="区役所 地域振興課（2階）"))

    assert {row.payload["door"] for row in await queued(office, "referred")} == {"区役所 地域振興課（2階）"}
    assert (await office.now(case)).stage == Stage.CLOSED


async def chooses(office: Office, person: Any, form: dict[str, Any], option: dict[str, Any]) -> None:
    action = {"type": "static_select", "action_id": "refer.door", "block_id": "b", "selected_option": option}
    sent = form | {"id": "V1", "hash": "1.a", "state": {"values": {}}}
    said = person._interaction("block_actions") | {"container": {"type": "view"}, "view": sent, "actions": [action]}
    office.judged(await person.sends(said))


def test_a_door_names_the_ward_where_it_is_known() -> None:
    assert "鶴見区の区役所" in str(reception.refer(a_case(), "ward_office"))
    assert "お住まいの区の区役所" in str(reception.refer(a_case(ward=None), "ward_office"))


# ── merging


async def test_two_cases_become_one_with_the_twin_proposed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    twin, tanaka = await office.case(), await office.staff("U0TANAKA")
    heir = await another(office, twin)

    async def twins(_shelf: Shelf, _number: str) -> list[Twin]:
        return [Twin("2026-0099", "closed", True, 0.9), Twin(heir.number, "received", True, 0.8)]

    monkeypatch.setattr(Shelf, "twins", twins)
    await tanaka.presses("case.merge", twin.number)
    form = opened(office)
    assert form["blocks"][0]["element"]["initial_value"] == heir.number
    office.judged(await fill(tanaka, form))

    now = await office.now(twin)
    assert (now.stage, now.merged_into) == (Stage.CLOSED, heir.number)
    shown = office.judged(await tanaka.types("/case", twin.number)).json
    assert f"{heir.number} に統合" in visible(shown["blocks"])


async def another(office: Office, like: Case, citizen: bool = True) -> Case:
    """A second case, of the same citizen or of nobody known."""
    async with office.db.transaction() as session:
        whose = like.citizen_id if citizen else None
        proposal = Proposal(citizen_id=whose, channel="line", state="sent", created_at=NOW, updated_at=NOW, sent_at=NOW)
        session.add(proposal)
        await session.flush()
        return await received.open_case(session, proposal, {"overview": "福祉"}, by="citizen", now=NOW)


async def test_a_wrong_number_is_said_at_its_field(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.merge", case.number)

    itself = office.judged(await fill(tanaka, opened(office), into=case.number)).json
    nobody = office.judged(await fill(tanaka, opened(office), into="2026-0999")).json

    assert "同じ番号" in itself["errors"]["into"]
    assert "見つかりません" in nobody["errors"]["into"]
    assert (await office.now(case)).stage == Stage.RECEIVED


async def test_words_for_the_merged_case_stand_in_the_other_thread(office: Office) -> None:
    twin = await office.case()
    heir = await another(office, twin)
    async with office.db.transaction() as session:
        await merging.merge(session, twin.number, into=heir.number, other_citizen=False, by="U0TANAKA", now=NOW)
        case = await session.get_one(Case, twin.id)
        await heard.citizen_wrote(session, case, ["場所が決まりました"], key="line:9", now=NOW)

    (row,) = await queued(office, "citizen_wrote_merged")
    assert (row.conv, row.payload["merged"]) == (f"case:{heir.id}", twin.number)
    assert words.NOTE["citizen_wrote_merged"]


# ── limits


@SLOWLY
@given(CASES, TEXT, st.sampled_from([key for key, _, _ in words.reception.DOORS]))
def test_every_modal_is_one_slack_takes(conformance: ModuleType, view: Any, text: str, door: str) -> None:
    for modal in (
        reception.ask(view),
        reception.ask_preview(view.number, "members", text[:3000] or "x"),
        reception.refer(replace(view, ward=(view.ward or "")[:50]), door),
        reception.merge(view.number, view.number),
        modals.intake(("市全域",), text),
    ):
        modal_fits(conformance, modal)
