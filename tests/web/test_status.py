"""The page of what was sent: found by number and code; what stands on it, and writing to the coordinators."""

import html
import re
from datetime import date
from typing import Any

from sqlmodel import select

from bot.desk.consultation import privacy
from bot.desk.consultation.intake import received
from bot.desk.talk import talk
from storage.models import CaseEvent, Citizen, Meeting, OutboxRow, PlanTask, Publication
from tests.web.served import Visitor
from tests.web.web_centre import NOW, SAID, Centre, a_case


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
    thanks = (await visitor.looks(written.goes_to)).text
    assert "火曜日なら" in thanks
    assert "<title>担当者に伝えました。 - " in thanks
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

    for words in (
        "・11月25日(水) 12:00",
        "協働ラボ",
        "12月24日(木)",
        "動きやすい服で",
        "会場をさがす",
        "進め方の話",
        "090-0000-0000",
    ):
        assert words in shown
    assert "内部の準備" not in shown


async def test_news_are_told_in_the_language_of_the_page_and_people_s_words_stay(
    visitor: Visitor, centre: Centre
) -> None:
    page, case = await a_case(visitor, centre)
    of_case: dict[str, Any] = {"case_id": case.id, "by": "UMAIN", "at": NOW}
    async with centre.db.transaction() as session:
        session.add(
            Meeting(**of_case, kind="hearing", state="fixed", starts_at=NOW, place="協働ラボ", agenda="Please come")
        )
        session.add(PlanTask(**of_case, title="会場をさがす", due_on=date(2026, 12, 24), milestone=True))
        session.add(PlanTask(**of_case, title="仲間をさがす", due_on=date(2026, 12, 1), milestone=True, done_at=NOW))
        session.add(Publication(**of_case, state="asked", title="空き店舗の食堂"))
        await talk.reply(session, case.number, "来週お会いできますか", by="UMAIN", now=NOW)
    shown = await visitor.looks(f"{page}?lang=en")

    told = [html.unescape(words) for words in re.findall(r'<p class="text".*</p>', shown.text)]
    assert told == [
        '<p class="text">We would like to hear you on: Wednesday, 25 November, 12:00</p>',
        '<p class="text">Place: <span lang="ja">協働ラボ</span></p>',
        '<p class="text">From the coordinator: Please come</p>',
        '<p class="text">What comes next</p>',
        '<p class="text">✓ (done) <span lang="ja">仲間をさがす</span></p>',
        '<p class="text">□ by Thursday, 24 December: <span lang="ja">会場をさがす</span></p>',
        '<p class="text">May we publish this text as a case? It is in Japanese; please ask us if you can\'t read it.'
        "</p>",
        '<p class="text"><span lang="ja">空き店舗の食堂</span></p>',
        '<p class="text"><span lang="ja">来週お会いできますか</span></p>',
    ]
    assert f'<dd class="text"><span lang="ja">{SAID["overview"]}</span></dd>' in shown.text


async def test_where_people_meet_is_news_and_no_talk(visitor: Visitor, centre: Centre) -> None:
    page, case = await a_case(visitor, centre)
    async with centre.db.transaction() as session:
        session.add(CaseEvent(case_id=case.id, by="UMAIN", at=NOW, action="dialogue", audience="citizen",
                              words=["協働ラボ", "役割を決める"]))  # fmt: skip

    assert "協働ラボ" not in (await visitor.looks(page)).text


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
