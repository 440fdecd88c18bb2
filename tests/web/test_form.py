"""The web form: consent, the five questions, saving and going on, files, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.desk.record import sight
from storage.models import Attachment, Case, Consent, OutboxRow, Proposal, ProposalState
from tests.web.served import Visitor, serving
from tests.web.web_centre import NOW, PNG, SAID, Centre, a_case, begins


async def test_the_form_leads_to_the_very_same_case_as_line(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    looked_over = await visitor.fills_in(draft, files={}, wish="review", **SAID, ward="鶴見区", party="group", name="")
    assert all(words in looked_over.text for words in (*SAID.values(), "鶴見区", "団体"))
    receipt = await visitor.fills_in(draft, files={}, wish="send")

    case = await centre.one(Case)
    shown = await visitor.looks(receipt.goes_to)
    async with centre.db.reading() as session:
        view = await sight.view(session, case.number)
        card = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "card"))).one()
    assert view.answers == SAID
    assert (view.channel, view.ward, view.party, view.theme) == ("web", "鶴見区", "group", "まちづくり・空き家")
    assert card.payload == {"case": case.id}
    assert case.number in shown.text
    assert centre.links.code(case.number) in shown.text
    assert "11月28日(土)までに" in shown.text
    assert centre.woken == 1


async def test_an_answer_is_promised_by_the_calendar_of_the_ward(
    visitor: Visitor, centre: Centre, rests: Callable[[str, str], None]
) -> None:
    rests("鶴見区", "2026-11-26")

    receipt, _ = await a_case(visitor, centre, ward="鶴見区")

    assert "11月29日(日)までに" in (await visitor.looks(receipt)).text


async def test_nothing_is_kept_before_consent(visitor: Visitor, centre: Centre) -> None:
    first = await visitor.looks("/form")
    assert "3年間" in first.text
    assert await centre.count(Proposal) == 0

    await begins(visitor)
    consent = await centre.one(Consent)
    assert (consent.version, consent.at) == ("2026-11", NOW)


async def test_what_was_saved_is_there_again_from_another_browser(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    saved = await visitor.fills_in(draft, files={}, wish="save", overview="空き家を\r\n居場所に", name="山田")
    assert f"http://centre.example{draft}" in saved.text

    async with serving(centre.app()) as site:
        other = Visitor(site)
        again = await other.looks(draft)
        await other.close()
    assert "空き家を\n居場所に</textarea>" in again.text
    assert 'value="山田"' in again.text


async def test_what_was_changed_is_changed_and_what_was_not_stays(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    await visitor.fills_in(draft, files={}, wish="save", overview="はじめ", background="きっかけ")
    centre.now += timedelta(minutes=1)
    await visitor.fills_in(draft, files={}, wish="save", overview="なおした", background="きっかけ")
    centre.now += timedelta(minutes=1)
    await visitor.fills_in(draft, files={}, wish="send")

    async with centre.db.reading() as session:
        view = await sight.view(session, (await session.exec(select(Case.number))).one())
    assert (view.answers["overview"], view.answers["background"]) == ("なおした", "きっかけ")


async def test_sent_twice_it_is_one_case(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    token = (await visitor.looks(draft)).token
    fields = {"token": token, "wish": "send", **SAID}
    answers = [await visitor.sends(draft, fields, {}) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert await centre.count(Case) == 1


@pytest.mark.parametrize("nothing", ["  ", "\u200b", "\u2800", "\u3164", "\u00ad", "\u2060\ufe0f", "\u3000\u115f"])
async def test_the_first_question_must_be_answered_and_the_rest_is_not_lost(visitor: Visitor, nothing: str) -> None:
    draft = await begins(visitor)
    refused = await visitor.fills_in(draft, files={}, wish="send", overview=nothing, background="きっかけ")

    assert refused.status == 422
    assert 'href="#overview"' in refused.text
    assert "きっかけ</textarea>" in refused.text


async def test_photos_come_with_the_case_and_programs_do_not(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    refused = await visitor.fills_in(draft, files={"写真.png": PNG, "x.png": b"MZ\x90\x00"}, wish="save", **SAID)
    assert "「x.png」は受け取れない" in refused.text
    kept = await visitor.fills_in(draft, files={"写真.png": PNG}, wish="review", **SAID)
    assert "写真.png" in kept.text
    await visitor.fills_in(draft, files={}, wish="send")

    attachment = await centre.one(Attachment)
    assert (attachment.kind, attachment.media_type, attachment.content) == ("image", "image/png", PNG)
    async with centre.db.reading() as session:
        assert (await session.exec(select(OutboxRow.payload).where(OutboxRow.kind == "file"))).one()


async def test_five_files_are_enough(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    await visitor.fills_in(draft, files={f"{n}.png": PNG for n in range(4)}, wish="save")
    refused = await visitor.fills_in(draft, files={"5.png": PNG, "6.png": PNG}, wish="save")

    assert "「6.png」は受け取れませんでした。添えられるのは5つまでです。" in refused.text
    assert "「5.png」" not in refused.text
    assert await centre.count(Attachment) == 5


async def test_somebody_who_chose_all_their_photos_is_told_and_has_lost_no_word(
    visitor: Visitor, centre: Centre
) -> None:
    draft = await begins(visitor)
    refused = await visitor.fills_in(draft, files={f"{n}.png": PNG for n in range(12)}, wish="save", background="孤食")

    assert (refused.status, "5つまで" in refused.text) == (422, True)
    assert "孤食</textarea>" in refused.text
    assert await centre.count(Attachment) == 5


async def test_more_than_is_taken_in_is_told_and_no_word_is_lost(
    visitor: Visitor, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.consultation.form.MOST_BODY", 1_000_000)
    draft = await begins(visitor)
    large = PNG + b"0" * 3_000_000
    refused = await visitor.fills_in(draft, files={"a.png": large, "b.png": large}, wish="send", **SAID)

    assert (refused.status, "数を減らして" in refused.text) == (413, True)
    assert f"{SAID['background']}</textarea>" in refused.text
    assert f"{SAID['background']}</textarea>" in (await visitor.looks(draft)).text
    assert await centre.count(Attachment) + await centre.count(Case) == 0


async def test_a_form_without_files_is_never_kept_whole_in_memory(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.consultation.posted.MOST_WORDS", 50_000)
    token = (await visitor.looks("/status")).token
    typed = {"number": "2026-0001", "code": "A" * 60_000, "token": token}

    assert (await visitor.sends("/status", typed)).status == 400  # the token was in what was dropped


async def test_hostile_words_are_shown_as_words(visitor: Visitor, centre: Centre) -> None:
    words = "<script>alert(1)</script>\"'&{{7*7}}\0</textarea>"
    draft = await begins(visitor)
    again = await visitor.fills_in(draft, files={}, wish="review", overview=words)

    assert "<script>" not in again.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in again.text
    assert "script-src" not in again.headers["content-security-policy"]
    assert "default-src 'none'" in again.headers["content-security-policy"]
    assert again.headers["cache-control"] == "no-store"


# ── who may


@pytest.mark.parametrize("token", ["", "x", "é"])
async def test_another_site_s_form_changes_nothing(visitor: Visitor, centre: Centre, token: str) -> None:
    await visitor.looks("/form")
    refused = await visitor.sends("/form", {"token": token})

    assert refused.status == 400
    assert await centre.count(Proposal) == 0


async def test_without_the_cookie_a_token_is_worth_nothing(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    token = (await visitor.looks(draft)).token
    async with serving(centre.app()) as site:
        thief = Visitor(site)
        refused = await thief.sends(draft, {"token": token, "wish": "save", **SAID}, {})
        await thief.close()

    assert refused.status == 400
    assert SAID["overview"] in refused.text  # somebody whose cookie is gone has lost nothing


async def test_a_program_that_fills_every_field_is_shown_the_page_and_kept_out(
    visitor: Visitor, centre: Centre
) -> None:
    answer = await visitor.fills_in("/form", homepage="https://spam.example")

    assert answer.status == 200
    assert await centre.count(Proposal) == 0


@pytest.mark.parametrize("wish", ["save", "review", "send", "language"])
async def test_a_program_that_found_the_questions_saves_and_sends_nothing(
    visitor: Visitor, centre: Centre, wish: str
) -> None:
    draft = await begins(visitor)
    answer = await visitor.fills_in(draft, files={}, homepage="http://spam", wish=wish, **SAID)

    assert answer.status == 400
    assert await centre.count(Case) == 0
    assert f"{SAID['background']}</textarea>" not in (await visitor.looks(draft)).text
    assert (
        'name="homepage" tabindex' in answer.text
    )  # empty again: a person whose browser filled it in presses once more


async def test_who_posts_too_often_is_told_to_wait(visitor: Visitor, centre: Centre) -> None:
    answers = [await visitor.fills_in("/form") for _ in range(21)]

    assert [answer.status for answer in answers] == [303] * 20 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3_600
    assert "少し待って" in answers[-1].text
    assert await centre.count(Proposal) == 20


async def test_who_began_many_forms_may_still_try_a_code(visitor: Visitor) -> None:
    for _ in range(21):
        await visitor.fills_in("/form")

    assert (await visitor.fills_in("/status", number="2026-0001", code="AAAA-AAAA-AAAA")).status == 404


async def test_saving_and_writing_too_often_is_told_with_what_was_typed(visitor: Visitor, centre: Centre) -> None:
    page, _ = await a_case(visitor, centre)
    draft = await begins(visitor)
    for _ in range(29):
        await visitor.fills_in(draft, files={}, wish="save", overview="はじめ")
    saved = await visitor.fills_in(draft, files={}, wish="save", overview="あとから")
    written = await visitor.fills_in(page, words="火曜日なら")

    for refused, typed in ((saved, "あとから"), (written, "火曜日なら")):
        assert (refused.status, 0 < int(refused.headers["Retry-After"]) <= 60) == (429, True)
        assert f"{typed}</textarea>" in refused.text


@pytest.mark.parametrize("part", ["1", "1-", "1-AAAA", "x", "999999999999999999-A", "1-" + "A" * 26])
async def test_an_address_nobody_was_given_leads_nowhere(visitor: Visitor, part: str) -> None:
    await begins(visitor)

    assert (await visitor.looks(f"/form/{part}")).status == 404
    assert (await visitor.looks(f"/status/{part}")).status == 404


async def test_the_page_of_what_isn_t_sent_is_the_form(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)

    assert (await visitor.looks(draft.replace("/form/", "/status/"))).goes_to == draft


async def test_a_withdrawn_draft_is_gone(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    async with centre.db.transaction() as session:
        proposal = (await session.exec(select(Proposal))).one()
        proposal.state = ProposalState.WITHDRAWN
        session.add(proposal)

    assert (await visitor.looks(draft)).status == 404
