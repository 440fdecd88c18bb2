"""④ the place for dialogue: its form, its invitations, its minutes, through the signed door."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.desk.consultation.realisation.minutes import TEMPLATE
from bot.desk.record.telling import Reach
from bot.desk.record.work import Work
from bot.slack import words
from bot.slack.card import card
from bot.slack.drawing import dialogue as drawing
from bot.slack.kit.blocks import visible
from bot.slack.posts import POSTS
from storage.models import (
    Answer,
    Case,
    Invitation,
    Meeting,
    MeetingKind,
    MeetingState,
    OutboxRow,
    Stage,
    Stakeholder,
    StakeholderState,
)
from tests.slack.any_case import TEXT, a_case, fits, modal_fits
from tests.slack.cases import in_stage, said, sees, whispers
from tests.slack.fields import fields
from tests.slack.person import Person
from tests.slack.slack_office import NOW, Office
from tests.slack.whole_forms import fill, opened, press_in

SLOWLY = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
STARTS = NOW + timedelta(days=7)  # a Monday at noon
GIVEN = {"starts": STARTS, "place": "協働ラボ", "agenda": "会場のこと", "staff": ["U0TANAKA", "U0SATO", "U0OUTSIDE"]}


async def sets(office: Office, **values: Any) -> tuple[Case, Person]:
    """A case in ④ with a dialogue set by its main."""
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.dialogue", case.number)
    assert (await fill(tanaka, opened(office), **(GIVEN | values))).body == b""
    return case, tanaka


async def invitation(office: Office, who: str) -> tuple[str, list[dict[str, Any]]]:
    """The newest message to one person, drawn as it goes out."""
    async with office.db.reading() as session:
        found = select(OutboxRow).where(OutboxRow.conv == f"direct:{who}").order_by(col(OutboxRow.id).desc())
        payload = (await session.exec(found)).first().payload
        return await POSTS[payload["say"]](session, None, payload)  # type: ignore[arg-type]


async def answers(office: Office, who: str, action_id: str) -> None:
    """Press a button under the invitation in one's direct messages."""
    _, blocks = await invitation(office, who)
    value = blocks[-1]["elements"][0]["value"]
    place = {"channel": {"id": "D1", "name": "directmessage"}, "message": {"ts": "5.1", "text": "x"}}
    office.judged(await Person(office.app, who).presses(action_id, value, **place))


async def rsvp(office: Office, case: Case) -> dict[str, str | None]:
    work = (await sees(office, case)).work
    return {one.who: one.answer for one in work.invited(work.meetings[-1])}


async def test_a_dialogue_is_set_and_people_are_asked_alone(office: Office) -> None:
    case, tanaka = await in_stage(office)
    office.judged(await tanaka.presses("case.dialogue", case.number))
    form = opened(office)
    assert fields(form)["staff"]["element"]["initial_users"] == ["U0TANAKA"]
    assert words.dialogue.NOT_SET in visible(form["blocks"])

    assert (await fill(tanaka, form, **GIVEN)).body == b""

    assert {"dialogue_invited", "dialogue_set", "card"} <= set(await said(office))
    text, blocks = await invitation(office, "U0OUTSIDE")
    assert office.conformance.slack_call("chat.postMessage", {"channel": "D1", "text": text, "blocks": blocks}) == []
    assert "日時　6月22日(月) 12:00\n場所　協働ラボ\n議題　会場のこと" in visible(blocks)
    assert [one["text"]["text"] for one in blocks[-1]["elements"]] == ["参加", "不参加", "未定"]
    line = visible(card.case_card(await sees(office, case), []))
    assert "対話の場　6月22日(月) 12:00　協働ラボ" in line
    assert "参加1　返事待ち3" in line  # its main, who set it; three wait: two people and the citizen


async def test_whoever_was_asked_answers_a_member_of_staff_or_not(office: Office) -> None:
    case, _ = await sets(office)

    await answers(office, "U0OUTSIDE", "dialogue.yes")
    await answers(office, "U0SATO", "dialogue.no")
    await answers(office, "U0SATO", "dialogue.maybe")

    assert await rsvp(office, case) == {
        "U0TANAKA": "yes", "U0SATO": "maybe", "U0OUTSIDE": "yes", "citizen": None,
    }  # fmt: skip
    update = office.slack.of("chat.update")[-1]
    assert (update["channel"], update["ts"]) == ("D1", "5.1")
    assert "✓ 未定" in visible(update["blocks"])
    assert "「未定」と記録しました" in whispers(office)[-1]


