"""役に立った and 違う under the hits of a search, pressed by people."""

import time
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from bot.slack import words
from bot.slack.card import lists
from bot.slack.kit import ballots, hits, modals
from bot.slack.kit.ballots import Ballot
from bot.slack.kit.blocks import visible
from knowledge.asking.reasons import EVERYDAY, Match
from knowledge.search import Answer, Hit
from knowledge.votes import Tally
from storage.models import MatchVote, Organisation, PastCase, Role
from tests.slack.cases import whispers
from tests.slack.person import CHANNEL, Person
from tests.slack.slack_office import NOW, Office

Json = dict[str, Any]
USEFUL_ID, WRONG_ID = ballots.USEFUL, ballots.WRONG
USEFUL, WRONG, TICK = words.BUTTON[USEFUL_ID], words.BUTTON[WRONG_ID], "✓ "
NUMBER = "2026-0042"


def a_hit(id: str = "c1", kind: str = "case", title: str = "子ども食堂", votes: Tally | None = None) -> Hit:
    return Hit(id, kind, title, "鶴見区", "概要", "高", 0.9, [Match("食堂", "食堂", "同じ", "題名")], False, votes)


def rows_of(blocks: list[Json]) -> list[Json]:
    return [block for block in blocks if block["type"] == "actions"]


def labels(view: Json) -> list[tuple[str, ...]]:
    return [tuple(element["text"]["text"] for element in row["elements"]) for row in rows_of(view["blocks"])]


async def kept(office: Office) -> list[tuple[str, str, str, str, bool]]:
    async with office.db.reading() as session:
        rows = (await session.exec(select(MatchVote).order_by(col(MatchVote.id)))).all()
    return [(row.kind, row.entry_id, row.about, row.by, row.useful) for row in rows]


async def shelve(office: Office) -> None:
    """What the office's library finds is in the database, too."""
    async with office.db.transaction() as session:
        session.add(PastCase(id="c1", title="商店街の<こども>食堂", updated_at=NOW))
        session.add(Organisation(id="o1", name="つるみ食堂の会", updated_at=NOW))


async def similar(office: Office, person: Person) -> list[Json]:
    """The votes' rows under the answer to /similar."""
    return rows_of(office.judged(await person.types("/similar", "子ども食堂")).json["blocks"])


async def in_modal(person: Person, view: Json, action_id: str, place: int = 0) -> Any:
    """Press under the hit at a place of the modal, which travels along as Slack sends it."""
    value = rows_of(view["blocks"])[place]["elements"][0]["value"]
    sent = view | {"id": "V1", "hash": "1.a", "state": {"values": {}}, "submit": None, "team_id": "T1"}
    return await person.presses(action_id, value, channel=None, container={"type": "view"}, view=sent)


async def open_similar(office: Office, person: Person, number: str) -> Json:
    await person.presses("case.similar", number)
    return office.slack.of("views.update")[-1]["view"]


async def test_a_hit_of_a_command_is_called_wrong_and_the_person_is_told(office: Office) -> None:
    await shelve(office)
    tanaka = await office.staff("U0TANAKA", Role.CITY_STAFF)
    case, organisation = await similar(office, tanaka)

    office.judged(await tanaka.presses(WRONG_ID, case["elements"][1]["value"]))
    office.judged(await tanaka.presses(USEFUL_ID, organisation["elements"][0]["value"]))

    assert await kept(office) == [
        ("case", "c1", "", "U0TANAKA", False),
        ("organisation", "o1", "", "U0TANAKA", True),
    ]
    assert whispers(office) == [
        "「商店街の&lt;こども&gt;食堂」を「違う」と記録しました。",
        "「つるみ食堂の会」を「役に立った」と記録しました。",
    ]


