"""App Home, lists, the timeline under a case, figures: as people in the office see them."""

import json
from collections.abc import Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import col, select, update

from bot.delivery import quota
from bot.desk.consultation.intake import received
from bot.desk.day.overview import Coming, HomeView, Kind, Late, Mine, Overdue, Seat
from bot.desk.record.lines import CaseLine
from bot.slack import words
from bot.slack.card.lists import SHOWN
from bot.slack.card.timeline import MOST
from bot.slack.drawing import home
from bot.slack.kit.blocks import visible
from storage.models import Case, CaseEvent, OutboxRow, Proposal, Role, Staff, Stage
from tests.slack.person import Person, opens_home
from tests.slack.slack_office import NOW, Office

NASTY = "<!channel> *太字* &lt; `x` " + "長い" * 200


async def seen_by(office: Office, person: Person) -> str:
    """What their Home shows once they have opened it."""
    office.judged(await opens_home(person))
    return visible(await published(office, person))


async def published(office: Office, person: Person) -> list[dict[str, Any]]:
    import asyncio

    for _ in range(100):  # an event is acknowledged before the view is published
        views = [call["view"] for call in office.slack.of("views.publish") if call["user_id"] == person.slack_id]
        if views:
            blocks: list[dict[str, Any]] = views[-1]["blocks"]
            return blocks
        await asyncio.sleep(0.02)
    raise AssertionError("no Home was published")


async def in_ward(office: Office, case: Case, ward: str | None) -> None:
    async with office.db.transaction() as session:
        await session.exec(update(Proposal).where(col(Proposal.id) == case.proposal_id).values(ward=ward))


async def only_sees(office: Office, slack_id: str, ward: str) -> Person:
    person = await office.staff(slack_id)
    async with office.db.transaction() as session:
        await session.exec(update(Staff).where(col(Staff.slack_id) == slack_id).values(only_ward=ward))
    return person


def a_line(n: int, **more: Any) -> CaseLine:
    values: dict[str, Any] = {"ward": NASTY, "theme": NASTY, "main": "U1", "sub": "U2", "city_staff": None} | more
    return CaseLine(
        f"2026-{n:04}", Stage.HEARING, opened_at=NOW, stage_since=NOW, last_at=NOW - timedelta(days=3), **values
    )


async def test_home_shows_what_awaits_one(office: Office) -> None:
    tanaka, mine, free = (
        await office.staff("U0TANAKA"),
        await office.case(on_line=False),
        await office.case(on_line=False),
    )
    async with office.db.transaction() as session:
        await received.claim(session, mine.number, by="U0TANAKA", now=NOW)
        await quota.note(session, 200, 150, NOW)

    shown = await seen_by(office, tanaka)

    assert f"メイン　{mine.number}　②ヒアリング　鶴見区　高齢者・福祉" in shown
    assert f"{words.home.SECTION['unclaimed']}　1 件" in shown
    assert free.number in shown
    assert "残り 50 通" in shown
    assert "山田花子" not in shown


async def test_a_case_is_opened_from_home(office: Office) -> None:
    tanaka, case = await office.staff("U0TANAKA"), await office.case(on_line=False)
    await seen_by(office, tanaka)

    place = {"channel": None, "container": {"type": "view", "view_id": "V9"}, "view": {"id": "V9", "type": "home"}}
    office.judged(await tanaka.presses("case.details", case.number, **place))
    office.judged(await tanaka.presses("case.details", "2026-9999", **place))

    details, refusal = (call["view"] for call in office.slack.of("views.open"))
    assert case.number in visible(details["blocks"])
    assert "見つかりませんでした" in visible(refusal["blocks"])


async def test_strangers_read_who_may(office: Office) -> None:
    shown = await seen_by(office, office.stranger())

    assert "登録されていません" in shown
    assert "「コーディネーター」" in shown


async def test_the_messages_tab_is_left_alone(office: Office) -> None:
    office.judged(await opens_home(await office.staff("U0TANAKA"), tab="messages"))

    assert office.slack.of("views.publish") == []


