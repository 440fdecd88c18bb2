"""From a closed case to a published one and back: drafted, edited, agreed to, published, withdrawn."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.consultation import privacy
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import agreement, closing, publication, publishing
from bot.desk.consultation.publishing.agreement import Outcome, Wish
from bot.desk.consultation.publishing.publication import Text
from bot.desk.team import staff, team
from bot.errors import Refused
from knowledge.entries import of_case
from storage.models import (
    AnswerPart,
    Case,
    CaseEvent,
    Citizen,
    KnowledgeChange,
    Organisation,
    PastCase,
    Publication,
    PublicationState,
    Role,
    Stage,
    Stakeholder,
    StakeholderState,
)
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

LEAD, OTHER = "ULEAD", "UOTHER"
TEXT = Text("空き店舗の食堂", "こども食堂の例", "相談の内容\n駅前の空き店舗", "鶴見区", "子ども・若者", ("商店会",))


class Library:
    """The way of one case into the library, told in verbs."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.number, self._taps = desk, "", 0

    async def closes(self, *, line: bool = True, overview: str = "", **said: str) -> None:
        self.number = await self.desk.case(stage=Stage.FOLLOW_UP, line=line)
        if overview:
            await self._says(overview)
        await self.desk.does(closing.close, self.number, reason="完了", by=MAIN, **said)

    async def edits(self, text: Text = TEXT, *, seen: str | None = None, by: str = MAIN) -> None:
        await self.desk.does(publication.save, self.number, text, seen=seen, by=by)

    async def agreed(self, by: str, hand: str) -> None:
        """A text that its citizen agreed to, in which `by` had a hand."""
        self.number = await self.desk.case(stage=Stage.FOLLOW_UP, line=hand != "noted")
        await self.desk.does(closing.close, self.number, reason="完了", by=by if hand == "closed" else MAIN)
        await self.edits(by=by if hand == "edited" else MAIN)
        if hand == "noted":
            await self.desk.does(agreement.note_consent, self.number, "電話で", seen=None, by=by)
        else:
            await self.taps(Wish.AGREE, await self.asks(by if hand == "asked" else MAIN))

    async def asks(self, by: str = MAIN) -> str:
        """The text is on the citizen's screen; returns its digest, as the buttons have it."""
        await self.desk.does(agreement.ask, self.number, seen=None, by=by)
        return str((await self.desk.sent("line", agreement.ASK))[-1].payload["digest"])

    async def taps(self, wish: Wish, shown: str = "", row: int | None = None) -> Outcome:
        self._taps += 1
        citizen, id_ = await self.citizen(), (await self.row()).id
        outcome, _ = await self.desk.does(agreement.answer, citizen, row or id_, shown, wish, key=f"line:{self._taps}")
        return outcome

    async def publishes(self, by: str = LEAD) -> None:
        await self.desk.does(publishing.publish, self.number, seen=None, site="https://example.jp/", by=by)

    async def row(self) -> Publication:
        return await self._one(select(Publication))

    async def entry(self) -> PastCase | None:
        async with self.desk.database.reading() as session:
            return await session.get(PastCase, publishing.entry_of(self.number))

    async def citizen(self) -> Citizen:
        return await self._one(select(Citizen))

    async def history(self) -> list[CaseEvent]:
        async with self.desk.database.reading() as session:
            return list((await session.exec(select(CaseEvent).order_by(CaseEvent.id))).all())

    async def noted_changes(self) -> int:
        async with self.desk.database.reading() as session:
            return len((await session.exec(select(KnowledgeChange).where(KnowledgeChange.kind == "case"))).all())

    async def _one(self, query: Any) -> Any:
        async with self.desk.database.reading() as session:
            return (await session.exec(query)).one()

    async def _says(self, overview: str) -> None:
        async with self.desk.database.transaction() as session:
            part = (await session.exec(select(AnswerPart).where(AnswerPart.question == "overview"))).one()
            part.text = overview
            session.add(part)


