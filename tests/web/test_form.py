"""The web form: consent, the five questions, saving and going on, files, the receipt, and what is refused."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from served import Visitor, serving
from sqlmodel import func, select
from starlette.applications import Starlette
from starlette.routing import Route

from bot.calendars import reply_by
from bot.cases import privacy, received, sight, talk
from bot.web.form import Form
from bot.web.guard import Guard
from bot.web.links import Links
from bot.web.status import Status
from storage.db import Database
from storage.models import (
    Attachment,
    Case,
    Citizen,
    Consent,
    Meeting,
    OutboxRow,
    PlanTask,
    Proposal,
    ProposalState,
    Publication,
)

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
KEY = b"a key"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SAID = {
    "overview": "空き店舗で子ども食堂を開きたい", "background": "孤食が多い", "members": "友人3人",
    "history": "食事会を2回", "schemes": "分からない",
}  # fmt: skip


class Centre:
    """The pages over a database, without LINE and Slack."""

    def __init__(self, db: Database) -> None:
        self.db, self.links, self.woken, self.now = db, Links(KEY), 0, NOW

    def app(self) -> Starlette:
        guard, site = Guard(KEY, secure=False), "http://centre.example"
        form = Form(self.db, guard, self.links, lambda: self.now, reply_by, lambda _: "福祉", self.wake, site)
        status = Status(self.db, guard, self.links, lambda: self.now, self.wake, site)
        both = ["GET", "POST"]
        return Starlette(routes=[
            Route("/form", form.begin, methods=both), Route("/form/{part}", form.draft, methods=both),
            Route("/status", status.find, methods=both), Route("/status/{part}", status.show, methods=both),
        ])  # fmt: skip

    def wake(self) -> None:
        self.woken += 1

    async def one(self, table: type) -> object:
        async with self.db.reading() as session:
            return (await session.exec(select(table))).one()

    async def count(self, table: type) -> int:
        async with self.db.reading() as session:
            return (await session.exec(select(func.count()).select_from(table))).one()


@pytest.fixture
def centre(sqlite: Database) -> Centre:
    return Centre(sqlite)


@pytest.fixture
async def visitor(centre: Centre) -> AsyncIterator[Visitor]:
    async with serving(centre.app()) as site:
        visitor = Visitor(site)
        yield visitor
        await visitor.close()


async def begins(visitor: Visitor) -> str:
    """From the first page to the questions; returns the draft's own address."""
    return (await visitor.fills_in("/form")).goes_to


async def a_case(visitor: Visitor, centre: Centre, **more: str) -> tuple[str, Case]:
    draft = await begins(visitor)
    sent = await visitor.fills_in(draft, files={}, wish="send", **SAID, **more)
    return sent.goes_to, await centre.one(Case)


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
    assert (view.channel, view.ward, view.party, view.theme) == ("web", "鶴見区", "group", "福祉")
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


async def test_the_first_question_must_be_answered_and_the_rest_is_not_lost(visitor: Visitor) -> None:
    draft = await begins(visitor)
    refused = await visitor.fills_in(draft, files={}, wish="send", overview="  ", background="きっかけ")

    assert refused.status == 422
    assert 'href="#overview"' in refused.text
    assert "きっかけ</textarea>" in refused.text


@pytest.mark.parametrize("name", ["overview", "name", "contact"])
async def test_too_long_is_said_and_shown_again(visitor: Visitor, centre: Centre, name: str) -> None:
    draft = await begins(visitor)
    refused = await visitor.fills_in(draft, files={}, wish="save", **{name: "あ" * 5_001})

    assert refused.status == 422
    assert "長すぎます" in refused.text
    assert "あ" * 5_001 in refused.text


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
    refused = await visitor.fills_in(draft, files={f"{n}.png": PNG for n in range(2)}, wish="save")

    assert "5つまで" in refused.text
    assert await centre.count(Attachment) == 5


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


# ── afterwards


async def test_number_and_code_show_the_status_however_they_are_typed(visitor: Visitor, centre: Centre) -> None:
    page, case = await a_case(visitor, centre)
    code = centre.links.code(case.number)

    for number, typed in ((case.number, code), ("２０２６ー１", code.lower().replace("-", " "))):
        assert (await visitor.fills_in("/status", number=number, code=typed)).goes_to == page


async def test_a_wrong_code_and_an_unknown_number_are_answered_alike(visitor: Visitor, centre: Centre) -> None:
    _, case = await a_case(visitor, centre)
    wrong = await visitor.fills_in("/status", number=case.number, code="AAAA-AAAA-AAAA")
    unknown = await visitor.fills_in("/status", number="2026-9999", code="AAAA-AAAA-AAAA")

    assert (wrong.status, unknown.status) == (404, 404)
    assert wrong.text.replace(f'value="{case.number}"', "") == unknown.text.replace('value="2026-9999"', "")


async def test_codes_can_t_be_tried_out(visitor: Visitor, centre: Centre) -> None:
    _, case = await a_case(visitor, centre)
    for _ in range(20):
        await visitor.fills_in("/status", number=case.number, code="AAAA-AAAA-AAAA")
    right = await visitor.fills_in("/status", number=case.number, code=centre.links.code(case.number))

    assert right.status == 429
    assert 0 < int(right.headers["Retry-After"]) <= 3_600


