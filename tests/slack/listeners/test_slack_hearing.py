"""The date of the hearing and its notes, filled in by people in Slack."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.desk.consultation import staffing
from bot.desk.consultation.hearing import briefing
from bot.desk.consultation.hearing.briefing import PARTS
from bot.desk.consultation.intake import received
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.desk.record.work import Work
from bot.slack import words
from bot.slack.card import card
from bot.slack.drawing import hearing as drawing
from bot.slack.kit.blocks import visible
from bot.slack.posts import POSTS
from storage.models import Case, Meeting, MeetingKind, MeetingState, OutboxRow, Role, Stage
from tests.slack.any_case import CASES, STAFF, TEXT, a_case, fits, modal_fits
from tests.slack.cases import sees
from tests.slack.person import Person
from tests.slack.slack_office import NOW, Office, Shelf
from tests.slack.whole_forms import fill, opened

SLOWLY = settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
TIMES = [NOW + timedelta(days=n, hours=2) for n in (7, 8, 9)]
STATES = (MeetingState.PROPOSED, MeetingState.FIXED, MeetingState.HELD, MeetingState.CANCELLED)


async def briefed(office: Office, *, on_line: bool = True) -> tuple[Case, Person]:
    case, tanaka = await office.case(on_line), await office.staff("U0TANAKA")
    await office.staff("U0SATO")
    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)
        await staffing.join(session, case.number, by="U0SATO", now=NOW)
        await briefing.check(session, case.number, ticked=list(PARTS), seen=(), reason="", by="U0SATO", now=NOW)
    return case, tanaka


async def meets(office: Office, who: Person, case: Case, **values: Any) -> Any:
    """Open the modal and fill it in; what we answered, judged."""
    await who.presses("case.meet", case.number)
    answer = office.judged(await fill(who, opened(office), **values))
    return answer.json if answer.body else None


async def offers(office: Office, who: Person, case: Case, *times: datetime) -> Any:
    given = {f"option{n}": time for n, time in enumerate(times or TIMES, 1)}
    return await meets(office, who, case, place="協働ラボ", **given)


async def fixes(office: Office, who: Person, case: Case) -> Any:
    return await meets(office, who, case, how="agree", option1=TIMES[0], place="協働ラボ")


async def queued(office: Office, dest: str) -> list[str]:
    async with office.db.reading() as session:
        found = select(OutboxRow).where(OutboxRow.dest == dest).order_by(col(OutboxRow.id))
        return [row.payload.get("say") or row.kind for row in (await session.exec(found)).all()]


def a_meeting(state: str, **more: Any) -> Meeting:
    made = {"id": 7, "case_id": 1, "kind": MeetingKind.HEARING, "state": state, "by": "U1", "at": NOW}
    times = {"options": [time.isoformat() for time in TIMES]}
    times |= {"starts_at": TIMES[0]} if state in (MeetingState.FIXED, MeetingState.HELD) else {}
    return Meeting(**{**made, **times, **more})


async def test_three_dates_go_to_the_citizen(office: Office) -> None:
    case, tanaka = await briefed(office)

    assert await offers(office, tanaka, case) is None

    meeting = (await sees(office, case)).work.meetings[-1]
    assert (meeting.state, len(meeting.options), meeting.place) == ("proposed", 3, "協働ラボ")
    assert "hearing_dates" in await queued(office, "line")
    assert "候補を送付済み" in visible(card.case_card(await sees(office, case), []))


async def test_each_time_that_cannot_be_kept_is_refused_at_its_field(office: Office) -> None:
    case, tanaka = await briefed(office)

    refused = await offers(office, tanaka, case, NOW - timedelta(days=1), TIMES[0], NOW + timedelta(days=1, hours=9))

    assert set(refused["errors"]) == {"option1", "option3"}
    assert "もう過ぎて" in refused["errors"]["option1"]
    assert "9:00〜20:00" in refused["errors"]["option3"]
    assert (await sees(office, case)).work.meetings == ()


async def test_without_the_briefing_the_reason_is_asked_for_by_name(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.claim", case.number)

    refused = await offers(office, tanaka, case)
    assert "「事前資料」" in refused["errors"]["reason"]
    assert await meets(office, tanaka, case, option1=TIMES[0], place="協働ラボ", reason="急ぎ") is None

    assert [e.waived for e in (await sees(office, case)).evidence] == ["急ぎ"]


async def test_a_date_agreed_by_phone_stands_at_once(office: Office) -> None:
    case, tanaka = await briefed(office, on_line=False)
    await tanaka.presses("case.meet", case.number)
    fields = {block["block_id"] for block in opened(office)["blocks"] if block["type"] == "input"}
    assert fields == {"how", "option1", "place", "remark", "reason"}

    assert await fixes(office, tanaka, case) is None

    assert "確定 6月22日(月) 14:00　協働ラボ" in visible(card.case_card(await sees(office, case), []))
    assert await queued(office, "line") == []


async def test_a_date_is_called_off_in_the_same_modal(office: Office) -> None:
    case, tanaka = await briefed(office)
    await offers(office, tanaka, case)

    assert await meets(office, tanaka, case, how="cancel", reason="体調") is None

    assert (await sees(office, case)).work.meetings[-1].state == MeetingState.CANCELLED
    assert "hearing_cancelled" in await queued(office, "line")


async def test_a_modal_that_was_open_meanwhile_says_so_and_keeps_what_was_typed(office: Office) -> None:
    case, tanaka = await briefed(office)
    sato = office.stranger("U0SATO")
    await sato.presses("case.meet", case.number)
    old = opened(office)
    await fixes(office, tanaka, case)

    late = office.judged(await fill(sato, old, option1=TIMES[1], place="電話")).json

    assert late["response_action"] == "push"  # over the modal, whose fields stay
    assert "<@U0TANAKA>" in str(late["view"])
    assert len((await sees(office, case)).work.meetings) == 1


async def test_notes_are_written_from_the_card(office: Office) -> None:
    case, tanaka = await briefed(office)
    await fixes(office, tanaka, case)

    await tanaka.presses("hearing.notes", case.number)
    form = opened(office)
    assert "■ 分かったこと" in str(form)
    cleared = office.judged(await fill(tanaka, form, text="駅前の空き店舗が候補", show=["show"])).json

    assert cleared == {"response_action": "clear"}
    assert "記録済み" in visible(card.case_card(await sees(office, case), []))
    assert "hearing_notes" in await queued(office, "line")
    assert "hearing_noted" in await queued(office, "slack")


async def test_the_modal_of_the_date_leads_to_the_notes(office: Office) -> None:
    case, tanaka = await briefed(office)
    await fixes(office, tanaka, case)
    await tanaka.presses("case.meet", case.number)
    assert "記録を書く" in visible(opened(office)["blocks"])

    shown = {"view": opened(office) | {"id": "V1"}, "container": {"type": "view", "view_id": "V1"}, "channel": None}
    office.judged(await tanaka.presses("hearing.notes", case.number, **shown))

    assert office.slack.calls[-1].method == "views.push"


async def test_the_untouched_template_is_refused(office: Office) -> None:
    case, tanaka = await briefed(office)
    await fixes(office, tanaka, case)
    await tanaka.presses("hearing.notes", case.number)

    refused = office.judged(await fill(tanaka, opened(office))).json

    assert "まだ書かれていません" in refused["errors"]["text"]


async def test_notes_before_a_date_explain_themselves(office: Office) -> None:
    case, tanaka = await briefed(office)

    office.judged(await tanaka.presses("hearing.notes", case.number))

    assert "まだ決まっていません" in office.slack.of("chat.postEphemeral")[-1]["text"]


@pytest.mark.parametrize("action_id", ["case.meet", "hearing.notes"])
async def test_city_staff_hear_whose_it_is(office: Office, action_id: str) -> None:
    case, _ = await briefed(office)
    city = await office.staff("U0CITY", Role.CITY_STAFF)

    office.judged(await city.presses(action_id, case.number))

    assert "コーディネーター" in office.slack.of("chat.postEphemeral")[-1]["text"]


async def test_after_the_date_the_thread_asks_for_the_notes(office: Office, conformance: ModuleType) -> None:
    case, tanaka = await briefed(office)
    await fixes(office, tanaka, case)

    async with office.db.reading() as session:
        text, blocks = await POSTS["hearing_notes_wanted"](session, Shelf(), {"case": case.id})

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": text, "blocks": blocks})
    assert "6月22日(月) 14:00" in visible(blocks)
    assert blocks[-1]["elements"][0]["action_id"] == "hearing.notes"


@SLOWLY
@given(CASES, st.sampled_from(STATES), TEXT, st.sampled_from(Reach), STAFF)
def test_whatever_was_written_fits(
    conformance: ModuleType, view: CaseView, state: str, text: str, reach: Reach, main: str | None
) -> None:
    meeting = a_meeting(state, place=text[:300], agenda=text, minutes=text)
    view = replace(view, work=Work(meetings=(meeting,)), reach=reach, main=main)

    for modal in (drawing.meet(view), drawing.notes(view)):
        modal_fits(conformance, modal)
    blocks = card.case_card(view, [])
    fits(conformance, "chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})
    assert len(visible(drawing.on_card(view))) < 200


@pytest.mark.parametrize(
    ("state", "line", "button"),
    [
        (MeetingState.PROPOSED, "候補を送付済み", False),
        (MeetingState.FIXED, "確定 6月22日(月) 14:00　協働ラボ", True),
        (MeetingState.HELD, "記録済み", False),
        (MeetingState.CANCELLED, "", False),
    ],
)
def test_the_card_says_where_the_date_stands(state: str, line: str, button: bool) -> None:
    view = a_case(work=Work(meetings=(a_meeting(state, place="協働ラボ"),)))

    drawn = drawing.on_card(view)

    assert line in visible(drawn)
    assert (words.BUTTON["hearing.notes"] in visible(drawn)) is button
    assert drawing.on_card(replace(view, stage=Stage.REALISATION)) == []