async def test_home_goes_on_over_pages(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")
    for _ in range(home.BLOCKS):
        await office.case(on_line=False)
    await seen_by(office, tanaka)
    first = await published(office, tanaka)
    to = next(b for row in first if row["type"] == "actions" for b in row["elements"] if b["action_id"] == "home.next")

    office.judged(await tanaka.presses("home.next", to["value"], view={"id": "V9", "type": "home"}, channel=None))
    second = await published(office, tanaka)
    office.judged(await tanaka.presses("home.refresh", "2", view={"id": "V9", "type": "home"}, channel=None))

    assert "1 / 2 ページ" in visible(first)
    assert "2 / 2 ページ" in visible(second)
    numbers = [row["accessory"]["value"] for row in (*first, *second) if row.get("accessory")]
    assert len(set(numbers)) == home.BLOCKS
    assert "home.previous" in str(second)
    assert visible(await published(office, tanaka)) == visible(second)


@pytest.mark.parametrize("page", [1, 2, 3, 99])
def test_every_page_of_home_is_one_slack_takes(page: int, conformance: ModuleType) -> None:
    lines = [a_line(n) for n in range(70)]
    view = HomeView(
        Role.LEAD, NASTY, NOW, NOW,
        mine=tuple(Mine(line, seat) for line, seat in zip(lines, [*Seat] * 18, strict=False)),
        unclaimed=tuple(lines),
        overdue=tuple(Overdue(line, why, NOW, NASTY) for line, why in zip(lines, [*Late] * 24, strict=False)),
        coming=tuple(Coming(line, kind, NOW, NASTY) for line, kind in zip(lines, [*Kind] * 24, strict=False)),
    )  # fmt: skip

    drawn = home.home(view, page, quota.Quota(3, None))

    assert conformance.slack_call("views.publish", {"user_id": "U1", "view": drawn}) == []
    assert len(drawn["blocks"]) <= 100


def test_an_empty_home_says_so(conformance: ModuleType) -> None:
    drawn = home.home(HomeView(Role.COORDINATOR, "", NOW))

    assert conformance.slack_call("views.publish", {"user_id": "U1", "view": drawn}) == []
    assert all(said in visible(drawn["blocks"]) for said in words.home.NOTHING.values())


async def test_a_long_list_has_a_button_for_more(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")
    cases = [await office.case(on_line=False) for _ in range(SHOWN + 2)]

    first = office.judged(await tanaka.types("/case", "unclaimed")).json
    more = first["blocks"][-1]["elements"][0]
    assert f"{SHOWN + 2} 件のうち 1〜{SHOWN} 件目" in visible(first["blocks"])
    office.judged(await tanaka.presses(more["action_id"], more["value"]))

    rest = office.slack.of("chat.postEphemeral")[0]["blocks"]
    assert [row["accessory"]["value"] for row in rest if row.get("accessory")] == [c.number for c in cases[SHOWN:]]
    assert "list.more" not in str(rest)


@pytest.mark.parametrize("typed", ["区 鶴見", "区　鶴見区", "鶴見区", "ward tsurumi"])
async def test_the_open_cases_of_a_ward(office: Office, typed: str) -> None:
    tanaka, here, there = (
        await office.staff("U0TANAKA"),
        await office.case(on_line=False),
        await office.case(on_line=False),
    )
    await in_ward(office, there, "港北区")

    said = office.judged(await tanaka.types("/case", typed)).json

    assert "鶴見区の案件" in visible(said["blocks"])
    assert here.number in visible(said["blocks"])
    assert there.number not in visible(said["blocks"])


async def test_a_ward_that_is_none_gets_the_usage(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")

    assert office.judged(await tanaka.types("/case", "区 渋谷")).json["text"] == words.commands.USAGE["/case"]
    empty = office.judged(await tanaka.types("/case", "区 西")).json
    assert "西区には、いま動いている案件はありません。" in visible(empty["blocks"])


async def test_a_case_shows_its_history_newest_last(office: Office) -> None:
    tanaka, case = await office.staff("U0TANAKA"), await office.case(on_line=False)
    await tanaka.presses("case.claim", case.number)

    shown = visible(office.judged(await tanaka.types("/case", case.number)).json["blocks"])

    told = shown[shown.index(words.card.HISTORY) :]
    assert told.index("→①受付") < told.index("担当する") < told.index("①受付→②ヒアリング")


async def test_a_long_history_keeps_the_newest_and_says_where_the_rest_is(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")
    case = await office.case(**dict.fromkeys(("overview", "background", "members", "history", "schemes"), NASTY * 5))
    async with office.db.transaction() as session:
        session.add_all(
            CaseEvent(case_id=case.id, at=NOW, by="citizen", action="citizen_wrote", words=[f"{n}通目 {NASTY}"])
            for n in range(200)
        )

    said = office.judged(await tanaka.types("/case", case.number)).json

    shown = visible(said["blocks"])
    assert "199通目" in shown
    assert "150通目" not in shown
    assert "これより前の" in shown
    assert len(shown) < MOST + 1_500
    assert len(said["blocks"]) <= 50


async def test_a_merged_case_says_into_which(office: Office) -> None:
    tanaka, case = await office.staff("U0TANAKA"), await office.case(on_line=False)
    async with office.db.transaction() as session:
        await session.exec(update(Case).where(col(Case.id) == case.id).values(merged_into="2026-0099"))

    said = office.judged(await tanaka.types("/case", case.number)).json

    assert words.home.MERGED.format(number="2026-0099") in visible(said["blocks"])


async def test_stats_are_text_at_once_and_a_picture_waits_in_the_outbox(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")
    await office.case(on_line=False)

    shown = visible(office.judged(await tanaka.types("/stats")).json["blocks"])

    assert words.home.PICTURE_FOLLOWS in shown
    async with office.db.reading() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "picture"))).one()
    assert row.payload == {"channel": "C9", "by": "U0TANAKA", "ward": ""}
    assert office.woken == 1


@pytest.mark.parametrize(("limit", "told"), [(200, "上限 200 通（残り 25 通）"), (None, "上限はない")])
async def test_stats_tell_how_line_s_month_stands_in_the_words_of_home(
    office: Office, limit: int | None, told: str
) -> None:
    tanaka = await office.staff("U0TANAKA")
    async with office.db.transaction() as session:
        await quota.note(session, limit, 175, NOW)

    shown = visible(office.judged(await tanaka.types("/stats")).json["blocks"])

    said = home.messages_on_line(quota.Quota(175, limit))
    assert told in said
    assert said in shown
    assert said in await seen_by(office, tanaka)


async def test_a_ward_s_own_staff_work_with_theirs_only(office: Office) -> None:
    here, there = await office.case(on_line=False), await office.case(on_line=False)
    await in_ward(office, there, "港北区")
    sato = await only_sees(office, "U0SATO", "鶴見区")
    answers: Sequence[Any] = [
        await sato.types("/case", there.number),
        await sato.types("/case", "区 港北"),
    ]
    for action in ("case.claim", "case.details", "case.similar", "case.close"):
        await sato.presses(action, there.number)

    refused = [call["text"] for call in office.slack.of("chat.postEphemeral")]
    assert all("お見せできません" in office.judged(answer).json["text"] for answer in answers)
    assert len(refused) == 4
    assert all("扱えるのは、その区のスタッフ" in text for text in refused)
    assert office.slack.of("views.open") == []
    assert (await office.now(there)).main is None

    unclaimed = visible(office.judged(await sato.types("/case", "unclaimed")).json["blocks"])
    assert here.number in unclaimed
    assert there.number not in unclaimed
    assert there.number not in await seen_by(office, sato)
    assert "案件の数（鶴見区）" in visible(office.judged(await sato.types("/stats")).json["blocks"])
    await sato.presses("case.claim", here.number)
    assert (await office.now(here)).main == "U0SATO"


async def test_a_modal_of_another_ward_s_case_is_refused_when_it_is_submitted(office: Office) -> None:
    there, sato = await office.case(on_line=False), await only_sees(office, "U0SATO", "港北区")
    view = {"callback_id": "case.close", "private_metadata": json.dumps({"case": there.number}), "blocks": [],
            "type": "modal"}  # fmt: skip

    said = office.judged(await sato.submits(view)).json

    assert "お見せできません" in visible(said["view"]["blocks"])
    assert (await office.now(there)).stage == Stage.RECEIVED