async def test_an_answer_counts_though_slack_cannot_show_it(office: Office) -> None:
    case, _ = await sets(office)
    office.slack.troubles["chat.update"] = ["message_not_found"]

    await answers(office, "U0SATO", "dialogue.yes")

    assert (await rsvp(office, case))["U0SATO"] == "yes"
    assert words.BUG not in whispers(office)


async def test_who_was_not_asked_is_told_and_nothing_changes(office: Office) -> None:
    case, _ = await sets(office)
    _, blocks = await invitation(office, "U0SATO")
    before = await rsvp(office, case)

    office.judged(await office.stranger().presses("dialogue.yes", blocks[-1]["elements"][0]["value"]))
    office.judged(await office.stranger().presses("dialogue.yes", "2026-0001"))

    assert "招かれていない" in whispers(office)[0]
    assert "取りやめ" in whispers(office)[1]
    assert await rsvp(office, case) == before


async def test_a_time_outside_the_hours_is_said_at_its_field(office: Office) -> None:
    case, tanaka = await in_stage(office)
    await tanaka.presses("case.dialogue", case.number)

    for starts in (NOW - timedelta(days=1), STARTS + timedelta(hours=10)):
        answer = office.judged(await fill(tanaka, opened(office), **(GIVEN | {"starts": starts}))).json
        assert list(answer["errors"]) == ["starts"]
    answer = office.judged(await fill(tanaka, opened(office), **(GIVEN | {"place": "その他"}))).json
    assert list(answer["errors"]) == ["detail"]

    assert (await sees(office, case)).work.meetings == ()


async def test_an_old_invitation_is_no_answer_to_a_new_time(office: Office) -> None:
    case, tanaka = await sets(office)
    _, blocks = await invitation(office, "U0SATO")
    old = blocks[-1]["elements"][0]["value"]
    await tanaka.presses("case.dialogue", case.number)
    form = opened(office)
    assert fields(form)["place"]["element"]["initial_option"]["value"] == "協働ラボ"
    await fill(tanaka, form, starts=STARTS + timedelta(days=1), place="オンライン", detail="https://example.jp/r")

    office.judged(await Person(office.app, "U0SATO").presses("dialogue.yes", old))

    assert "日時が変わりました" in whispers(office)[-1]
    assert (await rsvp(office, case))["U0SATO"] is None
    _, blocks = await invitation(office, "U0SATO")
    assert "予定が変わりました" in visible(blocks)
    assert "オンライン（https://example.jp/r）" in visible(blocks)
    await answers(office, "U0SATO", "dialogue.yes")
    assert (await rsvp(office, case))["U0SATO"] == "yes"


async def test_parties_are_asked_by_a_coordinator_who_writes_their_answer(office: Office) -> None:
    case, tanaka = await in_stage(office, on_line=False)
    async with office.db.transaction() as session:
        party = Stakeholder(case_id=case.id, name="商店会", state=StakeholderState.ASKED, by="U1", at=NOW)
        session.add(party)
    await tanaka.presses("case.dialogue", case.number)
    form = opened(office)
    assert words.dialogue.CITIZEN_TOO[False][:8] in visible(form["blocks"])
    await fill(tanaka, form, **GIVEN, parties=[str(party.id)])

    await tanaka.presses("case.dialogue", case.number)
    form = opened(office)
    key = f"answer.stakeholder:{party.id}"
    await fill(tanaka, form, **{key: "yes", "answer.citizen": "no"})

    found = await rsvp(office, case)
    assert (found[f"stakeholder:{party.id}"], found["citizen"]) == ("yes", "no")
    await tanaka.presses("case.dialogue", case.number)
    assert "商店会" in visible(opened(office)["blocks"])


async def test_it_is_called_off_in_the_form_and_everybody_hears(office: Office) -> None:
    case, tanaka = await sets(office)
    await tanaka.presses("case.dialogue", case.number)

    await press_in(office, tanaka, opened(office), "dialogue.cancel")

    assert "取りやめました" in visible(opened(office)["blocks"])
    assert (await said(office)).count("dialogue_cancelled") == 4  # thread, two people, the citizen
    assert "対話の場　" not in visible(card.case_card(await sees(office, case), []))