async def test_org_has_the_buttons_too(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")

    (row,) = rows_of(office.judged(await tanaka.types("/org", "食堂")).json["blocks"])

    assert [element["text"]["text"] for element in row["elements"]] == [USEFUL, WRONG]


async def test_in_the_modal_the_button_pressed_gets_a_tick(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    shown = await open_similar(office, tanaka, case.number)
    assert labels(shown) == [(USEFUL, WRONG)] * 2

    office.judged(await in_modal(tanaka, shown, USEFUL_ID))
    ticked = office.slack.of("views.update")[-1]["view"]
    office.judged(await in_modal(tanaka, ticked, WRONG_ID, place=1))
    both = office.slack.of("views.update")[-1]["view"]
    office.judged(await in_modal(tanaka, both, WRONG_ID))

    assert labels(ticked) == [(TICK + USEFUL, WRONG), (USEFUL, WRONG)]
    assert labels(both) == [(TICK + USEFUL, WRONG), (USEFUL, TICK + WRONG)]
    assert labels(office.slack.of("views.update")[-1]["view"]) == [(USEFUL, TICK + WRONG)] * 2
    assert [useful for *_, useful in await kept(office)] == [False, False]
    assert whispers(office) == []
    assert visible(ticked["blocks"]).replace(TICK, "") == visible(shown["blocks"])


async def test_the_tick_is_there_when_the_person_comes_back_and_is_nobody_elses(office: Office) -> None:
    case, tanaka, sato = await office.case(), await office.staff("U0TANAKA"), await office.staff("U0SATO")
    await in_modal(tanaka, await open_similar(office, tanaka, case.number), USEFUL_ID)

    assert labels(await open_similar(office, tanaka, case.number))[0] == (TICK + USEFUL, WRONG)
    assert labels(await open_similar(office, sato, case.number))[0] == (USEFUL, WRONG)


async def test_a_person_is_told_where_the_bot_is_not_a_member(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")
    office.slack.troubles["chat.postEphemeral"] = ["channel_not_found"]

    await tanaka.presses(USEFUL_ID, "|case|c1", response_url=f"{office.slack.url}response_url")

    (told,) = office.slack.of("response_url")
    assert told["text"] == words.hits.VOTED_GONE.format(word=USEFUL)
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)


@pytest.mark.parametrize("role", Role)
async def test_everybody_on_the_staff_may_say_so(office: Office, role: Role) -> None:
    person = await office.staff("U0ANY", role)

    await person.presses(USEFUL_ID, "|case|c1")

    assert len(await kept(office)) == 1
    assert whispers(office) == [words.hits.VOTED_GONE.format(word=USEFUL)]  # the entry isn't there any more


async def test_a_stranger_is_refused_and_nothing_is_kept(office: Office) -> None:
    office.judged(await office.stranger().presses(USEFUL_ID, f"{NUMBER}|case|c1"))

    assert "登録されていません" in whispers(office)[0]
    assert await kept(office) == []


async def test_a_repeated_request_counts_once(office: Office) -> None:
    tanaka, stamp = await office.staff("U0TANAKA"), str(int(time.time()))
    action = {"type": "button", "action_id": WRONG_ID, "value": "|case|c1"}
    payload = tanaka._interaction("block_actions") | {"channel": {"id": CHANNEL}, "actions": [action]}

    answers = [await tanaka.sends(payload, stamp) for _ in range(3)]

    assert [answer.status for answer in answers] == [200] * 3
    assert len(whispers(office)) == 1
    assert len(await kept(office)) == 1


async def test_a_button_of_another_version_explains_itself(office: Office) -> None:
    tanaka = await office.staff("U0TANAKA")

    office.judged(await tanaka.presses(USEFUL_ID, "c1"))

    assert whispers(office) == [words.OLD_BUTTON]


async def test_a_modal_that_was_closed_meanwhile_undoes_nothing(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    shown = await open_similar(office, tanaka, case.number)
    office.slack.troubles["views.update"] = ["not_found"]

    office.judged(await in_modal(tanaka, shown, USEFUL_ID))

    assert len(await kept(office)) == 1
    assert whispers(office) == []


@pytest.mark.parametrize(
    "id", ["a|b:c d", "||", "例：R&D <x> 100% %26 &amp;", "か" * 200, "𠮷" * 200, "<" * 200, " ", "a\nb"]
)
async def test_whatever_id_was_imported_comes_back_whole(office: Office, id: str) -> None:
    tanaka = await office.staff("U0TANAKA")
    row = ballots.row(Ballot(NUMBER, "organisation", id))
    value = row["elements"][0]["value"]

    await tanaka.presses(USEFUL_ID, value)

    assert len(value) <= 2000
    assert not set("&<>") & set(value)
    assert await kept(office) == [("organisation", id, NUMBER, "U0TANAKA", True)]


def test_a_modal_comes_back_from_slack_with_entities_and_is_shown_as_it_was() -> None:
    shown = modals.found([a_hit(title="R&D <&lt;> の会")], NUMBER)
    escaped = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    text = shown["blocks"][1]["elements"][0]["elements"][0]
    sent: Json = {"id": "V1", "hash": "1", "state": {}, "submit": None, **deepcopy(shown)}
    sent["blocks"][1]["elements"][0]["elements"][0]["text"] = "".join(escaped.get(c, c) for c in text["text"])

    assert sent["blocks"] != shown["blocks"]
    assert modals.again(sent) == {key: value for key, value in shown.items() if value}


@pytest.mark.parametrize(("votes", "line"), [(None, None), (Tally(3, 1, None), "役に立った 3・違う 1")])
def test_what_the_staff_said_stands_on_the_hit(votes: Tally | None, line: str | None) -> None:
    shown = visible(lists.results("食堂", [Answer([a_hit(votes=votes)])]))

    assert ("・違う" in shown) is (line is not None)
    assert line is None or line in shown


def test_a_hit_without_a_word_to_name_says_so_and_shows_no_empty_quotes() -> None:
    hit = replace(a_hit(), why=[Match("", "", EVERYDAY, "件名")])

    shown = visible([hits.hit_block(hit)])
    assert words.hits.WHY_EVERYDAY in shown
    assert "「」" not in shown


def test_the_fullest_answers_are_within_slacks_limits(conformance: Any) -> None:
    long = "長い言葉" * 100
    why = [Match(long, f"{long}x", long, long)] * 9
    hits = [
        Hit(str(n), kind, long, long, long, "高", 0.9, why, True, Tally(999, 999, None))
        for kind in ("case", "organisation")
        for n in range(30)
    ]
    message, view = lists.results(long, [Answer(hits)]), modals.found(hits, NUMBER)

    assert conformance.slack_call("ack", {"response_type": "ephemeral", "text": "x", "blocks": message}) == []
    assert conformance.slack_call("views.update", {"view_id": "V1", "view": view}) == []
    assert len(rows_of(message)) == 16
    assert len(rows_of(view["blocks"])) == 40