@pytest.fixture
def library(desk: Desk) -> Library:
    return Library(desk)


@pytest.fixture
def small_library(small_desk: Desk) -> Library:
    return Library(small_desk)


async def test_closing_makes_a_draft_of_what_was_told_and_learnt_without_anything_personal(library: Library) -> None:
    await library.closes(
        overview="みなと会の山田花子です。空き店舗で子ども食堂を開きたい。電話は０４５ー０００ー００００です。",
        learnings="商店会と早くつながる", methods="試食会を3回", partners="鶴見商店会；みなと会\n社協",
    )  # fmt: skip

    row = await library.row()
    assert (row.state, row.ward, row.theme, row.by) == (PublicationState.DRAFT, "鶴見区", "子ども・若者", MAIN)
    assert row.title == "【氏名】の【氏名】です"
    assert "空き店舗で子ども食堂を開きたい。電話は【電話】です。" in row.body
    assert row.body.endswith("進め方・手法\n試食会を3回\n\n学び\n商店会と早くつながる")
    assert row.organisations == ["鶴見商店会", "社協"]
    assert not any(own in f"{row.title}{row.summary}{row.body}" for own in ("みなと会", "花子", "０００"))
    assert (await library.desk.sent("slack", "thread"))[-1].payload["drafted"] is True


async def test_title_summary_and_first_paragraph_say_different_things_or_are_left_empty(library: Library) -> None:
    await library.closes(overview="団地で工作の会を開きたい。")
    row = await library.row()
    assert (row.title, row.summary) == ("団地で工作の会を開きたい", "")
    assert row.body.startswith("背景・動機\nbackgroundの回答です")


async def test_a_summary_goes_on_where_the_title_ends(small_library: Library) -> None:
    await small_library.closes(overview="団地で工作の会を開きたい。子どもと高齢者が集まる。")

    row = await small_library.row()
    assert (row.title, row.summary) == ("団地で工作の会を開きたい", "子どもと高齢者が集まる。")
    assert row.body.startswith("相談の内容\n団地で工作の会を開きたい。子どもと高齢者が集まる。")


async def test_a_known_organisation_stands_whole_in_the_draft(small_library: Library) -> None:
    async with small_library.desk.database.transaction() as session:
        session.add(Organisation(id="o1", name="佐藤商店", aliases=["のぞみ園の親の会"], updated_at=NOON))

    await small_library.closes(overview="みほん技術者OB会と佐藤商店、のぞみ園の親の会の佐藤さんに会いたい")

    assert (await small_library.row()).title == "みほん技術者OB会と佐藤商店、のぞみ園の親の会の【氏名】さんに会いたい"


async def test_what_was_covered_is_shown_again_where_the_editor_says_so_and_never_the_citizen_s_own(
    library: Library,
) -> None:
    await library.closes(overview="みなと会です。佐藤さんと鈴木さんに会いたい。", learnings="佐藤さんが支えた")
    row = await library.row()
    async with library.desk.database.reading() as session:
        every = await publication.covered_in(session, (await session.exec(select(Case))).one())
    assert [(at, one.words) for at, one in publication.still_covered(publication.text_of(row), every).items()] == [
        (0, "佐藤"),
        (1, "鈴木"),
    ]

    await library.desk.does(publication.save, library.number, publication.text_of(row), seen=None, shows=[0], by=MAIN)

    row = await library.row()
    assert row.summary == "佐藤さんと【氏名】さんに会いたい。"
    assert "佐藤さんが支えた" in row.body
    assert "みなと会" not in row.title + row.summary + row.body


async def test_the_history_keeps_what_was_said_at_closing_where_erasure_finds_it(small_library: Library) -> None:
    await small_library.closes(learnings="早く聞く", methods="訪ねる", partners="商店会")

    said = (await small_library.history())[-1]
    assert dict(zip(said.after["said"], said.words, strict=True)) == {
        "reason": "完了", "learnings": "早く聞く", "methods": "訪ねる", "partners": "商店会",
    }  # fmt: skip