async def test_the_minutes_end_it_and_the_homework_is_planned(office: Office) -> None:
    case, tanaka = await sets(office)
    await tanaka.presses("case.dialogue", case.number)
    await press_in(office, tanaka, opened(office), "dialogue.minutes")
    form = opened(office)
    assert fields(form)["minutes"]["element"]["initial_value"] == TEMPLATE

    refused = office.judged(await fill(tanaka, form)).json
    assert "何も書かれていません" in str(refused["errors"])
    text = TEMPLATE.replace("決まったこと\n・", "決まったこと\n・月1回開く") + "会場を予約する"
    done = office.judged(await fill(tanaka, form, minutes=text)).json
    assert done == {"response_action": "clear"}

    view = await sees(office, case)
    assert [task.title for task in view.work.tasks] == ["会場を予約する"]
    assert "6月22日(月) 12:00 に開きました" in visible(card.case_card(view, []))
    assert "dialogue" not in {need.key for need in view.lacking}
    await tanaka.presses("case.dialogue", case.number)
    assert "前回　6月22日(月) 12:00" in visible(opened(office)["blocks"])
    await press_in(office, tanaka, opened(office), "dialogue.minutes")
    again = fields(opened(office))
    assert again["minutes"]["element"]["initial_value"] == text
    assert "initial_options" not in again["to_plan"]["element"]


@pytest.mark.parametrize(
    ("chosen", "detail", "text"),
    [
        ("協働ラボ", "", "協働ラボ"),
        ("オンライン", "https://example.jp/a（1）", "オンライン（https://example.jp/a（1））"),
        ("その他", "自治会館", "自治会館"),
    ],
)
def test_a_place_is_read_back_as_it_was_chosen(chosen: str, detail: str, text: str) -> None:
    assert drawing.place_given(chosen, detail) == text
    assert drawing._place(text) == (chosen, detail)


# ── what people write


MEETINGS = st.builds(
    Meeting, id=st.just(7), case_id=st.just(1), kind=st.just(MeetingKind.DIALOGUE), state=st.sampled_from(MeetingState),
    starts_at=st.none() | st.just(STARTS), place=TEXT, agenda=TEXT, minutes=TEXT, by=st.just("U1"), at=st.just(NOW),
)  # fmt: skip


@SLOWLY
@given(MEETINGS, TEXT, st.sampled_from([None, *Answer]))
def test_slack_takes_every_form_and_invitation(
    conformance: ModuleType, meeting: Meeting, name: str, answer: str | None
) -> None:
    party = Stakeholder(id=3, case_id=1, name=name, state=StakeholderState.ASKED, by="U1", at=NOW)
    who = ("U0TANAKA", "citizen", "stakeholder:3", "stakeholder:99")
    asked = tuple(Invitation(id=n, meeting_id=7, who=one, answer=answer, at=NOW) for n, one in enumerate(who))
    view = replace(
        a_case(stage=Stage.REALISATION, reach=Reach.NONE),
        work=Work(meetings=(meeting,), invitations=asked, stakeholders=(party,)),
    )

    modal_fits(conformance, drawing.form(view))
    modal_fits(conformance, drawing.minutes(view, meeting))
    assert len(visible(drawing.on_card(view))) < 200
    for say in ("dialogue_invited", "dialogue_changed"):
        blocks = drawing.invitation(say, "2026-0042", meeting, answer)
        fits(conformance, "chat.postMessage", {"channel": "D1", "text": "x", "blocks": blocks})


def test_a_form_opened_on_a_day_shows_the_time_it_was_set_for() -> None:
    meeting = Meeting(
        id=7, case_id=1, kind="dialogue", state="fixed", starts_at=STARTS, place="協働ラボ", by="U1", at=NOW
    )
    view = replace(a_case(stage=Stage.REALISATION), work=Work(meetings=(meeting,)))

    picker = fields(drawing.form(view))["starts"]["element"]

    assert datetime.fromtimestamp(picker["initial_date_time"], NOW.tzinfo) == STARTS
