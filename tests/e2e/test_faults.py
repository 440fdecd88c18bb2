"""What goes wrong in real life: processes die, platforms repeat and fail, two people click at once."""

import asyncio
import json
from pathlib import Path

from tests import pace
from tests.e2e.steps import a_case, answers, begins, finishes
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator, Simulation

SIGKILL = 9


async def test_two_people_claim_at_once_and_one_wins(
    citizen: Citizen, alice: Coordinator, bob: Coordinator, town: Town
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await bob.sees_card(number)

    await asyncio.gather(alice.presses("担当する", stale=True), bob.presses("担当する", stale=True))

    case = json.loads(town.tsunagi("case", number, "--json"))
    loser = bob if case["main"] == "U0ALICE00" else alice
    await loser.sees_only_me("さんが")
    assert [line["action"] for line in case["history"]].count("claim") == 1
    await citizen.hears("担当者が決まりました")
    told = [m for m in (await citizen.screen())["messages"] if "担当者が決まりました" in m["words"]]
    assert len(told) == 1


async def test_an_event_delivered_three_times_counts_once(citizen: Citizen, sim: Simulation, town: Town) -> None:
    await begins(citizen)
    await sim.trouble("line", "duplicate", times=6)
    await citizen.says("空き家を居場所にしたい")
    await citizen.hears("質問 2/5")
    await citizen.says("鶴見区に増えているので")
    await citizen.hears("質問 3/5")
    await sim.calm()
    await answers(citizen, start=2)
    number = await finishes(citizen)

    given = json.loads(town.tsunagi("case", number, "--json"))["answers"]
    assert (given["overview"], given["background"]) == ("空き家を居場所にしたい", "鶴見区に増えているので")


async def test_rasa_dies_in_the_middle_and_the_citizen_goes_on(citizen: Citizen, town: Town) -> None:
    await begins(citizen)
    town.child("run", "--enable-api").send_signal(SIGKILL)
    await citizen.says("空き家を居場所にしたい")
    await citizen.hears("お預かりしました")  # told once, kindly
    await citizen.says("鶴見区にあります")
    town.wait_for_rasa()
    await citizen.hears("質問 2/5", within=pace.within(90))

    screen = (await citizen.screen())["messages"]
    assert len([m for m in screen if "お預かりしました" in m["words"]]) == 1
    await citizen.taps("戻る")
    await citizen.hears("空き家を居場所にしたい\n鶴見区にあります")


async def test_a_lost_tracker_is_rebuilt_from_the_database(citizen: Citizen, town: Town) -> None:
    await begins(citizen)
    await citizen.says("空き家を居場所にしたい")
    await citizen.hears("質問 2/5")
    rasa = town.child("run", "--enable-api")
    tracker = rasa.environ()["RASA_TRACKER_URL"].removeprefix("sqlite:///")
    rasa.send_signal(SIGKILL)
    _remove(tracker)
    await asyncio.sleep(0.5)
    town.wait_for_rasa()

    await citizen.says("鶴見区に増えているので")
    await citizen.hears("質問 3/5", within=pace.within(60))
    await citizen.says("戻る")
    await citizen.hears("鶴見区に増えているので")


def _remove(database: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)


async def test_the_hub_is_killed_and_nothing_is_lost_or_doubled(citizen: Citizen, town: Town) -> None:
    await begins(citizen)
    said = asyncio.create_task(citizen.says("鶴見区の空き家を居場所にしたい"))
    await asyncio.sleep(0.05)
    town.child("serve").send_signal(SIGKILL)
    await said
    town.wait_for(f"{town.hub}/readyz", 60)
    await citizen.hears("質問 2/5", within=50)  # sooner than the dead hub's lease would end

    await answers(citizen, start=1)
    number = await finishes(citizen)
    given = json.loads(town.tsunagi("case", number, "--json"))["answers"]
    assert given["overview"] == "鶴見区の空き家を居場所にしたい"


async def test_slack_takes_a_card_and_answers_with_an_error_and_there_is_one_card(
    citizen: Citizen, alice: Coordinator, sim: Simulation
) -> None:
    await begins(citizen)
    await answers(citizen)
    await sim.trouble("slack", "error", times=1, path="chat.postMessage", accepted=True)
    number = await finishes(citizen)
    await alice.sees_card(number)
    await alice.presses("担当する")
    await alice.sees_on_card("②")

    cards = [m for m in await alice.messages() if number in m["words"] and m.get("blocks") and not m["only_you"]]
    assert len(cards) == 1


async def test_line_is_down_when_a_coordinator_replies_and_the_reply_arrives_once(
    citizen: Citizen, alice: Coordinator, sim: Simulation
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await alice.presses("担当する")
    await citizen.hears("担当者が決まりました")
    await sim.trouble("line", "error", times=2, status=500, path="message/push", accepted=True)
    await alice.presses("市民へ返信")
    await alice.sees_modal("市民へ返信")
    await alice.submits({"返信の文": "お待たせしました"})
    await alice.sees_modal("この内容で送ります")
    await alice.submits()
    await alice.sees_in_thread("LINEが受け付けました")

    screen = (await citizen.screen())["messages"]
    assert len([m for m in screen if "お待たせしました" in m["words"]]) == 1


async def test_a_stranger_may_nothing_and_is_told_who_may(
    citizen: Citizen, sim: Simulation, alice: Coordinator
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    guest = sim.coordinator("U0GUEST00")
    answer = await guest.runs(f"/case {number}")

    assert "子ども食堂" not in await guest.transcript(), answer


async def test_a_case_told_by_phone_becomes_a_card(alice: Coordinator, town: Town) -> None:
    await alice.runs("/intake")
    await alice.sees_modal("相談を受け付ける")
    await alice.submits(
        {"1.相談・提案の概要": "公園の花壇を学生と育てたい", "2.提案の背景・動機": "荒れているため", "受付方法": "電話"}
    )
    card = await alice.sees_card("公園の花壇を学生と育てたい")

    assert "電話" in card["words"]


async def test_everything_sent_keeps_to_the_platforms_rules(
    citizen: Citizen, alice: Coordinator, sim: Simulation, conformance: object
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await alice.runs("/similar 空き店舗")
    await alice.runs("/org 子ども")
    await alice.runs("/case mine")
    await alice.runs("/stats")
    import check

    wrong = [(r.get("path") or r.get("method"), v) for r in await sim.records() for v in check.violations(r)]
    assert wrong == []
