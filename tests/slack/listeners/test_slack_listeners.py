"""Buttons and modals, pressed by people, through the signed door and the real Bolt app."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk.team import staff
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.words import FORM_KEPT, replying
from bot.when import TOKYO
from storage.models import AnswerPart, Case, OutboxRow, Proposal, Role, Stage
from tests.slack.cases import whispers
from tests.slack.person import Person, says_in_thread
from tests.slack.slack_office import ANSWERS
from tests.slack.whole_forms import opened


async def queued(office: Any) -> set[str]:
    async with office.db.reading() as session:
        rows = (await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all()
        return {row.payload.get("say") or row.kind for row in rows}


async def test_a_coordinator_claims_and_is_told(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")

    office.judged(await tanaka.presses("case.claim", case.number))

    now = await office.now(case)
    assert (now.main, now.stage) == ("U0TANAKA", Stage.HEARING)
    assert whispers(office) == [words.CLAIMED.format(number=case.number)]
    assert await queued(office) == {"card", "claimed"}
    assert office.woken == 1


async def test_two_people_claim_at_once_and_the_other_is_told_who(office: Any) -> None:
    case = await office.case()
    people = [await office.staff("U0TANAKA"), await office.staff("U0SATO")]

    answers = await asyncio.gather(*(one.presses("case.claim", case.number) for one in people))

    winner = (await office.now(case)).main
    assert [answer.status for answer in answers] == [200, 200]
    assert len(whispers(office)) == 2
    assert sum(f"<@{winner}>" in text for text in whispers(office)) == 1


async def test_the_same_signed_request_counts_once(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    stamp = str(int(time.time()))
    payload = tanaka._interaction("block_actions") | {
        "channel": {"id": "C1"},
        "actions": [{"type": "button", "action_id": "case.claim", "value": case.number}],
    }

    answers = [await tanaka.sends(payload, stamp) for _ in range(3)]

    assert [answer.status for answer in answers] == [200] * 3
    assert len(whispers(office)) == 1
    assert (await office.now(case)).version == case.version + 1


async def test_a_stranger_hears_who_may_and_changes_nothing(office: Any) -> None:
    case, stranger = await office.case(), office.stranger()

    office.judged(await stranger.presses("case.claim", case.number))
    typed = office.judged(await stranger.types("/similar", "子ども食堂")).json

    assert "登録されていません" in whispers(office)[0]
    assert "コーディネーター" in whispers(office)[0]
    assert typed["response_type"] == "ephemeral"
    assert "登録されていません" in typed["text"]
    assert (await office.now(case)).main is None


async def test_a_role_that_was_taken_away_a_second_ago_counts_no_more(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    async with office.db.transaction() as session:
        await staff.remove(session, "U0TANAKA")

    await tanaka.presses("case.claim", case.number)

    assert (await office.now(case)).main is None


async def test_members_of_the_intake_channel_are_enrolled_where_that_is_wished(office: Any) -> None:
    office.open(auto_enrol=True)
    office.slack.members = ["U0MEMBER"]
    case = await office.case()

    await office.stranger("U0OUTSIDE").presses("case.claim", case.number)
    assert (await office.now(case)).main is None
    await office.stranger("U0MEMBER").presses("case.claim", case.number)

    assert (await office.now(case)).main == "U0MEMBER"
    assert len(office.slack.of("conversations.members")) == 1


async def test_a_guest_of_another_workspace_is_not_enrolled(office: Any) -> None:
    office.open(auto_enrol=True)
    office.slack.members = ["U0GUEST"]
    case = await office.case()

    await office.stranger("U0GUEST").presses("case.claim", case.number, user={"id": "U0GUEST", "team_id": "T2"})

    assert (await office.now(case)).main is None


@pytest.mark.parametrize(
    "said_by", [{"user_team": "T2"}, {"source_team": "T2"}, {"user_team": "T2", "source_team": "T2", "team": "T1"}]
)
async def test_who_writes_from_another_workspace_is_not_enrolled(office: Any, said_by: dict[str, str]) -> None:
    office.open(auto_enrol=True)
    office.slack.members = ["U0GUEST", "U0MEMBER"]
    for who, where in (("U0GUEST", said_by), ("U0MEMBER", {"user_team": "T1", "source_team": "T1"})):
        await says_in_thread(office.stranger(who), "こんにちは", "1.1", **where)

    async with office.db.reading() as session:
        assert [one.slack_id for one in await staff.roster(session)] == ["U0MEMBER"]


async def test_an_app_that_posts_in_the_channel_is_not_enrolled(office: Any) -> None:
    office.open(auto_enrol=True)
    office.slack.members = ["U0APP"]

    await says_in_thread(office.stranger("U0APP"), "ビルドが終わりました", "1.1", bot_id="B0APP")

    async with office.db.reading() as session:
        assert await staff.roster(session) == []


async def test_a_form_that_is_sent_again_with_other_words_says_that_the_first_ones_count(office: Any) -> None:
    sato = await office.staff("U0SATO", Role.RECEPTION)
    shown = modals.intake(("鶴見区",)) | {"id": "V1", "hash": "h1"}
    await sato.submits(shown, channel="phone", overview="空き家のこと")

    same = await sato.submits(shown, channel="phone", overview="空き家のこと")
    other = office.judged(await sato.submits(shown, channel="phone", overview="空き家と公園のこと")).json

    assert same.body == b""
    assert FORM_KEPT in str(other)
    async with office.db.reading() as session:
        assert len((await session.exec(select(Case))).all()) == 1


async def test_a_reply_is_seen_before_it_is_sent(office: Any) -> None:
    case, tanaka = await claimed(office)
    await tanaka.presses("case.reply", case.number)

    first = office.judged(await tanaka.submits(opened(office), written="一度お会いしませんか <!channel>")).json
    assert first["response_action"] == "update"
    assert "一度お会いしませんか <!channel>" in str(first["view"]["blocks"])
    assert "reply" not in await queued(office)

    changed = office.judged(await tanaka.submits(first["view"], text="来週お会いしませんか")).json
    assert changed["response_action"] == "update"
    assert "reply" not in await queued(office)

    sent = await tanaka.submits(changed["view"], text="来週お会いしませんか")
    assert (sent.status, sent.body) == (200, b"")
    async with office.db.reading() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "reply"))).one()
    assert row.payload["text"] == "来週お会いしませんか"


async def test_a_template_stands_before_what_was_written(office: Any) -> None:
    case, tanaka = await claimed(office)
    await tanaka.presses("case.reply", case.number)
    label, begun = replying.TEMPLATES["waiting"]
    assert label in str(opened(office)["blocks"])

    both = office.judged(await tanaka.submits(opened(office), template="waiting", written="火曜に電話します")).json
    alone = office.judged(await tanaka.submits(opened(office), template="waiting")).json
    nothing = office.judged(await tanaka.submits(opened(office))).json

    assert modals.previewed(both["view"]) == f"{begun}\n火曜に電話します"
    mended = both["view"]["blocks"][-1]
    assert mended["element"]["initial_value"] == f"{begun}\n火曜に電話します"
    assert mended["block_id"] not in {block["block_id"] for block in opened(office)["blocks"]}, (
        "Slack would keep its words"
    )
    assert modals.previewed(alone["view"]) == begun
    assert nothing["response_action"] == "errors"


async def test_who_is_not_of_the_case_says_why_they_stand_in(office: Any) -> None:
    case, _ = await claimed(office)
    suzuki = await office.staff("U0SUZUKI")
    await suzuki.presses("case.reply", case.number)
    form = opened(office)
    assert "<@U0TANAKA>" in str(form["blocks"])

    seen = office.judged(await suzuki.submits(form, written="明日うかがいます", reason="田中さんは会議中です")).json[
        "view"
    ]
    assert seen["submit"]["text"] == replying.STAND_IN_SEND
    refused = office.judged(await suzuki.submits(seen, text="明日うかがいます", reason=" ")).json
    assert "代理で送る理由" in str(refused)
    assert "reply" not in await queued(office)
    assert (await suzuki.submits(seen, text="明日うかがいます", reason="田中さんは会議中です")).body == b""

    async with office.db.reading() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "reply"))).one()
    assert row.payload["text"] == "明日うかがいます"
    assert "会議中" not in str(row.payload)


async def test_a_modal_that_is_submitted_again_after_a_slow_answer_counts_once(office: Any) -> None:
    desk = await office.staff("U0DESK", Role.RECEPTION)
    await desk.types("/intake")
    form, given = opened(office), {"channel": "phone", "party": "person", "name": "佐藤", "ward": "鶴見区"} | ANSWERS
    answers = await asyncio.gather(*(desk.submits(form, **given) for _ in range(2)))
    assert [answer.status for answer in answers] == [200, 200]

    await desk.types("/intake")
    await desk.submits(opened(office) | {"id": "V2"}, **given)  # somebody else with the same words

    async with office.db.reading() as session:
        assert len((await session.exec(select(Case))).all()) == 2


async def test_a_reply_that_is_submitted_again_is_sent_once(office: Any) -> None:
    case, tanaka = await claimed(office)
    await tanaka.presses("case.reply", case.number)
    form = opened(office)

    for _ in range(2):
        seen = office.judged(await tanaka.submits(form, written="一度お会いしませんか")).json["view"]
    for _ in range(2):
        assert (await tanaka.submits(seen, text="一度お会いしませんか")).body == b""

    async with office.db.reading() as session:
        assert len((await session.exec(select(OutboxRow).where(OutboxRow.kind == "reply"))).all()) == 1


async def test_somebody_without_line_cannot_be_replied_to_and_that_is_said_at_once(office: Any) -> None:
    case, tanaka = await claimed(office, on_line=False)

    await tanaka.presses("case.reply", case.number)

    assert "LINE でつながっていません" in whispers(office)[-1]
    assert office.slack.of("views.open") == []


async def test_advancing_asks_for_what_is_missing_or_a_reason(office: Any) -> None:
    case, tanaka = await claimed(office)
    await tanaka.presses("case.advance", case.number)
    modal = opened(office)
    assert "✓ メイン" in str(modal)
    assert "□ サブ" in str(modal)

    refused = office.judged(await tanaka.submits(modal, **{"evidence.briefing": "まとめ"})).json
    assert "サブ" in refused["errors"]["evidence.briefing"]
    done = await tanaka.submits(modal, **{"evidence.briefing": "まとめ", "waived": "一人で進める"})

    assert done.body == b""
    assert (await office.now(case)).stage == Stage.DIRECTION
    elsewhere = modal | {"id": "V2"}  # opened before, on another device
    again = office.judged(await tanaka.submits(elsewhere, waived="もう一度")).json
    assert again["response_action"] == "push"  # the sentence names somebody, so it is shown over the form
    assert (await office.now(case)).stage == Stage.DIRECTION


async def test_the_team_changes_by_its_modals(office: Any) -> None:
    case, tanaka = await claimed(office)
    sato, suzuki = await office.staff("U0SATO"), await office.staff("U0SUZUKI")
    await office.staff("U0CITY", Role.CITY_STAFF)

    await sato.presses("case.join", case.number)
    await tanaka.presses("case.staff", case.number)
    await tanaka.submits(opened(office), person="U0CITY")
    await tanaka.presses("case.handover", case.number)
    await tanaka.submits(opened(office), person="U0SUZUKI", reason="異動", summary="次は面談")
    now = await office.now(case)
    assert (now.main, now.sub, now.city_staff) == ("U0SUZUKI", "U0SATO", "U0CITY")

    await suzuki.presses("case.release", case.number)
    await suzuki.submits(opened(office))
    now = await office.now(case)
    assert (now.main, now.sub) == ("U0SATO", None)


async def test_a_case_is_referred_or_closed_with_words(office: Any) -> None:
    first, tanaka = await claimed(office)
    await tanaka.presses("case.close", first.number)
    await tanaka.submits(opened(office), reason="解決した", learnings="商店会が早く動いた")
    assert (await office.now(first)).stage == Stage.CLOSED

    await tanaka.presses("case.claim", first.number)
    assert "「終了」" in whispers(office)[-1]


async def test_the_right_door_ends_a_case_at_the_desk(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.refer", case.number)
    await tanaka.submits(opened(office), door="区役所 地域振興課 045-000-0000")

    assert (await office.now(case)).stage == Stage.CLOSED
    assert {"referred", "card"} <= await queued(office)


async def test_details_hold_the_whole_answer_and_turn_pages(office: Any) -> None:
    long = "".join(f"{n:05}。" for n in range(4000))
    case = await office.case(overview=long)
    tanaka = await office.staff("U0TANAKA")
    await tanaka.presses("case.details", case.number)
    first = opened(office)
    value = f"{case.number}:2"

    await tanaka.presses("details.next", value, channel=None, container={"type": "view"}, view=first | {"id": "V1"})

    pages = [first, office.slack.of("views.update")[-1]["view"]]
    assert "".join(text_of(page) for page in pages).replace("\n", "").count("03999。") == 1
    assert all(f"{n:05}。" in "".join(text_of(page) for page in pages) for n in (0, 1999, 2500))


async def test_similar_opens_a_skeleton_and_fills_it_with_reasons(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")

    await tanaka.presses("case.similar", case.number)

    assert words.SEARCHING in str(office.slack.of("views.open"))
    filled = text_of(office.slack.of("views.update")[-1]["view"])
    assert "【見本】商店街のこども食堂" in filled
    assert "「子ども食堂」→「こども食堂」（表記ゆれ）" in filled


async def test_a_consultation_by_phone_becomes_a_case(office: Any) -> None:
    desk = await office.staff("U0DESK", Role.RECEPTION)
    office.judged(await desk.types("/intake"))

    told = office.judged(
        await desk.submits(opened(office), channel="phone", party="person", name="佐藤", ward="鶴見区", **ANSWERS)
    ).json

    async with office.db.reading() as session:
        case = (await session.exec(select(Case))).one()
        proposal = await session.get_one(Proposal, case.proposal_id)
        parts = (await session.exec(select(AnswerPart))).all()
    assert case.number in str(told["view"])
    assert (proposal.channel, proposal.ward, proposal.name) == ("phone", "鶴見区", "佐藤")
    assert {part.question: part.text for part in parts} == ANSWERS
    assert (case.theme, case.promised_by is not None) == ("まちづくり・空き家", True)


@pytest.mark.parametrize(("ward", "day"), [("鶴見区", 19), ("港北区", 18)])
async def test_the_phone_promises_an_answer_by_the_calendar_of_the_ward(
    office: Any, rests: Callable[[str, str], None], ward: str, day: int
) -> None:
    rests("鶴見区", "2026-06-16")
    desk = await office.staff("U0DESK", Role.RECEPTION)
    await desk.types("/intake")

    await desk.submits(opened(office), channel="phone", party="person", name="佐藤", ward=ward, **ANSWERS)

    async with office.db.reading() as session:
        promised = (await session.exec(select(Case.promised_by))).one()
    assert promised.astimezone(TOKYO).day == day


@pytest.mark.parametrize("action_id", ["case.gone", "old"])
async def test_an_unknown_button_explains_itself(office: Any, action_id: str) -> None:
    office.judged(await office.stranger().presses(action_id, "1"))

    assert whispers(office) == [words.OLD_BUTTON]


async def test_a_number_nobody_has_is_explained(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")

    office.judged(await tanaka.presses("case.claim", "2020-0001<!channel>"))

    assert "見つかりません" in whispers(office)[0]
    assert "<!channel>" not in whispers(office)[0]


async def test_a_bug_is_logged_once_and_answered_kindly(office: Any, caplog: pytest.LogCaptureFixture) -> None:
    tanaka = await office.staff("U0TANAKA")
    office.slack.troubles["views.open"] = ["expired_trigger_id"]
    case = await office.case()

    office.judged(await tanaka.presses("case.details", case.number))

    assert whispers(office) == [words.BUG]
    assert [record.message for record in caplog.records].count("a listener failed") == 1


async def test_a_whisper_that_cannot_be_shown_undoes_nothing(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    office.slack.troubles["chat.postEphemeral"] = ["user_not_in_channel"]

    office.judged(await tanaka.presses("case.claim", case.number))

    assert (await office.now(case)).main == "U0TANAKA"


async def claimed(office: Any, on_line: bool = True) -> tuple[Case, Person]:
    case, tanaka = await office.case(on_line), await office.staff("U0TANAKA")
    await tanaka.presses("case.claim", case.number)
    return case, tanaka


def text_of(view: Any) -> str:
    from bot.slack.kit.blocks import visible

    return visible(view["blocks"])
