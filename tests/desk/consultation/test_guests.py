"""A guest sees one case without personal data, says what they think, and nothing after that."""

import pytest
from sqlmodel import select

from bot.desk.consultation import guests, privacy
from bot.desk.consultation.direction import hypotheses
from bot.desk.consultation.publishing import closing
from bot.desk.record.moves import Action
from bot.desk.team import staff
from bot.desk.team.staff import NotAllowed
from bot.errors import Refused
from storage.models import AnswerPart, Citizen, Proposal, Stage
from tests.desk.case_desk import MAIN, SUB, Desk

GUEST = "UGUEST"
ASKED = "空き店舗の家賃補助について、意見をください"


async def _invites(desk: Desk, number: str, **more: object) -> None:
    asked = {"guest": GUEST, "organisation": "経済局商業振興課", "asked": ASKED, "by": MAIN, **more}
    await desk.does(guests.invite, number, **asked)


async def _pack(desk: Desk, number: str, guest: str = GUEST) -> guests.Pack:
    async with desk.database.reading() as session:
        return await guests.pack(session, number, guest)


async def _says(desk: Desk, words: str) -> None:
    """The citizen's answers hold what nobody outside may read."""
    async with desk.database.transaction() as session:
        for part in (await session.exec(select(AnswerPart))).all():
            part.text = words
            session.add(part)


async def test_a_guest_is_asked_in_and_sees_nothing_of_a_person(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await desk.does(hypotheses.propose, number, "月2回の子ども食堂の案です。", by=MAIN)
    await _says(desk, "山田花子です。電話は045-123-4567です")

    await _invites(desk, number)

    pack = await _pack(desk, number)
    assert (pack.number, pack.ward, pack.theme, pack.asked) == (number, "鶴見区", "子ども・若者", ASKED)
    assert pack.hypothesis is not None
    assert pack.hypothesis.text == "月2回の子ども食堂の案です。"
    assert pack.answers == {}
    for private in ("山田花子", "045", "みなと会"):
        assert private not in str(pack)
    (told,) = [row for row in await desk.sent("slack", "direct") if row.payload["say"] == "guest_invited"]
    assert told.payload["to"] == GUEST
    assert ASKED not in str(told.payload)
    assert (await desk.said_in_thread())[-1] == "guest_called"


async def test_the_answers_are_shown_only_when_ticked_and_then_covered(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    await _says(desk, "空き店舗を使いたい。電話は045-123-4567、メールは hanako@example.jp です")

    await _invites(desk, number, with_answers=True)
    shown = (await _pack(desk, number)).answers["overview"]
    assert "空き店舗を使いたい" in shown
    assert "123-4567" not in shown
    assert "hanako" not in shown

    await _invites(desk, number)  # asked again without the tick: the newest counts
    assert (await _pack(desk, number)).answers == {}


async def test_the_citizen_s_own_name_is_covered_too_however_it_is_written(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    async with desk.database.transaction() as session:
        (await session.exec(select(Proposal))).one().name = "高橋の会"
    await _says(desk, "髙橋の会の集まりで、045-000-0000にかける")

    await _invites(desk, number, with_answers=True)

    assert (await _pack(desk, number)).answers["overview"] == "【氏名】の集まりで、【電話】にかける"


async def test_a_guest_s_words_reach_the_thread_and_the_history_only(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await _invites(desk, number)
    before = len(await desk.sent("line"))

    await desk.does(guests.write, number, "補助の対象になりそうです", by=GUEST)

    line = (await desk.sees(number)).history[-1]
    assert (line.action, line.by, line.words, line.audience) == (
        "guest_wrote", GUEST, ("補助の対象になりそうです",), "internal",
    )  # fmt: skip
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["by"], note["organisation"]) == ("guest_wrote", GUEST, "経済局商業振興課")
    assert len(await desk.sent("line")) == before


async def test_elsewhere_a_guest_may_nothing(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await _invites(desk, number)
    other = await desk.opens(await desk.proposal())

    with pytest.raises(Refused, match="協力をお願いしている方だけ"):
        await _pack(desk, other)
    with pytest.raises(Refused, match="協力をお願いしている方だけ"):
        await desk.does(guests.write, other, "意見", by=GUEST)
    async with desk.database.reading() as session:
        assert await guests.is_guest(session, number, GUEST)
        assert not await guests.is_guest(session, other, GUEST)
        assert not await guests.is_guest(session, "mine", GUEST)
        for action in (Action.LOOK, Action.NOTE):
            with pytest.raises(NotAllowed):
                await staff.allow(session, GUEST, action)


@pytest.mark.parametrize("how", ["declines", "is thanked", "case closes"])
async def test_after_the_end_nothing_is_seen(desk: Desk, how: str) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await _invites(desk, number)
    if how == "declines":
        await desk.does(guests.decline, number, by=GUEST)
        assert (await desk.said_in_thread())[-1] == "guest_declined"
    elif how == "is thanked":
        await desk.does(guests.end, number, guest=GUEST, by=SUB)
        assert (await desk.sent("slack", "direct"))[-1].payload["say"] == "guest_thanked"
    else:
        await desk.does(closing.close, number, reason="取り下げ", learnings="", by=MAIN)

    with pytest.raises(Refused, match="協力が終わったか、案件が終了"):
        await _pack(desk, number)
    for use_case in (guests.decline, guests.write):
        words = {"text": "意見"} if use_case is guests.write else {}
        with pytest.raises(Refused, match="協力が終わったか"):
            await desk.does(use_case, number, by=GUEST, **words)
    async with desk.database.reading() as session:
        assert not await guests.is_guest(session, number, GUEST)


async def test_who_left_can_be_asked_in_again(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await _invites(desk, number)
    await desk.does(guests.decline, number, by=GUEST)
    with pytest.raises(Refused, match="すでに終わっています"):
        await desk.does(guests.end, number, guest=GUEST, by=MAIN)

    await _invites(desk, number, organisation="経済局", asked="もう一度お願いします")

    assert (await _pack(desk, number)).asked == "もう一度お願いします"
    rows = (await desk.sees(number)).work.guests
    assert [(row.organisation, row.left_at) for row in rows] == [("経済局", None)]
    assert len([row for row in await desk.sent("slack", "direct") if row.payload["say"] == "guest_invited"]) == 2


@pytest.mark.parametrize(
    ("more", "why"),
    [({"guest": SUB}, "この案件の担当です"), ({"asked": " "}, "両方が必要"), ({"organisation": ""}, "両方が必要")],
)
async def test_an_invitation_is_whole(small_desk: Desk, more: dict[str, object], why: str) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    with pytest.raises(Refused, match=why):
        await _invites(small_desk, number, **more)
    assert (await small_desk.sees(number)).work.guests == ()


async def test_an_erased_case_shows_a_guest_no_words(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await desk.does(hypotheses.propose, number, "月2回の子ども食堂の案です。", by=MAIN)
    await _invites(desk, number, with_answers=True)
    async with desk.database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, 1), now=desk.now)

    pack = await _pack(desk, number)
    assert (pack.asked, pack.answers, pack.ward) == ("", {}, None)
    assert pack.hypothesis is not None
    assert pack.hypothesis.text == ""
