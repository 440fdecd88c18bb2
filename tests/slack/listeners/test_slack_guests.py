"""Somebody from outside is asked into one case: what they get, what they may press, and when it ends."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.desk.consultation import staffing
from bot.desk.consultation.direction import hypotheses
from bot.desk.consultation.guests import Pack
from bot.desk.consultation.publishing import closing
from bot.desk.record.sight import CaseView
from bot.desk.record.work import Work
from bot.slack import words
from bot.slack.card import card
from bot.slack.drawing import guests as drawing
from bot.slack.kit.blocks import visible
from bot.slack.posts import POSTS
from storage.models import QUESTIONS, Case, Guest, Hypothesis, OutboxRow, Stage
from tests.slack.any_case import CASES, TEXT, fits
from tests.slack.cases import sees, whispers
from tests.slack.person import CHANNEL, Answer, Person
from tests.slack.slack_office import NOW, Office, Shelf
from tests.slack.whole_forms import fill, opened, press_in

SLOWLY = settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
GUEST = "U0GUEST"
ASKED = {"guest": GUEST, "organisation": "経済局商業振興課", "asked": "家賃補助の対象になるでしょうか"}
PRIVATE = ("山田花子", "045-000-0000", "L1")


async def a_case(office: Office, **answers: str) -> tuple[Case, Person]:
    case, tanaka = await office.case(**answers), await office.staff("U0TANAKA")
    await office.staff("U0SATO")
    await tanaka.presses("case.claim", case.number)
    async with office.db.transaction() as session:
        await staffing.join(session, case.number, by="U0SATO", now=NOW)
    return case, tanaka


async def invites(office: Office, who: Person, case: Case, **more: Any) -> Answer:
    await who.presses("case.invite", case.number)
    return office.judged(await fill(who, opened(office), **(ASKED | more)))


async def told(office: Office) -> tuple[str, list[dict[str, Any]]]:
    """The message the guest got, as it was drawn and held against Slack's rules."""
    async with office.db.reading() as session:
        rows = await session.exec(select(OutboxRow).where(OutboxRow.kind == "direct").order_by(col(OutboxRow.id)))
        (row,) = [row for row in rows.all() if row.payload["say"] == "guest_invited"]
        text, blocks = await POSTS["guest_invited"](session, Shelf(), row.payload)
    fits(office.conformance, "chat.postMessage", {"channel": GUEST, "text": text, "blocks": blocks})
    return text, blocks


async def test_a_guest_gets_the_pack_without_personal_data(office: Office) -> None:
    case, tanaka = await a_case(office)

    assert (await invites(office, tanaka, case)).body == b""

    text, blocks = await told(office)
    shown = visible(blocks)
    for known in (case.number, "②ヒアリング", "鶴見区", "福祉", ASKED["asked"], "【見本】商店街のこども食堂"):
        assert known in text + shown
    for unknown in (*PRIVATE, "空き店舗で子ども食堂", "孤食が多い"):
        assert unknown not in text + str(blocks)
    assert [e["action_id"] for e in blocks[-1]["elements"]] == ["guest.look", "guest.write", "guest.decline"]
    assert "関係者 1名：" in visible(card.case_card(await sees(office, case), []))


async def test_the_answers_are_in_no_message_and_covered_in_the_window(office: Office) -> None:
    case, tanaka = await a_case(office, overview="空き店舗を使いたい。電話は045-123-4567です")
    await invites(office, tanaka, case, answers=["answers"])
    _text, blocks = await told(office)
    assert "空き店舗を使いたい" not in str(blocks)

    guest = office.stranger(GUEST)
    await guest.presses("guest.look", case.number)

    shown = visible(opened(office)["blocks"])
    assert "空き店舗を使いたい" in shown
    assert "123-4567" not in shown
    assert not any(private in shown for private in PRIVATE)


