"""Three people for a case, with why: what counts, who is left out, and what becomes of asking one."""

from datetime import timedelta

import pytest

from bot.desk.consultation import staffing
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.record import record
from bot.desk.team import absence, staff, suggestions
from bot.desk.team.suggestions import Colleague, Suggestion, suggest
from bot.errors import Refused
from storage.models import Role, Stage
from tests.desk.case_desk import MAIN, SUB, Desk

THEME, WARD = "子ども・若者", "鶴見区"  # of the desk's cases


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Colleague("UA", themes=(THEME,)), Colleague("UB", wards=(WARD,))),
        (Colleague("UA", wards=(WARD,)), Colleague("UB")),
        (Colleague("UA", similar=2), Colleague("UB", similar=1)),
        (Colleague("UA"), Colleague("UB", load=1)),
        (Colleague("UA", load=4), Colleague("UB", themes=(THEME,), wards=(WARD,), declined=True)),
        (Colleague("UA", themes=(THEME,)), Colleague("UB", similar=9, load=2)),  # a veteran doesn't always win
        (Colleague("UA"), Colleague("UB")),  # the same order every time
    ],
)
def test_who_fits_better_comes_first(better: Colleague, worse: Colleague) -> None:
    assert [one.slack_id for one in suggest(THEME, WARD, [worse, better])] == ["UA", "UB"]


def test_three_are_shown_with_their_reasons() -> None:
    found = suggest(THEME, WARD, [Colleague(f"U{n}", themes=(THEME,), load=n, similar=1) for n in range(5)])

    assert [one.slack_id for one in found] == ["U0", "U1", "U2"]
    assert found[2] == Suggestion("U2", "", THEME, "", 2, 1, False, 3.0)


def test_a_case_without_ward_or_theme_finds_people_all_the_same() -> None:
    (found,) = suggest("", None, [Colleague("UA", themes=("",), wards=("",))])

    assert (found.theme, found.ward, found.score) == ("", "", 0)


async def _suggested(desk: Desk, number: str) -> list[Suggestion]:
    async with desk.database.reading() as session:
        return list(await suggestions.for_case(session, await record.get(session, number), desk.now))


async def _knows(desk: Desk, slack_id: str, **known: list[str]) -> None:
    async with desk.database.transaction() as session:
        await staff.describe(session, slack_id, **known)  # type: ignore[arg-type]


async def test_reasons_come_from_profile_load_and_past_cases(desk: Desk) -> None:
    await desk.hires(UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR, UNEW=Role.COORDINATOR, UREC=Role.RECEPTION)
    await _knows(desk, "UNEW", wards=[WARD], themes=[THEME])
    past = await desk.opens(await desk.proposal())
    await desk.does(received.claim, past, by=MAIN)
    await desk.does(closing.close, past, reason="完了", learnings="", by=MAIN)
    running = await desk.opens(await desk.proposal())
    await desk.does(received.claim, running, by=SUB)

    found = await _suggested(desk, await desk.case(line=False))

    assert [(one.slack_id, one.theme, one.ward, one.load, one.similar) for one in found] == [
        ("UNEW", THEME, WARD, 0, 0),
        (MAIN, "", "", 0, 1),
        (SUB, "", "", 1, 0),
    ]


async def test_who_is_away_in_the_case_gone_or_of_another_ward_is_not_shown(desk: Desk) -> None:
    await desk.hires(UMAIN=Role.COORDINATOR, UAWAY=Role.COORDINATOR, UGONE=Role.COORDINATOR, UWARD=Role.COORDINATOR)
    await desk.hires(UCITY=Role.CITY_STAFF, UFREE=Role.COORDINATOR)
    await desk.does(absence.set_away, "UAWAY", desk.now + timedelta(days=3), by="UAWAY")
    await _knows(desk, "UWARD", only_ward="青葉区")  # type: ignore[arg-type]
    async with desk.database.transaction() as session:
        await staff.remove(session, "UGONE")
    number = await desk.case()
    await desk.does(received.claim, number, by=MAIN)

    assert [one.slack_id for one in await _suggested(desk, number)] == ["UFREE"]

    desk.now += timedelta(days=4)
    assert [one.slack_id for one in await _suggested(desk, number)] == ["UAWAY", "UFREE"]


async def test_a_lead_is_proposed_only_while_they_do_cases(desk: Desk) -> None:
    await desk.hires(UHEAD=Role.LEAD, UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR)
    await _knows(desk, "UHEAD", wards=[WARD], themes=[THEME])
    first, second = await desk.opens(await desk.proposal()), await desk.opens(await desk.proposal())
    await desk.does(received.claim, first, by=MAIN)

    assert [one.slack_id for one in await _suggested(desk, second)] == [SUB, MAIN]

    await desk.does(staffing.join, first, by="UHEAD")
    assert [one.slack_id for one in await _suggested(desk, second)] == ["UHEAD", SUB, MAIN]