async def test_steps_and_answers_are_read_on_the_page_and_answered_there(visitor: Visitor, centre: Centre) -> None:
    page, case = await a_case(visitor, centre)
    async with centre.db.transaction() as session:
        await received.claim(session, case.number, by="UMAIN", now=NOW)
        await talk.reply(session, case.number, "来週お会いできますか", by="UMAIN", now=NOW)
    shown = await visitor.looks(page)
    assert "担当者がお話をうかがっています" in shown.text
    assert "来週お会いできますか" in shown.text
    assert "UMAIN" not in shown.text

    written = await visitor.fills_in(page, words="火曜日なら")
    assert "火曜日なら" in (await visitor.looks(written.goes_to)).text
    async with centre.db.reading() as session:
        told = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "thread"))).all()
        assert "line" not in (await session.exec(select(OutboxRow.dest))).all()
    assert "citizen_wrote" in [row.payload["say"] for row in told]
    assert "reply_shown" in [row.payload["say"] for row in told]


async def test_dates_plans_and_what_is_kept_are_read_on_the_page(visitor: Visitor, centre: Centre) -> None:
    page, case = await a_case(visitor, centre, contact="090-0000-0000")
    of_case: dict[str, Any] = {"case_id": case.id, "by": "UMAIN", "at": NOW}
    async with centre.db.transaction() as session:
        session.add(Meeting(**of_case, kind="hearing", state="proposed", options=[NOW.isoformat()], place="協働ラボ",
                            agenda="動きやすい服で"))  # fmt: skip
        session.add(PlanTask(**of_case, title="会場をさがす", due_on=date(2026, 12, 24), milestone=True))
        session.add(PlanTask(**of_case, title="内部の準備", due_on=date(2026, 12, 24), milestone=False))
        session.add(Publication(**of_case, state="asked", title="空き店舗の食堂", body="進め方の話"))
    shown = (await visitor.looks(page)).text

    for words in ("11月25日(水) 12:00", "協働ラボ", "動きやすい服で", "会場をさがす", "進め方の話", "090-0000-0000"):
        assert words in shown
    assert "内部の準備" not in shown


async def test_what_is_over_or_erased_is_on_the_page_no_more(visitor: Visitor, centre: Centre) -> None:
    page, case = await a_case(visitor, centre)
    async with centre.db.transaction() as session:
        session.add(Meeting(case_id=case.id, by="UMAIN", at=NOW, kind="hearing", state="held", place="協働ラボ"))
        session.add(PlanTask(case_id=case.id, by="UMAIN", at=NOW, title="会場をさがす", due_on=date(2026, 12, 24),
                             milestone=True))  # fmt: skip
    assert "協働ラボ" not in (await visitor.looks(page)).text
    async with centre.db.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, case.citizen_id), now=NOW)

    erased = (await visitor.looks(page)).text
    assert [words for words in (*SAID.values(), "会場をさがす") if words in erased] == []


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


@pytest.mark.parametrize(
    ("asked", "told", "tag"),
    [
        ("?lang=en", "I agree, begin", "en"),
        ("?lang=easy", "わかりました", "ja"),
        ("", "同意してはじめる", "ja"),
        ("?lang=xx", "同意してはじめる", "ja"),
    ],
)
async def test_it_speaks_three_languages(visitor: Visitor, asked: str, told: str, tag: str) -> None:
    page = await visitor.looks(f"/form{asked}", **{"Accept-Language": "ja"})

    assert told in page.text
    assert f'<html lang="{tag}">' in page.text


async def test_a_language_is_remembered(visitor: Visitor) -> None:
    await visitor.looks("/form?lang=en")

    assert "Consult us" in (await visitor.looks("/form")).text


async def test_changing_the_language_of_the_form_saves_what_was_typed(visitor: Visitor) -> None:
    draft = await begins(visitor)
    assert 'formaction="?lang=en" name="wish" value="language"' in (await visitor.looks(draft)).text
    token = (await visitor.looks(draft)).token
    switched = await visitor.sends(f"{draft}?lang=en", {"token": token, "wish": "language", "background": "孤食"}, {})

    assert (switched.status, switched.goes_to) == (303, f"{draft}?lang=en")
    english = await visitor.looks(switched.goes_to)
    assert "Your consultation" in english.text
    assert "孤食</textarea>" in english.text


async def test_what_can_t_be_saved_at_a_change_of_language_is_said_in_the_new_one(visitor: Visitor) -> None:
    draft = await begins(visitor)
    token = (await visitor.looks(draft)).token
    typed = {"token": token, "wish": "language", "name": "あ" * 201}
    refused = await visitor.sends(f"{draft}?lang=en", typed, {})

    assert refused.status == 422
    assert "is too long" in refused.text
    assert typed["name"] in refused.text


async def test_enter_looks_the_form_over_and_changes_no_language(visitor: Visitor) -> None:
    page = await visitor.looks(await begins(visitor))

    first = re.findall(r"<button[^>]*>", page.text)[0]  # what browsers press for Enter
    assert 'form="answers" name="wish" value="review"' in first


@pytest.mark.parametrize(
    ("language", "by", "at"),
    [
        ("ja", "11月28日(土)までに", "11月25日(水) 12:00"),
        ("easy", "11月28日(土)までに", "11月25日(水) 12:00"),
        ("en", "a first answer by Saturday, 28 November.", "Wednesday, 25 November, 12:00"),
    ],
)
async def test_dates_are_in_the_language_of_the_page(
    visitor: Visitor, centre: Centre, language: str, by: str, at: str
) -> None:
    page, case = await a_case(visitor, centre)
    assert by in (await visitor.looks(f"{page}?lang={language}")).text
    async with centre.db.transaction() as session:
        await received.claim(session, case.number, by="UMAIN", now=NOW)
        await talk.reply(session, case.number, "来週お会いできますか", by="UMAIN", now=NOW)

    assert at in (await visitor.looks(page)).text
