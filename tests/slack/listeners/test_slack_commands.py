"""The slash commands."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.slack import words
from bot.slack.kit.blocks import visible
from bot.slack.listeners import COMMANDS, commands
from storage.models import Role
from tests import pace
from tests.slack.slack_office import Shelf


async def test_similar_shows_cases_and_organisations_with_why(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA", Role.CITY_STAFF)

    said = office.judged(await tanaka.types("/similar", "子ども食堂")).json

    shown = visible(said["blocks"])
    assert said["response_type"] == "ephemeral"
    assert "【見本】商店街のこども食堂" in shown
    assert "つるみ食堂の会" in shown
    assert "近さ：高" in shown
    assert "「子ども食堂」→「こども食堂」（表記ゆれ）" in shown


async def test_cases_and_organisations_are_looked_for_together_and_given_up_in_time(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tanaka = await office.staff("U0TANAKA")
    patience = pace.within(0.5)
    monkeypatch.setattr(commands, "PATIENCE", patience)

    for part, told in ((0.6, "つるみ食堂の会"), (2.0, words.SLOW)):  # twice 0.6 is more than there is time for
        with monkeypatch.context() as slow:
            slow.setattr(Shelf, "answer", _after(part * patience, Shelf.answer))
            said = (await tanaka.types("/similar", "食堂")).json
        assert told in f"{said['text']}{visible(said.get('blocks', []))}"


def _after(seconds: float, answer: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def later(*asked: Any, **how: Any) -> Any:
        await asyncio.sleep(seconds)
        return await answer(*asked, **how)

    return later


async def test_org_shows_organisations_only(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")

    shown = visible(office.judged(await tanaka.types("/org", "食堂")).json["blocks"])

    assert "つるみ食堂の会" in shown
    assert "商店街" not in shown


@pytest.mark.parametrize(
    ("command", "typed", "heading", "shown", "hidden"),
    [
        ("/similar", "食堂 種別:団体", words.hits.SIMILAR_ORGANISATIONS, "つるみ食堂の会", "商店街"),
        ("/similar", "食堂 種別：事例", words.hits.SIMILAR_CASES, "商店街", "つるみ食堂の会"),
        ("/org", "kind:case 食堂", words.hits.SIMILAR_CASES, "商店街", "つるみ食堂の会"),
        ("/org", "食堂 種別:団体", words.hits.SIMILAR_ORGANISATIONS, "つるみ食堂の会", "商店街"),
    ],
)
async def test_the_kind_that_was_typed_wins(
    office: Any, command: str, typed: str, heading: str, shown: str, hidden: str
) -> None:
    tanaka = await office.staff("U0TANAKA")

    said = office.judged(await tanaka.types(command, typed)).json

    blocks = visible(said["blocks"])
    assert said["text"] == heading
    assert heading in blocks
    assert shown in blocks
    assert hidden not in blocks


async def test_a_filter_that_names_nothing_is_told(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")

    shown = visible(office.judged(await tanaka.types("/similar", "ないもの 区:東京")).json["blocks"])

    assert shown.count("「区:東京」という条件はありません") == 1


async def test_nothing_found_says_how_to_ask_again(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")

    shown = visible(office.judged(await tanaka.types("/similar", "ないもの <!channel>")).json["blocks"])

    assert words.hits.NO_HITS in shown
    assert shown.count(words.hits.MEANT.format(words="あるもの")) == 1
    assert shown.index(words.hits.NO_HITS) < shown.index(words.hits.NEAREST[False]) < shown.index("商店街のこども食堂")
    assert "近さ：低" in shown


async def test_no_organisation_and_nothing_near_says_how_it_may_have_been_meant(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")

    shown = visible(office.judged(await tanaka.types("/org", "ないもの")).json["blocks"])

    assert words.hits.NO_HITS in shown
    assert words.hits.MEANT.format(words="あるもの") in shown
    assert words.hits.NEAREST[False] not in shown


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("/similar", ""), ("/similar", "   "), ("/org", ""), ("/case", ""), ("/case", "全部"), ("/intake", "電話"),
        ("/stats", "今月"),
    ],
)  # fmt: skip
async def test_a_wrong_argument_is_answered_with_the_usage(office: Any, command: str, text: str) -> None:
    tanaka = await office.staff("U0TANAKA")

    assert office.judged(await tanaka.types(command, text)).json["text"] == words.commands.USAGE[command]


async def test_a_case_is_opened_by_its_number_however_it_is_typed(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")

    for typed in (case.number, "２０２６－１", f" #{case.number} "):
        said = office.judged(await tanaka.types("/case", typed)).json
        assert case.number in visible(said["blocks"])
        assert "case.claim" in str(said["blocks"])
        assert "山田花子" not in said["text"]


async def test_a_number_nobody_has(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")

    assert "見つかりません" in office.judged(await tanaka.types("/case", "2020-9999")).json["text"]


async def test_lists_have_a_way_into_each_case(office: Any) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")

    unclaimed = office.judged(await tanaka.types("/case", "unclaimed")).json
    mine = office.judged(await tanaka.types("/case", "mine")).json
    await tanaka.presses("case.claim", case.number)
    mine_now = office.judged(await tanaka.types("/case", "MINE")).json

    assert case.number in visible(unclaimed["blocks"])
    assert words.commands.LIST_EMPTY["mine"] in visible(mine["blocks"])
    assert case.number in visible(mine_now["blocks"])


async def test_stats_count_by_stage(office: Any) -> None:
    tanaka = await office.staff("U0TANAKA")
    await office.case()

    shown = visible(office.judged(await tanaka.types("/stats")).json["blocks"])

    assert "①受付　1 件" in shown
    assert "終了　0 件" in shown
    assert "鶴見区　1 件" in shown
    assert "福祉　1 件" in shown
    assert words.home.NOT_YET in shown


@pytest.mark.parametrize("command", [*COMMANDS, "/nobody"])
async def test_a_stranger_gets_a_sentence_from_every_command(office: Any, command: str) -> None:
    text = "言葉" if command in ("/similar", "/org", "/nobody") else "mine" if command == "/case" else ""

    said = office.judged(await office.stranger().types(command, text)).json

    assert said["response_type"] == "ephemeral"
    assert said["text"]
    assert "blocks" not in said


@pytest.mark.parametrize("typed", ["*{}*", "`{}`", "「{}」", "No.{}", "#{} "])
async def test_a_case_is_found_by_its_number_as_people_copy_it(office: Any, typed: str) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")

    said = office.judged(await tanaka.types("/case", typed.format(case.number))).json

    assert case.number in said["text"]


@pytest.mark.parametrize("typed", ["MINE", "ｍｉｎｅ", "Ｍｉｎｅ　"])
async def test_a_list_is_found_in_whatever_width_it_is_typed(office: Any, typed: str) -> None:
    tanaka = await office.staff("U0TANAKA")

    assert (await tanaka.types("/case", typed)).json == (await tanaka.types("/case", "mine")).json
