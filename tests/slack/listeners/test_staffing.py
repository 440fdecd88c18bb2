"""Who takes a case, in Slack: suggestions with why, asking and giving, one's own profile, absence, the timer."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.desk.consultation.intake import received
from bot.desk.record.sight import HistoryLine
from bot.desk.team import absence, staff, team
from bot.desk.team.suggestions import Suggestion
from bot.slack.card.card import case_card
from bot.slack.drawing import staffing
from bot.slack.kit.blocks import visible
from bot.when import TOKYO
from storage.models import Audience, Case, OutboxRow, Role, Staff, Stage
from tests.slack.any_case import AT, CASES, TEXT, a_case, fits, modal_fits
from tests.slack.post import Post
from tests.slack.slack_office import NOW, Office
from tests.slack.whole_forms import buttons, fill, opened, press_in

SLOWLY = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
FRIDAY = NOW.astimezone(TOKYO).replace(hour=0) + timedelta(days=5)  # the end of Friday 19 June


async def with_a_choice(office: Office) -> Case:
    """A case and two colleagues, one of whom knows its ward."""
    await office.staff("U0TANAKA")
    await office.staff("U0SATO")
    async with office.db.transaction() as session:
        await staff.describe(session, "U0SATO", wards=["鶴見区"], themes=["高齢者・福祉"], affiliation="みなとの会")
    return await office.case()


async def direct(office: Office) -> list[OutboxRow]:
    async with office.db.reading() as session:
        rows = await session.exec(select(OutboxRow).where(OutboxRow.kind == "direct").order_by(col(OutboxRow.id)))
        return list(rows.all())


async def test_a_coordinator_sees_three_with_why_and_asks_one(office: Office) -> None:
    case = await with_a_choice(office)
    tanaka = await office.staff("U0TANAKA")

    await tanaka.presses("case.assign", case.number)

    form = opened(office)
    shown = visible(form["blocks"])
    assert "みなとの会" in shown
    assert "テーマ「高齢者・福祉」・鶴見区に詳しい・いま担当 0 件" in shown
    assert [one["value"] for one in buttons(form, "assign.recommend")] == [f"{case.number}:U0SATO"]  # not oneself
    assert buttons(form, "assign.main") == []
    await press_in(office, tanaka, form, "assign.recommend")
    assert "本人に知らせました" in visible(opened(office)["blocks"])
    assert [row.payload["to"] for row in await direct(office)] == ["U0SATO"]


async def test_who_is_asked_takes_it_or_says_no_in_the_same_message(office: Office) -> None:
    case, mail = await with_a_choice(office), Post(office, NOW)
    tanaka, sato = await office.staff("U0TANAKA"), await office.staff("U0SATO")
    await tanaka.presses("case.assign", case.number)
    await press_in(office, tanaka, opened(office), "assign.recommend")
    for _ in range(3):
        await mail.goes(after=2)

    (asked,) = [m for m in office.slack.messages if m["channel"] == "U0SATO"]
    labels = {e["action_id"]: e["value"] for b in asked["blocks"] for e in b.get("elements", []) if "action_id" in e}
    assert labels == {"case.claim": case.number, "assign.decline": case.number}
    now = await office.now(case)
    assert f"https://slack.com/archives/{now.channel_id}/p{(now.card_ts or '').replace('.', '')}" in str(asked)
    assert "山田花子" not in str(asked)

    await sato.presses("assign.decline", case.number)
    office.judged(await fill(sato, opened(office), reason="今月は手いっぱいです"))
    await mail.goes(after=2)

    assert "今月は手いっぱいです" in visible(office.slack.messages[-1]["blocks"])
    await sato.presses("case.claim", case.number)
    assert (await office.now(case)).main == "U0SATO"


async def test_a_lead_gives_the_place_and_the_person_is_told(office: Office) -> None:
    case, mail = await with_a_choice(office), Post(office, NOW)
    lead = await office.staff("U0LEAD", Role.LEAD)
    await lead.presses("case.assign", case.number)
    form = opened(office)
    assert buttons(form, "assign.sub") == []  # there is no sub without a main

    await press_in(office, lead, form, "assign.main")
    assert (await office.now(case)).main == "U0SATO"
    assert "メインをお願いしました" in visible(opened(office)["blocks"])
    await press_in(office, lead, form, "assign.main", 1)  # from the same, now old picture
    assert "すでに担当" in visible(opened(office)["blocks"])

    await lead.presses("case.assign", case.number)
    await press_in(office, lead, opened(office), "assign.sub")
    assert (await office.now(case)).sub
    for _ in range(8):
        await mail.goes(after=2)
    told = [m for m in office.slack.messages if m["channel"] == "U0SATO"]
    assert f"{case.number}（②ヒアリング）のメインになりました" in visible(told[0]["blocks"])


async def test_a_coordinator_who_presses_a_lead_s_button_gives_nothing(office: Office) -> None:
    case = await with_a_choice(office)
    tanaka = await office.staff("U0TANAKA")

    await tanaka.presses("assign.main", f"{case.number}:U0SATO")

    assert (await office.now(case)).main is None
    assert "リーダー" in office.slack.of("chat.postEphemeral")[-1]["text"]


async def test_a_full_team_offers_nobody(office: Office) -> None:
    case = await with_a_choice(office)
    lead = await office.staff("U0LEAD", Role.LEAD)
    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)
        await team.join(session, case.number, by="U0SATO", now=NOW)

    await lead.presses("case.assign", case.number)

    assert "引き継ぐ" in visible(opened(office)["blocks"])
    assert "assign.sub" not in str(opened(office))


# ── one's own profile, and being away


async def test_somebody_says_what_they_know(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.assign", case.number)

    await press_in(office, tanaka, opened(office), "staff.profile")
    form = opened(office)
    office.judged(await fill(tanaka, form, wards=["鶴見区", "西区"], themes=["防災・防犯"], affiliation="みなとの会"))
    await tanaka.presses("staff.profile", case.number)

    async with office.db.reading() as session:
        me = await session.get_one(Staff, "U0TANAKA")
    assert (me.wards, me.themes, me.affiliation) == (["鶴見区", "西区"], ["防災・防犯"], "みなとの会")
    assert "initial_options" in str(opened(office))


async def test_somebody_is_away_to_the_end_of_a_day_and_back(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.claim", case.number)
    await tanaka.presses("case.assign", case.number)
    await press_in(office, tanaka, opened(office), "staff.away")

    said = office.judged(await fill(tanaka, opened(office), until="2026-06-19")).json

    assert "6月19日(金)" in visible(said["view"]["blocks"])
    async with office.db.reading() as session:
        assert await absence.away(session, ["U0TANAKA"], NOW) == {"U0TANAKA": FRIDAY}
    await tanaka.presses("staff.away", case.number)
    form = opened(office)
    assert form["blocks"][0]["element"]["initial_date"] == "2026-06-19"
    form["blocks"][0]["element"].pop("initial_date")
    office.judged(await fill(tanaka, form))
    async with office.db.reading() as session:
        assert await absence.away(session, ["U0TANAKA"], NOW) == {}


async def test_a_lead_says_it_of_somebody_who_has_fallen_ill(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    mori = await office.staff("U0MORI", Role.LEAD)
    await tanaka.presses("case.claim", case.number)
    await mori.presses("staff.away", case.number)
    form = opened(office)

    said = office.judged(await fill(mori, form, until="2026-06-19", who="U0TANAKA")).json

    assert "6月19日(金)" in visible(said["view"]["blocks"])
    async with office.db.reading() as session:
        assert await absence.away(session, ["U0TANAKA", "U0MORI"], NOW) == {"U0TANAKA": FRIDAY}

    other = office.judged(await fill(tanaka, form, until="2026-06-19", who="U0MORI")).json
    assert "リーダーと管理者" in str(other)
    async with office.db.reading() as session:
        assert await absence.away(session, ["U0MORI"], NOW) == {}


async def test_a_day_that_is_over_is_refused_at_its_field(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("staff.away", case.number)

    said = office.judged(await fill(tanaka, opened(office), until="2026-06-14")).json

    assert "今日か" in said["errors"]["until"]


@pytest.mark.parametrize("name", ["staff.away", "staff.profile"])
async def test_a_stranger_has_no_profile(office: Office, name: str) -> None:
    await office.stranger().presses(name, "2026-0001")

    assert office.slack.of("views.open") == []
    assert "登録されていません" in office.slack.of("chat.postEphemeral")[0]["text"]


# ── the card


async def test_the_card_is_drawn_with_the_waiting_time_and_who_acts(office: Office) -> None:
    case = await with_a_choice(office)
    mail = Post(office, NOW + timedelta(hours=3))

    await mail.goes()
    card = office.slack.messages[0]
    assert "受付から 3 時間（開館時間）" in visible(card["blocks"][:2])

    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=mail.now)
        await team.join(session, case.number, by="U0SATO", now=mail.now)
        await absence.set_away(session, "U0TANAKA", FRIDAY, by="U0TANAKA", now=mail.now)
    await mail.goes(after=1)
    drawn = office.slack.of("chat.update")[-1]["blocks"]
    assert "サブが代行中" in visible(drawn)
    assert {"type": "user", "user_id": "U0SATO"} in drawn[1]["elements"][0]["elements"]
    assert "6月19日(金) の終わりまで不在" in visible(drawn)


@pytest.mark.parametrize(("minutes", "said"), [(0, "0 分"), (59, "59 分"), (60, "1 時間"), (185, "3 時間")])
def test_the_waiting_time_is_in_plain_words(minutes: int, said: str) -> None:
    view = a_case(stage=Stage.RECEIVED, main=None)

    assert f"受付から {said}（開館時間）" in visible(staffing.as_of(view, AT + timedelta(minutes=minutes), {}))


def test_the_waiting_time_goes_by_the_calendar_of_the_ward(rests: Callable[[str, str], None]) -> None:
    rests("鶴見区", "2026-06-16")
    here, there = (a_case(stage=Stage.RECEIVED, main=None, ward=ward) for ward in ("鶴見区", "港北区"))

    shown = [visible(staffing.as_of(view, AT + timedelta(days=1), {})) for view in (here, there)]

    assert "受付から 8 時間（開館時間）" in shown[0]
    assert "受付から 11 時間（開館時間）" in shown[1]


def test_after_a_release_the_card_counts_from_there() -> None:
    left = HistoryLine(AT + timedelta(days=1), "U1", "release", {"main": "U1"}, {"main": None}, (), Audience.CITIZEN)
    view = a_case(main=None, history=(left,))

    assert "前の担当が外れてから 2 時間" in visible(staffing.as_of(view, left.at + timedelta(hours=2), {}))


@pytest.mark.parametrize(
    ("changes", "away", "said"),
    [
        ({"sub": "U0SATO"}, {}, ""),
        ({"sub": "U0SATO"}, {"U0TANAKA": FRIDAY}, "サブが代行中"),
        ({"sub": "U0SATO"}, {"U0TANAKA": FRIDAY, "U0SATO": FRIDAY}, "代行する人がいません"),
        ({}, {"U0TANAKA": FRIDAY}, "代行する人がいません"),
        ({"sub": "U0SATO"}, {"U0SATO": FRIDAY}, ""),
        ({"sub": "U0SATO", "stage": Stage.CLOSED}, {"U0TANAKA": FRIDAY}, ""),
    ],
)
def test_the_card_says_who_acts(changes: dict[str, Any], away: dict[str, Any], said: str) -> None:
    lines = visible(staffing.as_of(a_case(**changes), NOW, away))

    assert said in lines
    assert bool(lines) is bool(said)


def test_a_card_without_a_clock_says_nothing_of_the_hour() -> None:
    assert "担当待ち" not in visible(case_card(a_case(main=None), []))


# ── limits


@SLOWLY
@given(CASES, TEXT, st.booleans())
def test_every_modal_and_message_is_one_slack_takes(conformance: ModuleType, view: Any, text: str, leads: bool) -> None:
    some = [Suggestion(f"U000{n}", text, text, text, 99_999, 99_999, True, 1.0) for n in range(3)]
    for modal in (
        staffing.assign(view, some, by="U0000", leads=leads),
        staffing.assign(view, [], by="U0000", leads=leads),
        staffing.decline(view.number),
        staffing.profile(["市全域", "鶴見区"], ["福祉"], {"wards": ["鶴見区"]}, text),
        staffing.away("2026-12-01", leads=leads),
    ):
        modal_fits(conformance, modal)
    for blocks in (staffing.seated(view, "sub"), staffing.asked_alone(view, "U0001")):
        fits(conformance, "chat.postMessage", {"channel": "U1", "text": "x", "blocks": blocks})