async def test_those_who_agreed_to_take_part_are_named(small_library: Library) -> None:
    small_library.number = await small_library.desk.case(stage=Stage.FOLLOW_UP)
    async with small_library.desk.database.transaction() as session:
        for name, state in (("商店会", "willing"), ("町内会", "asked"), ("みなと会", "willing")):
            session.add(Stakeholder(case_id=1, name=name, state=StakeholderState(state), by=MAIN, at=NOON))

    await small_library.desk.does(closing.close, small_library.number, reason="完了", by=MAIN)

    assert (await small_library.row()).organisations == ["商店会"]


async def test_who_was_shown_another_door_becomes_no_entry(small_library: Library) -> None:
    small_library.number = await small_library.desk.case()
    await small_library.desk.does(received.refer, small_library.number, door="区役所 045-111-1111", by=MAIN)

    with pytest.raises(Refused, match="下書きがありません"):
        await small_library.desk.does(publication.opened, small_library.number, by=MAIN)


async def test_a_case_closed_before_there_were_drafts_gets_one_when_it_is_opened(small_library: Library) -> None:
    await small_library.closes()
    async with small_library.desk.database.transaction() as session:
        await session.delete((await session.exec(select(Publication))).one())

    await small_library.desk.does(publication.opened, small_library.number, by=SUB)

    assert (await small_library.row()).title == "overviewの回答です"


async def test_a_draft_is_edited_and_every_text_stays_in_the_history(library: Library) -> None:
    await library.closes()
    await library.edits(
        replace(TEXT, title=" 空き店舗の\n食堂 ", body="一\n\n\n 　\n二\0", organisations=("", " 商店会 "))
    )

    row = await library.row()
    assert (row.title, row.body, row.organisations) == ("空き店舗の 食堂", "一\n\n二", ["商店会"])
    drafts = [event for event in await library.history() if event.action == "draft"]
    assert [event.words[0] for event in drafts] == ["overviewの回答です", "空き店舗の 食堂"]
    assert drafts[-1].after["digest"] == publication.text_of(row).digest


async def test_who_was_overtaken_by_a_colleague_is_told_and_changes_nothing(library: Library) -> None:
    await library.closes()
    seen = publication.text_of(await library.row()).digest

    async def edit(title: str, by: str) -> Exception | None:
        try:
            await library.edits(replace(TEXT, title=title), seen=seen, by=by)
        except Refused as refused:
            return refused
        return None

    met = [one for one in await asyncio.gather(edit("甲", MAIN), edit("乙", SUB)) if one]

    row = await library.row()
    assert len(met) == 1
    assert f"<@{row.by}>" in str(met[0])


@pytest.mark.parametrize("where", ["title", "summary", "body", "organisations"])
async def test_nothing_goes_to_the_citizen_while_their_name_or_number_is_in_it(
    small_library: Library, where: str
) -> None:
    await small_library.closes()
    for own in ("みなと 会の話", "０４５（０００）００００まで"):
        text = replace(TEXT, **{where: (own,) if where == "organisations" else own})
        await small_library.edits(text)
        with pytest.raises(Refused, match="お名前か連絡先"):
            await small_library.asks()

    assert (await small_library.row()).state == PublicationState.DRAFT
    assert await small_library.desk.sent("line", agreement.ASK) == []


