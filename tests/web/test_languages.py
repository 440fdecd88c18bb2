"""The form and the page of what was sent in three languages, and nothing lost on the way from one to another."""

import re

import pytest
from sqlmodel import select

from bot.desk.consultation.intake import received
from bot.desk.talk import talk
from storage.models import CaseEvent
from tests.web.served import Visitor
from tests.web.web_centre import NOW, SAID, Centre, a_case, begins


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


async def test_changing_the_language_of_what_is_looked_over_stays_there(visitor: Visitor) -> None:
    draft = await begins(visitor)
    looked_over = await visitor.fills_in(draft, files={}, wish="review", **SAID)
    assert 'formaction="?lang=en" name="wish" value="review"' in looked_over.text
    english = await visitor.sends(f"{draft}?lang=en", {"token": looked_over.token, "wish": "review"}, {})

    assert "Please look it over" in english.text
    assert SAID["overview"] in english.text


async def test_changing_the_language_of_a_case_s_page_keeps_what_was_typed_and_sends_nothing(
    visitor: Visitor, centre: Centre
) -> None:
    page, _ = await a_case(visitor, centre)
    shown = await visitor.looks(page)
    assert 'formaction="?lang=en" name="wish" value="language"' in shown.text
    typed = {"token": shown.token, "homepage": "", "wish": "language", "words": "火曜日なら"}
    english = await visitor.sends(f"{page}?lang=en", typed)

    assert (english.status, "Your message" in english.text, "火曜日なら</textarea>" in english.text) == (
        200,
        True,
        True,
    )
    assert "Your message" in (await visitor.looks(page)).text
    async with centre.db.reading() as session:
        assert (await session.exec(select(CaseEvent).where(CaseEvent.action == "citizen_wrote"))).all() == []


async def test_changing_the_language_keeps_number_and_code_and_is_no_try(visitor: Visitor, centre: Centre) -> None:
    page, case = await a_case(visitor, centre)
    typed = {"number": case.number, "code": centre.links.code(case.number)}
    token = (await visitor.looks("/status")).token
    for _ in range(21):
        english = await visitor.sends("/status?lang=en", {"token": token, "homepage": "", "wish": "language", **typed})

    assert english.status == 200
    assert [f'value="{value}"' in english.text for value in typed.values()] == [True, True]
    assert "Please enter your receipt number" in english.text
    assert (await visitor.sends("/status", {"token": token, "homepage": "", **typed})).goes_to == page


async def test_another_site_s_change_of_language_puts_no_words_here(visitor: Visitor, centre: Centre) -> None:
    page, _ = await a_case(visitor, centre)

    assert (await visitor.sends(f"{page}?lang=en", {"wish": "language", "words": "x"})).status == 400


async def test_enter_looks_the_form_over_and_changes_no_language(visitor: Visitor) -> None:
    page = await visitor.looks(await begins(visitor))

    first = re.findall(r"<button[^>]*>", page.text)[0]  # what browsers press for Enter
    assert 'form="answers" name="wish" value="review"' in first


async def test_enter_changes_no_language_elsewhere_either(visitor: Visitor, centre: Centre) -> None:
    for page in ("/status", (await a_case(visitor, centre))[0]):
        first = re.findall(r"<button[^>]*>", (await visitor.looks(page)).text)[0]
        assert "formaction" not in first


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