async def test_a_colleague_is_asked_alone_and_says_no_with_a_reason(desk: Desk) -> None:
    await desk.hires(UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR)
    number = await desk.case()

    await desk.does(suggestions.recommend, number, to=SUB, by=MAIN)
    with pytest.raises(Refused, match="返事を待っています"):
        await desk.does(suggestions.recommend, number, to=SUB, by="UREC")
    with pytest.raises(Refused, match="理由"):
        await desk.does(suggestions.decline, number, reason=" ", by=SUB)
    await desk.does(suggestions.decline, number, reason="今月は手いっぱいです", by=SUB)

    (asked,) = await desk.sent("slack", "direct")
    assert (asked.payload["to"], asked.payload["say"], asked.payload["by"]) == (SUB, "asked_alone", MAIN)
    assert await desk.said_in_thread() == ["recommended", "declined"]
    assert (await desk.sent("slack", "thread"))[-1].payload["reason"] == "今月は手いっぱいです"
    assert [(one.slack_id, one.declined) for one in await _suggested(desk, number)] == [(MAIN, False), (SUB, True)]
    with pytest.raises(Refused, match="お返事が済んで"):
        await desk.does(suggestions.decline, number, reason="もう一度", by=SUB)


async def test_asking_again_after_a_no_is_possible(small_desk: Desk) -> None:
    await small_desk.hires(USUB=Role.COORDINATOR)
    number = await small_desk.case()
    await small_desk.does(suggestions.recommend, number, to=SUB, by=MAIN)
    await small_desk.does(suggestions.decline, number, reason="多忙", by=SUB)

    await small_desk.does(suggestions.recommend, number, to=SUB, by=MAIN)

    assert len(await small_desk.sent("slack", "direct")) == 2


async def test_nobody_is_asked_who_cannot_take_it(small_desk: Desk) -> None:
    await small_desk.hires(USUB=Role.COORDINATOR, UREC=Role.RECEPTION, UAWAY=Role.COORDINATOR)
    await small_desk.does(absence.set_away, "UAWAY", small_desk.now + timedelta(days=1), by="UAWAY")
    number = await small_desk.case()

    for to, words in (("UREC", "登録されていません"), ("UAWAY", "不在"), (MAIN, "あなた自身")):
        with pytest.raises(Refused, match=words):
            await small_desk.does(suggestions.recommend, number, to=to, by=MAIN)
    with pytest.raises(Refused, match="推薦は届いていない"):
        await small_desk.does(suggestions.decline, number, reason="多忙", by=SUB)
    await small_desk.does(received.claim, number, by=MAIN)
    await small_desk.does(staffing.join, number, by=SUB)
    with pytest.raises(Refused, match="もう決まっています"):
        await small_desk.does(suggestions.recommend, number, to="UAWAY", by=MAIN)
    with pytest.raises(Refused, match="すでにこの案件に入って"):
        await small_desk.does(suggestions.decline, number, reason="多忙", by=SUB)


async def test_a_lead_gives_the_places_and_the_case_moves_on(desk: Desk) -> None:
    await desk.hires(ULEAD=Role.LEAD, UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR)
    number = await desk.case()

    await desk.does(staffing.assign, number, to=MAIN, seat="main", by="ULEAD")
    await desk.does(staffing.assign, number, to=SUB, seat="sub", by="ULEAD")

    view = await desk.sees(number)
    assert (view.main, view.sub, view.stage) == (MAIN, SUB, Stage.HEARING)
    assert [(line.action, line.by, line.after.get("assigned")) for line in view.history[1:]] == [
        ("claim", "ULEAD", True),
        ("join", "ULEAD", True),
    ]
    assert await desk.told_citizen() == ["claimed", "joined"]
    assert [(row.payload["to"], row.payload["seat"]) for row in await desk.sent("slack", "direct")] == [
        (MAIN, "main"),
        (SUB, "sub"),
    ]
    assert [say for say in await desk.said_in_thread() if say != "briefing"] == ["assigned", "assigned"]


async def test_only_a_lead_gives_a_place_and_only_a_free_one(small_desk: Desk) -> None:
    await small_desk.hires(ULEAD=Role.LEAD, UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR, UREC=Role.RECEPTION)
    number = await small_desk.case()

    with pytest.raises(Refused, match="リーダー"):
        await small_desk.does(staffing.assign, number, to=SUB, seat="main", by=MAIN)
    with pytest.raises(Refused, match="まだ担当"):
        await small_desk.does(staffing.assign, number, to=SUB, seat="sub", by="ULEAD")
    with pytest.raises(Refused, match="登録されていません"):
        await small_desk.does(staffing.assign, number, to="UREC", seat="main", by="ULEAD")
    await small_desk.does(staffing.assign, number, to=MAIN, seat="main", by="ULEAD")
    with pytest.raises(Refused, match="すでに担当"):
        await small_desk.does(staffing.assign, number, to=SUB, seat="main", by="ULEAD")
    with pytest.raises(Refused, match="すでにこの案件に入って"):
        await small_desk.does(staffing.assign, number, to=MAIN, seat="sub", by="ULEAD")

    assert (await small_desk.sees(number)).sub is None