async def test_a_guest_sees_the_same_by_its_number_and_nothing_else(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    guest = office.stranger(GUEST)

    answer = office.judged(await guest.types("/case", case.number)).json

    shown = visible(answer["blocks"])
    assert ASKED["asked"] in shown
    assert not any(private in shown for private in (*PRIVATE, "孤食が多い"))
    for command, typed in (("/case", "mine"), ("/case", "2026-9999"), ("/similar", "子ども食堂"), ("/stats", "")):
        refused = office.judged(await guest.types(command, typed)).json
        assert "登録されていません" in refused["text"]
        assert "blocks" not in refused
    for action in ("case.details", "case.claim", "case.advance", "case.invite"):
        await guest.presses(action, case.number)
        assert "登録されていません" in whispers(office)[-1]


async def test_a_guest_writes_what_they_think(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    guest = office.stranger(GUEST)
    await guest.presses("guest.write", case.number)

    done = office.judged(await fill(guest, opened(office), text="対象になりそうです <!here>")).json

    assert words.guests.WROTE in str(done["view"])
    line = (await sees(office, case)).history[-1]
    assert (line.action, line.by, line.words) == ("guest_wrote", GUEST, ("対象になりそうです <!here>",))
    assert office.woken == 3


async def test_the_same_opinion_sent_twice_counts_once(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    guest = office.stranger(GUEST)
    await guest.presses("guest.write", case.number)
    form = opened(office)

    for _ in range(2):
        await fill(guest, form, text="対象になりそうです")

    assert [line.action for line in (await sees(office, case)).history].count("guest_wrote") == 1


async def test_who_declines_sees_nothing_more(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    guest = office.stranger(GUEST)

    await guest.presses("guest.decline", case.number)
    assert whispers(office)[-1] == words.guests.DECLINED
    for action in ("guest.look", "guest.write", "guest.decline"):
        await guest.presses(action, case.number)
        assert "協力が終わったか" in whispers(office)[-1]
    assert "登録されていません" in office.judged(await guest.types("/case", case.number)).json["text"]
    assert "関係者 1名" not in visible(card.case_card(await sees(office, case), []))


async def test_a_coordinator_ends_it_in_the_modal(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    await tanaka.presses("case.invite", case.number)
    modal = opened(office)
    assert "経済局商業振興課" in visible(modal["blocks"])

    await press_in(office, tanaka, modal, "guests.end")

    assert "経済局商業振興課" not in visible(opened(office)["blocks"])
    await office.stranger(GUEST).presses("guest.look", case.number)
    assert "協力が終わったか" in whispers(office)[-1]


async def test_the_end_of_the_case_is_the_end_of_the_way_in(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    async with office.db.transaction() as session:
        await closing.close(session, case.number, reason="取り下げ", learnings="", by="U0TANAKA", now=NOW)

    await office.stranger(GUEST).presses("guest.look", case.number)
    _text, blocks = await told(office)  # had it not been sent yet

    assert "協力が終わったか" in whispers(office)[-1]
    assert visible(blocks) == words.guests.PACK_GONE


@pytest.mark.parametrize(
    ("more", "why"), [({"guest": "U0SATO"}, "この案件の担当です"), ({"asked": " "}, "両方が必要です")]
)
async def test_an_invitation_that_cannot_be_explains_itself(office: Office, more: dict[str, str], why: str) -> None:
    case, tanaka = await a_case(office)

    assert why in str((await invites(office, tanaka, case, **more)).json)
    assert (await sees(office, case)).work.guests == ()


async def test_the_newest_direction_is_in_the_pack(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    async with office.db.transaction() as session:
        held = await session.get_one(Case, case.id)
        held.stage = Stage.DIRECTION
        session.add(held)
        await hypotheses.propose(session, case.number, "月2回の子ども食堂の案です", by="U0TANAKA", now=NOW)

    _text, blocks = await told(office)

    assert "月2回の子ども食堂の案です" in visible(blocks)


async def test_who_presses_in_a_direct_message_is_answered_there(office: Office) -> None:
    case, tanaka = await a_case(office)
    await invites(office, tanaka, case)
    await office.stranger(GUEST).presses("guest.decline", case.number, channel={"id": "D1", "name": "directmessage"})

    assert office.slack.of("chat.postEphemeral")[-1]["channel"] == "D1" != CHANNEL


GUESTS = st.lists(
    st.builds(
        Guest, id=st.integers(1, 99), case_id=st.just(1), slack_id=st.sampled_from(("U0A", "U0B")), organisation=TEXT,
        by=st.just("U0TANAKA"), at=st.just(NOW), left_at=st.none() | st.just(NOW),
    ),
    max_size=30, unique_by=lambda row: row.id,
).map(tuple)  # fmt: skip
PACKS = st.builds(
    Pack, number=st.just("2026-0042"), stage=st.sampled_from(Stage), ward=st.none() | TEXT, theme=TEXT,
    organisation=TEXT, asked=TEXT.map(lambda text: text[:2000]),
    hypothesis=st.none() | st.builds(
        Hypothesis, id=st.just(1), case_id=st.just(1), version=st.just(2), text=TEXT.map(lambda text: text[:3000]),
        by=st.just("U1"), at=st.just(NOW),
    ),
    answers=st.dictionaries(st.sampled_from(QUESTIONS), TEXT),
)  # fmt: skip


@SLOWLY
@given(CASES, GUESTS, PACKS, st.lists(TEXT, max_size=3))
def test_whatever_people_wrote_slack_takes_it(
    conformance: ModuleType, view: CaseView, there: Any, pack: Pack, titles: list[str]
) -> None:
    case = replace(view, work=Work(guests=there))
    message = [*drawing.pack(pack, titles, with_answers=False), drawing.buttons(pack.number)]
    fits(conformance, "chat.postMessage", {"channel": "U1", "text": "x", "blocks": message})
    assert len(visible(message)) < 10_000
    assert len(visible(card.case_card(case, []))) < 10_000
    for modal in (drawing.invite(case), drawing.pack_modal(pack, titles), drawing.write(pack.number)):
        assert conformance.slack_call("views.open", {"trigger_id": "1.2.a", "view": modal}) == []
