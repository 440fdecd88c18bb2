"""終了する, 事例の下書き and 事例を公開する: pressed, read, submitted."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import agreement, closing
from bot.desk.consultation.publishing.agreement import Wish
from bot.desk.consultation.publishing.covers import Cover
from bot.desk.consultation.publishing.publication import Text, text_of
from bot.desk.consultation.redaction import Kind
from bot.slack import words
from bot.slack.card.card import case_card
from bot.slack.drawing import publication as drawing
from bot.slack.kit.blocks import visible
from storage.models import Case, Citizen, PastCase, Proposal, Publication, PublicationState, Role
from tests.slack.cases import sees, whispers
from tests.slack.person import Answer, Person
from tests.slack.slack_office import NOW, Office
from tests.slack.whole_forms import opened

TEXT = {
    "title": "空き店舗の食堂", "summary": "要約です", "body.0": "駅前の空き店舗で", "organisations": "商店会\n社協",
    "ward": "鶴見区", "theme": "子ども・若者",
}  # fmt: skip


MANY = [Cover("<!channel>" * 30, Kind.NAME, ("&",)) for _ in range(70)]  # more covers than Slack has boxes for


async def closed(office: Office, **how: Any) -> tuple[Case, Person]:
    case, tanaka = await office.case(**how), await office.staff("U0TANAKA")
    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)
        await closing.close(session, case.number, reason="完了", by="U0TANAKA", now=NOW)
    return case, tanaka


async def row(office: Office) -> Publication:
    async with office.db.reading() as session:
        return (await session.exec(select(Publication))).one()


async def saves(office: Office, tanaka: Person, case: Case, following: str = "save", **text: str) -> Answer:
    office.judged(await tanaka.presses("case.draft", case.number))
    return office.judged(await tanaka.submits(opened(office), **(TEXT | text), next=following))


async def taps(office: Office, wish: Wish) -> None:
    async with office.db.transaction() as session:
        citizen = (await session.exec(select(Citizen))).one()
        now = await row(office)
        await agreement.answer(session, citizen, now.id or 0, now.digest, wish, key=f"line:{wish}", now=NOW)


async def test_closing_asks_for_what_was_learnt_in_three_fields_and_makes_a_draft(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.claim", case.number)
    await tanaka.presses("case.close", case.number)
    form = opened(office)
    optional = {block["block_id"] for block in form["blocks"] if block.get("optional")}
    assert optional == {"learnings", "methods", "partners"}

    office.judged(await tanaka.submits(form, reason="解決した", learnings="早く聞く", partners="商店会;社協"))

    draft = await row(office)
    assert (draft.title, draft.organisations) == ("空き店舗で子ども食堂", ["商店会", "社協"])
    assert draft.body.endswith("学び\n早く聞く")


async def test_a_draft_is_opened_with_what_the_aid_still_finds(office: Office) -> None:
    case, tanaka = await closed(office)
    await saves(office, tanaka, case, **{"body.0": "佐藤さんの紹介で始まった"})

    await tanaka.presses("case.draft", case.number)

    form = opened(office)
    assert words.publication.FOUND in visible(form["blocks"])
    assert "・氏名：佐藤" in visible(form["blocks"])
    assert "山田花子" not in str(form["private_metadata"])
    assert (await row(office)).body == "佐藤さんの紹介で始まった"


async def test_what_was_typed_is_kept(office: Office) -> None:
    case, tanaka = await closed(office)

    answer = await saves(office, tanaka, case)

    assert answer.body == b""
    assert text_of(await row(office)) == Text(
        "空き店舗の食堂", "要約です", "駅前の空き店舗で", "鶴見区", "子ども・若者", ("商店会", "社協")
    )


async def test_the_exact_text_is_shown_to_staff_before_it_goes_to_the_citizen(office: Office) -> None:
    case, tanaka = await closed(office)

    preview = (await saves(office, tanaka, case, "show")).json
    assert preview["response_action"] == "update"
    assert all(said in visible(preview["view"]["blocks"]) for said in ("空き店舗の食堂", "駅前の空き店舗で", "社協"))
    assert (await row(office)).state == PublicationState.DRAFT

    sent = office.judged(await tanaka.submits(preview["view"]))

    assert sent.json["response_action"] == "clear"
    assert (await row(office)).state == PublicationState.ASKED


@pytest.mark.parametrize("own", ["山田 花子が始めた", "電話は０４５（０００）００００"])
async def test_a_text_with_the_citizen_s_own_words_goes_no_further(office: Office, own: str) -> None:
    case, tanaka = await closed(office)

    refused = (await saves(office, tanaka, case, "show", **{"body.0": own})).json

    assert refused["response_action"] == "errors"
    assert "お名前か連絡先" in str(refused["errors"])
    assert (await row(office)).state == PublicationState.DRAFT


async def test_two_people_edit_at_once_and_the_second_is_told_who_was_first(office: Office) -> None:
    case, tanaka = await closed(office)
    sato = await office.staff("U0SATO")
    await tanaka.presses("case.draft", case.number)
    form = opened(office)
    await tanaka.submits(form, **TEXT, next="save")

    late = office.judged(await sato.submits(form, **(TEXT | {"title": "べつの件名"}), next="save")).json

    assert late["response_action"] == "push"
    assert "<@U0TANAKA>" in str(late["view"])
    assert (await row(office)).title == TEXT["title"]


async def test_a_preview_of_words_that_changed_meanwhile_sends_nothing(office: Office) -> None:
    case, tanaka = await closed(office)
    old = (await saves(office, tanaka, case, "show")).json["view"]
    await saves(office, tanaka, case, title="新しい件名")

    office.judged(await tanaka.submits(old))

    assert (await row(office)).state == PublicationState.DRAFT


async def test_an_editor_publishes_what_the_citizen_agreed_to_and_nobody_else_does(office: Office) -> None:
    case, tanaka = await closed(office)
    lead = await office.staff("U0LEAD", Role.LEAD)
    await tanaka.submits((await saves(office, tanaka, case, "show")).json["view"])
    await lead.presses("case.publish", case.number)
    assert "同意がまだ" in whispers(office)[-1]

    await taps(office, Wish.AGREE)
    await tanaka.presses("case.publish", case.number)
    assert "リーダー" in whispers(office)[-1]
    await lead.presses("case.publish", case.number)
    form = opened(office)
    assert "に同意（LINE）" in visible(form["blocks"])
    assert "駅前の空き店舗で" in visible(form["blocks"])
    stranger = await tanaka.submits(form)
    assert stranger.json["response_action"] == "push"
    office.judged(await lead.submits(form))

    async with office.db.reading() as session:
        entry = await session.get_one(PastCase, f"case-{case.number}")
    assert (entry.title, entry.published) == (TEXT["title"], True)
    await lead.presses("case.publish", case.number)
    assert "すでに公開" in whispers(office)[-1]


async def test_a_lead_who_wrote_the_text_is_told_who_publishes_it_before_reading_it_again(office: Office) -> None:
    case, tanaka = await closed(office)
    lead, other = await office.staff("U0LEAD", Role.LEAD), await office.staff("U0ADMIN", Role.ADMIN)
    await saves(office, lead, case)
    assert words.publication.WHO_PUBLISHES in visible(opened(office)["blocks"])
    await tanaka.submits((await saves(office, tanaka, case, "show")).json["view"])
    await taps(office, Wish.AGREE)
    shown = len(office.slack.of("views.open"))

    await lead.presses("case.publish", case.number)

    assert "<@U0ADMIN> さんに声を" in whispers(office)[-1]
    assert len(office.slack.of("views.open")) == shown
    await other.presses("case.publish", case.number)
    form = opened(office)
    assert (await lead.submits(form)).json["response_action"] == "push"
    office.judged(await other.submits(form))
    assert (await row(office)).editor == "U0ADMIN"


async def test_without_line_the_coordinator_writes_down_how_consent_was_given_and_taken_back(office: Office) -> None:
    case, tanaka = await closed(office, on_line=False)
    lead = await office.staff("U0LEAD", Role.LEAD)
    await tanaka.presses("case.draft", case.number)
    assert words.publication.NEXT_IS["show"] not in visible(opened(office)["blocks"])
    asks = (await saves(office, tanaka, case, "consent")).json["view"]
    assert "駅前の空き店舗で" in visible(asks["blocks"])

    office.judged(await tanaka.submits(asks, how="11月24日にご本人から電話で"))
    await lead.presses("case.publish", case.number)
    assert "に同意（電話・書面）" in visible(opened(office)["blocks"])
    office.judged(await lead.submits(opened(office)))
    assert (await row(office)).state == PublicationState.PUBLISHED

    stop = (await saves(office, tanaka, case, "stop")).json["view"]
    office.judged(await tanaka.submits(stop, how="12月1日にご本人から電話で"))
    async with office.db.reading() as session:
        assert (await session.get_one(PastCase, f"case-{case.number}")).retired_at == NOW


@pytest.mark.parametrize("length", [10, 2_600, 9_000])
async def test_a_body_of_any_length_is_whole_and_the_same_when_it_is_saved_unchanged(
    office: Office, length: int
) -> None:
    case, tanaka = await closed(office)
    long = "\n\n".join("あ" * 700 + f"{n}\n\nい" for n in range(max(1, length // 700)))
    async with office.db.transaction() as session:
        kept = (await session.exec(select(Publication))).one()
        kept.body, kept.title = long, TEXT["title"]
        session.add(kept)
    await tanaka.presses("case.draft", case.number)
    form = opened(office)

    typed = {
        block["block_id"]: block["element"]["initial_value"]
        for block in form["blocks"]
        if "initial_value" in block.get("element", {})
    }
    office.judged(await tanaka.submits(form, **typed, ward="鶴見区", theme="高齢者・福祉", next="save"))

    assert all(len(value) <= 3_000 for value in typed.values())
    assert (await row(office)).body == long


async def test_the_editor_sees_what_was_covered_and_ticks_what_may_stand(office: Office) -> None:
    case, tanaka = await closed(office, overview="佐藤さんと鈴木さんに会いたい。団地で工作をする。")
    office.judged(await tanaka.presses("case.draft", case.number))
    form = opened(office)
    boxes = next(block for block in form["blocks"] if block.get("block_id") == "keep.0")["element"]["options"]
    assert [one["text"]["text"] for one in boxes] == ["氏名：佐藤", "氏名：鈴木"]
    typed = {
        block["block_id"]: block["element"]["initial_value"]
        for block in form["blocks"]
        if "initial_value" in block.get("element", {})
    }

    office.judged(await tanaka.submits(form, **typed, next="save", **{"keep.0": [boxes[1]["value"]]}))

    assert (await row(office)).title == "【氏名】さんと鈴木さんに会いたい"


async def test_an_empty_summary_says_what_belongs_there(office: Office) -> None:
    case, tanaka = await closed(office, overview="団地で工作をしたい。")
    await tanaka.presses("case.draft", case.number)

    field = next(block for block in opened(office)["blocks"] if block.get("block_id") == "summary")
    assert field["hint"]["text"] == words.publication.SUMMARY_HINT


async def test_the_modals_of_hostile_words_are_taken_by_slack(office: Office, conformance: Any) -> None:
    case, _ = await closed(office, overview="<!channel> *_~`" * 400, background="👨‍👩‍👧" * 900)
    now = await sees(office, case)
    draft = replace(now, name="<script>", contact="@here", number=now.number)
    hostile = Publication(
        case_id=1, state=PublicationState.AGREED, title="<!channel>" * 15, summary="&<>" * 300, body="あ" * 12_000,
        ward="<どこか>", theme="なにか" * 30, organisations=["社協"] * 100, by="U0X", at=NOW, answered_at=NOW,
    )  # fmt: skip
    for modal in (
        drawing.draft(draft, hostile), drawing.draft(draft, hostile, MANY),
        drawing.show(draft, hostile), drawing.consent(draft, hostile),
        drawing.publish(draft, hostile), drawing.stop(draft),
    ):  # fmt: skip
        assert conformance.slack_call("views.open", {"trigger_id": "t", "view": modal}) == []
        assert set(modal["private_metadata"].split('"')[1::4]) <= {"case", "seen"}


async def test_the_card_of_a_closed_case_says_how_far_its_entry_is(office: Office) -> None:
    case, tanaka = await closed(office)

    async def said() -> str:
        return visible(case_card(await sees(office, case), []))

    assert "事例：下書き" in await said()
    await tanaka.submits((await saves(office, tanaka, case, "show")).json["view"])
    assert "事例：同意待ち" in await said()
    await taps(office, Wish.AGREE)
    assert "事例：同意済み" in await said()
    lead = await office.staff("U0LEAD", Role.LEAD)
    await lead.presses("case.publish", case.number)
    await lead.submits(opened(office))
    assert "事例：公開中" in await said()
    await saves(office, tanaka, case, title="新しい件名")
    assert "事例：下書き（以前に同意いただいた文は公開中）" in await said()


async def test_a_case_that_was_erased_has_no_draft_any_more(office: Office) -> None:
    from bot.desk.consultation import privacy

    case, tanaka = await closed(office)
    async with office.db.transaction() as session:
        await privacy.erase(session, (await session.exec(select(Citizen))).one(), now=NOW)
        assert (await session.exec(select(Proposal))).one().name is None

    await tanaka.presses("case.draft", case.number)

    assert "消去されている" in whispers(office)[-1]
