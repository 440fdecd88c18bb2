"""A turn that meets a Rasa that refuses, is silent, or answers into the void: applied once, in order, told once."""

import pytest
from sqlmodel import select
from starlette.requests import Request

from bot.desk.consultation import privacy
from storage.models import InboxRow, Proposal
from tests.hearing.talking import Talk


async def test_while_rasa_is_down_messages_wait_in_order_and_the_citizen_is_told_once(talk: Talk) -> None:
    talk.rasa.troubles = ["refused"] * 4
    await talk.writes("空き家を使いたい")
    await talk.goes_on(2)
    await talk.writes("近所に増えたので")
    await talk.goes_on()

    # Both were written before the second question could be on the screen.
    assert await talk.answers() == {"overview": "空き家を使いたい\n近所に増えたので"}
    assert (await talk.said()).count("holding") == 1
    assert set(await talk.inbox()) == {"done"}


async def test_an_answer_that_was_applied_is_not_applied_again(talk: Talk) -> None:
    talk.rasa.troubles = ["lost"]
    await talk.writes("空き家を使いたい")
    await talk.goes_on()

    assert talk.rasa.heard[-2:] == ["空き家を使いたい", "/resume"]
    assert await talk.answers() == {"overview": "空き家を使いたい"}
    assert (await talk.said())[-1] == "asks background"


async def test_a_step_back_that_was_applied_goes_one_step_only(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    await talk.writes("近所に増えたので")
    await talk.goes_on(1)
    talk.rasa.troubles = ["lost"]
    await talk.writes("/go_back")
    await talk.goes_on()

    assert (await talk.said())[-1] == "asks background"


async def test_silence_is_a_failure_and_is_tried_again(talk: Talk) -> None:
    talk.rasa.troubles = ["silent", "silent"]
    await talk.writes("空き家を使いたい")
    await talk.goes_on()

    assert await talk.answers() == {"overview": "空き家を使いたい"}
    assert (await talk.said())[-1] == "asks background"


async def test_an_answer_that_was_cut_short_still_ends_with_the_question(talk: Talk) -> None:
    talk.rasa.troubles = ["cut"]
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)

    assert talk.rasa.heard[-2:] == ["空き家を使いたい", "/resume"]
    assert (await talk.said())[-1] == "asks background"
    assert await talk.answers() == {"overview": "空き家を使いたい"}


async def test_a_message_taken_back_before_its_turn_is_never_kept(talk: Talk) -> None:
    await talk.writes("秘密の住所")
    async with talk.db.transaction() as session:
        await privacy.unsend(session, "2", now=talk.now)
    await talk.goes_on()

    assert await talk.answers() == {}
    assert "秘密の住所" not in talk.rasa.heard


async def test_a_lost_tracker_is_put_right_before_the_turn(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    talk.rasa.state = {"active_loop": {}, "slots": {}}
    await talk.writes("近所に増えたので")
    await talk.goes_on(1)

    assert talk.rasa.state["active_loop"] == {"name": "hearing_form"}
    assert (await talk.answers())["background"] == "近所に増えたので"


async def test_what_was_said_is_not_left_in_the_inbox(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        assert {row.body for row in (await session.exec(select(InboxRow))).all()} == {b""}


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_without_the_shared_token_nobody_gets_an_action(talk: Talk, token: str) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode())]
    request = Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers})

    assert (await talk.rasa.actions(request)).status_code == 401


async def test_a_doubtful_message_survives_other_taps_and_is_sent_with_the_rest(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    await talk.writes("/pause")
    await talk.goes_on(1)
    await talk.writes("きっかけは近所の空き家です")  # after a pause: asked back
    await talk.goes_on(1)
    await talk.writes("/help", "/resume")
    await talk.goes_on(2)
    assert (await talk.answers()).get("background") is None

    await talk.writes("/answer_as_is")
    await talk.goes_on(1)
    assert (await talk.answers())["background"] == "きっかけは近所の空き家です"


@pytest.mark.parametrize("nothing", ["\u200b", "\u2800", "\u3164", "\u00ad", "\u2060\ufe0f", "\u3000\u200b\u115f"])
async def test_what_nobody_can_read_is_no_answer_whenever_it_comes(talk: Talk, nothing: str) -> None:
    await talk.writes(nothing)
    await talk.goes_on(1)
    assert await talk.answers() == {}
    await talk.writes("空き家を使いたい", nothing)  # the second one before the next question is on the screen
    await talk.goes_on(2)

    assert await talk.answers() == {"overview": "空き家を使いたい"}


@pytest.mark.parametrize("sign", ["👍", "👨\u200d👩\u200d👧", "❤\ufe0f", "？"])
async def test_an_emoji_alone_is_an_answer(talk: Talk, sign: str) -> None:
    await talk.writes(sign)
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": sign}


async def test_a_name_that_was_doubtful_becomes_the_name(talk: Talk) -> None:
    await talk.writes("鶴見区の空き家を使いたい")
    await talk.goes_on(1)
    for _ in range(5):  # the other four, and who is asking; the ward was named
        await talk.writes("/skip")
        await talk.goes_on(1)
    await talk.writes("/pause")
    await talk.goes_on(1)
    await talk.writes("山田花子")
    await talk.goes_on(1)
    await talk.writes("/answer_as_is")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        proposal = (await session.exec(select(Proposal))).one()
    assert (proposal.name, proposal.question) == ("山田花子", "contact")


ELSEWHERE = (
    "東京都港区港南で集まりたい",
    "北九州市八幡西区の例",
    "石川県の金沢",
    "鶴見和子さんの本",
    "札幌の西区",
    "相模原市 南区",
)


@pytest.mark.parametrize("told", ELSEWHERE)
async def test_a_place_elsewhere_doesn_t_answer_the_question_for_the_ward(talk: Talk, told: str) -> None:
    await talk.writes(told)
    await talk.goes_on(1)
    for _ in range(4):
        await talk.writes("/skip")
        await talk.goes_on(1)
    await talk.writes(told[:15])
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        proposal = (await session.exec(select(Proposal))).one()
    assert (proposal.ward, proposal.question) == (None, "ward")


async def test_what_is_told_beside_the_ward_joins_the_first_answer(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    for _ in range(4):
        await talk.writes("/skip")
        await talk.goes_on(1)
    await talk.writes("鶴見区と、となりの町でも食物アレルギーの事故がありました")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        proposal = (await session.exec(select(Proposal))).one()
    assert (proposal.ward, proposal.question) == ("鶴見区", "party")
    assert "食物アレルギー" in (await talk.answers())["overview"]


@pytest.mark.parametrize("typed", ["/confirm_erase", " /confirm_erase", "\u3000/confirm_erase"])
async def test_a_typed_slash_is_never_a_command(talk: Talk, typed: str) -> None:
    await talk.types(typed)
    await talk.goes_on(1)

    assert not talk.rasa.heard[-1].strip().startswith("/")
    assert (await talk.answers())["overview"] == typed
