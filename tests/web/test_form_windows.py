"""A form in two windows, and a button that is pressed twice: nothing older wins, nothing is there twice."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.desk.talk import formats
from bot.web.consultation import seen
from bot.web.consultation.form import MOST
from storage.models import Attachment, Case, CaseEvent, Consent
from tests.web.served import Page, Visitor
from tests.web.web_centre import PNG, SAID, Centre, a_case, begins

SAVE = {"wish": "save"}


async def shown(visitor: Visitor, draft: str) -> str:
    return (await visitor.looks(draft)).text


async def told(centre: Centre) -> list[str]:
    async with centre.db.reading() as session:
        found = select(CaseEvent.words).where(CaseEvent.action == "citizen_wrote").order_by(CaseEvent.id)
        return [words for (words,) in (await session.exec(found)).all()]


def of(page: Page, **typed: str) -> dict[str, str]:
    """What a window hands in: everything as the page showed it, but what was typed."""
    return page.hidden | dict.fromkeys(MOST, "") | typed


async def test_a_window_left_open_puts_nothing_over_what_another_saved(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    old = await visitor.looks(draft)
    await visitor.sends(draft, of(old, overview="新しい概要", name="山田") | SAVE, {})
    centre.now += timedelta(minutes=1)

    late = await visitor.sends(draft, of(old, background="あとから") | SAVE, {})

    page = await shown(visitor, draft)
    assert late.status == 200
    assert all(words in page for words in ("新しい概要</textarea>", "あとから</textarea>", 'value="山田"'))


async def test_what_both_windows_changed_is_shown_with_both(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    old = await visitor.looks(draft)
    await visitor.sends(draft, of(old, overview="A <b>案") | SAVE, {})
    centre.now += timedelta(minutes=1)

    late = await visitor.sends(draft, of(old, overview="B案", background="同時に") | {"wish": "send"}, {})

    assert (late.status, await centre.count(Case)) == (422, 0)
    assert "B案</textarea>" in late.text
    assert "いま保存されている内容：A &lt;b&gt;案" in late.text
    assert "A &lt;b&gt;案</textarea>" in await shown(visitor, draft)

    centre.now += timedelta(minutes=1)
    sure = await visitor.sends(draft, of(late, overview="B案", background="同時に") | SAVE, {})
    assert sure.status == 200
    assert "B案</textarea>" in await shown(visitor, draft)


async def test_a_page_that_was_refused_still_knows_what_it_showed(visitor: Visitor, centre: Centre) -> None:
    draft = await begins(visitor)
    old = await visitor.looks(draft)
    await visitor.sends(draft, of(old, overview="新しい概要") | SAVE, {})
    centre.now += timedelta(minutes=1)

    refused = await visitor.sends(draft, of(old, background="あとから") | {"token": "old"} | SAVE, {})
    again = await visitor.sends(draft, of(refused, background="あとから") | SAVE, {})

    assert (refused.status, again.status) == (400, 200)
    assert "新しい概要</textarea>" in await shown(visitor, draft)


WORDS = st.text("あい \r\n=<&", max_size=4)


@given(before=WORDS, first=WORDS, second=WORDS)
def test_of_two_windows_no_word_is_lost_unsaid(before: str, first: str, second: str) -> None:
    saved = dict.fromkeys(MOST, "") | {"overview": before}
    page = {seen.FIELD: seen.mark(saved, MOST)}

    mine, apart = seen.written({**page, **saved, "overview": second}, {**saved, "overview": first}, MOST)

    assert set(mine) | set(apart) <= {"overview"}
    if seen._sum(second) == seen._sum(before):
        assert not mine
        assert not apart  # what another window wrote stays
    elif seen._sum(first) in (seen._sum(before), seen._sum(second)):
        assert mine == {"overview": second}
    else:
        assert apart == {"overview": second}  # said, with both


async def test_a_message_that_is_sent_twice_from_a_page_is_there_once(visitor: Visitor, centre: Centre) -> None:
    where, _ = await a_case(visitor, centre)
    page = await visitor.looks(where)

    answers = await asyncio.gather(*(visitor.sends(where, {**page.hidden, "words": "はい"}) for _ in range(3)))
    await visitor.sends(where, {**page.hidden, "words": "もう一つ"})  # with the page from before, by the back button
    await visitor.fills_in(where, words="はい")

    assert {answer.status for answer in answers} == {303}
    assert await told(centre) == ["はい", "もう一つ", "はい"]


async def test_a_page_without_its_mark_loses_no_message(visitor: Visitor, centre: Centre) -> None:
    where, _ = await a_case(visitor, centre)
    page = await visitor.looks(where)
    for _ in range(2):
        centre.now += timedelta(seconds=1)
        await visitor.sends(where, {"token": page.token, "homepage": "", "words": "はい"})

    assert await told(centre) == ["はい", "はい"]


async def test_a_form_that_is_sent_four_times_is_one_case(visitor: Visitor, centre: Centre) -> None:
    page = await visitor.looks(draft := await begins(visitor))
    send = of(page, **SAID) | {"wish": "send"}
    answers = await asyncio.gather(*(visitor.sends(draft, send, {"a.png": PNG}) for _ in range(4)))

    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    assert [await centre.count(table) for table in (Case, Attachment, Consent)] == [1, 1, 1]


@pytest.mark.parametrize("length", [5_001, 400_000])
@pytest.mark.filterwarnings("ignore:Sending a large body")  # the visitor holds it in memory
async def test_however_long_it_is_told_and_shown_again(visitor: Visitor, centre: Centre, length: int) -> None:
    draft = await begins(visitor)
    page = await visitor.looks(draft)
    assert "maxlength" not in page.text  # a browser would cut what is pasted, without a word

    long = await visitor.sends(draft, of(page, background="残る") | {"overview": "あ" * length} | SAVE, {"a.png": PNG})

    assert (long.status, await centre.count(Attachment)) == (422, 1)
    assert f"あと{length - 5_000:,}文字短く" in long.text
    assert f"{'あ' * length}</textarea>" in long.text
    assert "残る</textarea>" in await shown(visitor, draft)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/a.png", "a.png"),
        ("C:\\Users\\x\\写真.png", "写真.png"),
        ("\u202egnp.exe.png", "gnp.exe.png"),
        ("か\u3099.png", "が.png"),
        ("家族👨\u200d👩\u200d👧.png", "家族👨\u200d👩\u200d👧.png"),
        (f"{'長' * 300}.png", f"{'長' * 116}.png"),
    ],
)
async def test_a_file_has_a_name_that_everybody_sees_alike(
    visitor: Visitor, centre: Centre, name: str, kept: str
) -> None:
    await visitor.fills_in(await begins(visitor), files={name: PNG}, wish="save")

    assert (await centre.one(Attachment)).name == kept


@given(st.text(min_size=1, max_size=30), st.sampled_from([".png", ".pdf"]))
def test_any_name_is_kept_plain(name: str, ending: str) -> None:
    plain = formats.plain(name + ending)

    assert plain.endswith(ending)
    assert formats.plain(plain) == plain
    assert not set(plain) & set("/\\\0\n\u202e\ud800")
