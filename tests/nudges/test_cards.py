"""Cards that say for how long nobody has taken a case are drawn anew by the hour, while it is open."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.team import absence
from bot.nudges import cards
from bot.tables.calendars import CALENDARS, CENTRE
from storage.models import Case, Stage
from tests.desk.case_desk import MAIN
from tests.nudges.centre import Centre, jst


async def _with_card(centre: Centre, stage: Stage = Stage.RECEIVED, line: bool = True) -> str:
    number = await centre.case(stage=stage, line=line)
    async with centre.database.transaction() as session:
        case = await session.get_one(Case, (await centre.sees(number)).id)
        case.card_ts = "1.1"
        session.add(case)
    return number


async def _drawn(centre: Centre) -> dict[int, int]:
    """How often each card was asked for."""
    return {row.payload["case"]: row.revision for row in await centre.sent("slack", "card")}


async def test_only_cards_that_wait_are_drawn_anew(centre: Centre) -> None:
    waits = (await centre.sees(await _with_card(centre))).id
    taken = await _with_card(centre, line=False)
    await centre.does(received.claim, taken, by=MAIN)
    before = await _drawn(centre)

    await cards.counting_on(centre.database, centre._wake)(centre.now + timedelta(hours=1))

    after = await _drawn(centre)
    assert {case for case in after if after[case] != before[case]} == {waits}
    assert centre.woken == 1


async def test_at_night_and_when_nobody_waits_nothing_is_drawn(small: Centre) -> None:
    number = await _with_card(small)
    chore = cards.counting_on(small.database, small._wake)

    await chore(jst("2026-11-24T20:30"))  # the first after a start, which may be days after the last
    small.woken = 0
    await chore(jst("2026-11-24T23:00"))
    await small.does(closing.close, number, reason="取り下げ", learnings="", by=MAIN)
    await chore(jst("2026-11-25T10:00"))

    assert small.woken == 0


async def test_while_only_a_ward_is_open_cards_go_on_counting(small: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    await _with_card(small)
    chore = cards.counting_on(small.database, small._wake)
    await chore(jst("2026-11-24T20:00"))
    small.woken = 0
    await chore(jst("2026-11-24T20:45"))
    assert small.woken == 0

    monkeypatch.setitem(CALENDARS.wards, "鶴見区", replace(CENTRE, weekday=(time(10), time(22))))
    await chore(jst("2026-11-24T21:45"))

    assert small.woken == 1


async def test_a_card_is_drawn_anew_when_its_main_is_back(small: Centre) -> None:
    number = await _with_card(small, Stage.HEARING)
    case = (await small.sees(number)).id
    await small.does(absence.set_away, MAIN, small.now + timedelta(hours=3), by=MAIN)
    before = (await _drawn(small))[case]

    await small.passes(hours=4)

    assert (await _drawn(small))[case] > before