async def test_the_citizen_agrees_to_the_exact_text_and_an_editor_publishes_it(library: Library) -> None:
    await library.closes()
    await library.edits()
    shown = await library.asks()

    (asked,) = await library.desk.sent("line", agreement.ASK)
    assert asked.payload["text"]["body"] == TEXT.body
    assert (await library.row()).state == PublicationState.ASKED
    library.desk.now += timedelta(hours=1)
    assert await library.taps(Wish.AGREE, shown) is Outcome.AGREED
    row = await library.row()
    assert (row.state, row.digest, row.answered_at) == (PublicationState.AGREED, TEXT.digest, library.desk.now)

    await library.publishes()

    entry, row = await library.entry(), await library.row()
    assert entry is not None
    assert (entry.id, entry.title, entry.body, entry.organisations) == (
        f"case-{library.number}", TEXT.title, TEXT.body, ["商店会"],
    )  # fmt: skip
    assert (entry.published, entry.sample, entry.retired_at, entry.year) == (True, False, None, 2026)
    assert entry.source == "横浜市市民協働推進センター 相談事例"
    assert (row.state, row.editor, row.published_at) == (PublicationState.PUBLISHED, LEAD, library.desk.now)
    assert (entry.extra, of_case(entry).party) == ({"party": "group"}, "団体")
    assert await library.noted_changes() == 1
    (told,) = await library.desk.sent("line", publishing.PUBLISHED)
    assert told.payload["page"] == f"https://example.jp/cases/case-{library.number}"


@pytest.mark.parametrize("hand", ["edited", "asked", "noted", "closed", "main", "sub", "city_staff"])
async def test_whoever_wrote_the_text_or_works_on_the_case_does_not_publish_it(library: Library, hand: str) -> None:
    bound = {"main": MAIN, "sub": SUB, "city_staff": CITY}.get(hand, LEAD)
    await library.agreed(bound, hand)
    await library.desk.hires(**{bound: Role.LEAD, OTHER: Role.LEAD, "UCOORD": Role.COORDINATOR, "UNAKA": Role.LEAD})
    async with library.desk.database.transaction() as session:
        await staff.describe(session, "UNAKA", only_ward="中区")

    with pytest.raises(Refused, match=f"公開できる <@{OTHER}> さんに声を"):
        await library.publishes(bound)

    assert await library.entry() is None
    await library.publishes(OTHER)
    assert (await library.row()).editor == OTHER


async def test_a_centre_whose_only_lead_wrote_the_text_is_told_what_to_do(small_library: Library) -> None:
    await small_library.desk.hires(**{LEAD: Role.LEAD})
    await small_library.agreed(LEAD, "edited")

    with pytest.raises(Refused, match=r"ほかに公開できる人がいません.*staff add"):
        await small_library.publishes(LEAD)


async def test_who_only_read_the_draft_may_publish_it(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()
    await small_library.edits(TEXT, by=LEAD)  # opened and saved as it was
    await small_library.taps(Wish.AGREE, await small_library.asks())

    await small_library.publishes(LEAD)

    assert (await small_library.row()).editor == LEAD


@pytest.mark.parametrize("wish", [None, Wish.REFUSE, Wish.MEND])
async def test_without_consent_nothing_is_published(small_library: Library, wish: Wish | None) -> None:
    await small_library.closes()
    await small_library.edits()
    shown = await small_library.asks()
    if wish:
        await small_library.taps(wish, shown)

    with pytest.raises(Refused, match="同意がまだ"):
        await small_library.publishes()

    assert await small_library.entry() is None


async def test_another_text_needs_another_consent(library: Library) -> None:
    await library.closes()
    await library.edits()
    old = await library.asks()
    await library.taps(Wish.AGREE, old)

    await library.edits(replace(TEXT, body=f"{TEXT.body}。"))

    assert (await library.row()).state == PublicationState.DRAFT
    with pytest.raises(Refused, match="同意がまだ"):
        await library.publishes()
    assert await library.taps(Wish.AGREE, old) is Outcome.OUTDATED
    new = await library.asks()
    assert await library.taps(Wish.REFUSE, old) is Outcome.OUTDATED
    assert (await library.row()).state == PublicationState.ASKED
    assert await library.taps(Wish.AGREE, new) is Outcome.AGREED
    await library.publishes()


async def test_saving_the_same_text_again_keeps_the_consent(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()
    await small_library.taps(Wish.AGREE, await small_library.asks())

    await small_library.edits(replace(TEXT, body=f"{TEXT.body}\n"))

    assert (await small_library.row()).state == PublicationState.AGREED
    with pytest.raises(Refused, match="すでに同意"):
        await small_library.asks()


async def test_the_citizen_may_change_their_mind_and_taps_twice_without_harm(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()
    shown = await small_library.asks()

    outcomes = [await small_library.taps(wish, shown) for wish in (Wish.AGREE, Wish.AGREE, Wish.REFUSE, Wish.AGREE)]

    assert outcomes == [Outcome.AGREED, Outcome.NOTHING, Outcome.REFUSED, Outcome.AGREED]
    said = await small_library.desk.said_in_thread()
    assert said.count("publication_consented") == 2


async def test_somebody_else_s_tap_changes_nothing(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()
    shown, row = await small_library.asks(), await small_library.row()
    other = await small_library.desk.citizen("Ubob")

    met = await small_library.desk.does(agreement.answer, other, row.id, shown, Wish.AGREE, key="k")

    assert met == (Outcome.NOTHING, "")
    assert (await small_library.row()).state == PublicationState.ASKED


async def test_who_has_no_line_agrees_by_phone_and_how_is_written_down(library: Library) -> None:
    await library.closes(line=False)
    await library.edits()
    with pytest.raises(Refused, match="LINE で届きません"):
        await library.asks()
    with pytest.raises(Refused, match="いつ、どなたから"):
        await library.desk.does(agreement.note_consent, library.number, " ", seen=None, by=MAIN)

    how = "11月24日、ご本人から電話で"
    await library.desk.does(agreement.note_consent, library.number, how, seen=TEXT.digest, by=MAIN)

    noted = (await library.history())[-1]
    assert (noted.action, noted.by, noted.words) == ("consent_noted", MAIN, [how])
    assert noted.after["digest"] == TEXT.digest
    await library.publishes()
    assert (await library.desk.sent("slack", "thread"))[-1].payload["told"] is False


async def test_who_has_line_is_asked_there(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()

    with pytest.raises(Refused, match="LINE で届きます"):
        await small_library.desk.does(agreement.note_consent, small_library.number, "電話で", seen=None, by=MAIN)


async def test_a_decision_is_on_the_text_that_was_seen(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()
    for use_case in (agreement.ask, publishing.publish):
        more = {"site": ""} if use_case is publishing.publish else {}
        with pytest.raises(Refused, match="書きかえました"):
            await small_library.desk.does(use_case, small_library.number, seen="0" * 32, by=MAIN, **more)


async def test_a_text_longer_than_line_shows_at_once_is_refused(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits(replace(TEXT, body="🙂" * 8_000))

    with pytest.raises(Refused, match="長すぎます"):
        await small_library.asks()


Stops = Callable[[Library], Awaitable[None]]


async def _by_button(library: Library) -> None:
    assert await library.taps(Wish.STOP) is Outcome.STOPPED


async def _by_words(library: Library) -> None:
    stopped = await library.desk.does(agreement.stop_all, await library.citizen(), key="line:stop")
    assert stopped == [library.number]


async def _by_refusing_after_all(library: Library) -> None:
    assert await library.taps(Wish.REFUSE, TEXT.digest) is Outcome.STOPPED


async def _by_phone(library: Library) -> None:
    await library.desk.does(agreement.stop, library.number, "ご本人から電話で", by=MAIN)


async def _by_erasing(library: Library) -> None:
    await library.desk.does(privacy.erase, await library.citizen())


@pytest.mark.parametrize("stops", [_by_button, _by_words, _by_refusing_after_all, _by_phone, _by_erasing])
async def test_consent_is_taken_back_at_any_time_and_the_entry_is_gone(library: Library, stops: Stops) -> None:
    await published(library)

    await stops(library)

    entry, row = await library.entry(), await library.row()
    assert entry is not None
    assert entry.retired_at == library.desk.now
    assert (entry.title, entry.summary, entry.body, entry.organisations) == ("", "", "", [])
    assert (row.state, row.withdrawn_at) == (PublicationState.WITHDRAWN, library.desk.now)
    assert await library.noted_changes() == 2


async def test_a_second_wish_to_stop_changes_nothing(small_library: Library) -> None:
    await published(small_library)
    await _by_button(small_library)

    assert await small_library.taps(Wish.STOP) is Outcome.NOTHING
    with pytest.raises(Refused, match="公開されていません"):
        await _by_phone(small_library)
    assert await small_library.noted_changes() == 2


async def test_what_was_withdrawn_can_be_agreed_to_and_published_again(small_library: Library) -> None:
    await published(small_library)
    await _by_words(small_library)

    await small_library.taps(Wish.AGREE, await small_library.asks())
    await small_library.publishes()

    entry = await small_library.entry()
    assert entry is not None
    assert (entry.title, entry.retired_at) == (TEXT.title, None)
    assert publication.is_public(await small_library.row())


async def test_while_new_words_wait_for_consent_the_agreed_ones_stay_public_and_can_be_stopped(
    small_library: Library,
) -> None:
    await published(small_library)
    await small_library.edits(replace(TEXT, title="新しい件名"))

    entry = await small_library.entry()
    assert entry is not None
    assert entry.title == TEXT.title
    assert publication.is_public(await small_library.row())
    await _by_button(small_library)


async def test_a_wish_for_mending_leaves_public_what_was_agreed_to(small_library: Library) -> None:
    await published(small_library)

    assert await small_library.taps(Wish.MEND, TEXT.digest) is Outcome.MENDING

    assert (await small_library.row()).state == PublicationState.PUBLISHED
    assert "publication_mending_wished" in await small_library.desk.said_in_thread()


async def test_what_is_public_outlives_the_case_s_words_and_can_still_be_stopped(library: Library) -> None:
    await published(library)
    library.desk.now += privacy.KEPT + timedelta(days=1)
    async with library.desk.database.transaction() as session:
        await privacy.expire(session, library.desk.now)

    entry = await library.entry()
    assert entry is not None
    assert (entry.title, entry.retired_at) == (TEXT.title, None)
    await _by_words(library)
    assert await library.taps(Wish.STOP) is Outcome.NOTHING


async def test_erasing_ends_what_was_waiting_and_nothing_can_be_written_anew(small_library: Library) -> None:
    await small_library.closes()
    await small_library.edits()
    await small_library.asks()
    await _by_erasing(small_library)

    row = await small_library.row()
    assert (row.state, row.title, row.body, row.organisations) == (PublicationState.WITHDRAWN, "", "", [])
    with pytest.raises(Refused, match="消去されている"):
        await small_library.edits()
    (asked,) = await small_library.desk.sent("line", agreement.ASK)
    assert TEXT.title not in str(asked.payload)


async def test_a_case_that_is_still_open_has_no_draft(small_library: Library) -> None:
    number = await small_library.desk.opens(await small_library.desk.proposal(await small_library.desk.citizen()))
    await small_library.desk.does(received.claim, number, by=MAIN)
    await small_library.desk.does(team.staff, number, city_staff=CITY, by=MAIN)

    with pytest.raises(Refused, match="できません"):
        await small_library.desk.does(publication.opened, number, by=MAIN)

    async with small_library.desk.database.reading() as session:
        assert (await session.exec(select(Case))).one().stage == Stage.HEARING


async def published(library: Library) -> None:
    await library.closes()
    await library.edits()
    await library.taps(Wish.AGREE, await library.asks())
    await library.publishes()
