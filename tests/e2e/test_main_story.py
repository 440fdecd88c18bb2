"""The story the system exists for, on both databases: a chat becomes a claimed case and the answer goes back."""

import json

from tests import pace
from tests.e2e.conftest import at_the_desk
from tests.e2e.steps import ANSWERS, answers, begins, finishes
from tests.e2e.town import Town
from tests.simulator.client import Simulation


async def test_a_chat_becomes_a_claimed_case_and_the_answer_goes_back(any_town: Town) -> None:
    async with Simulation(any_town.url, patience=pace.within(40)) as sim:
        citizen = sim.citizen(any_town.new_citizen())
        alice, bob = [await at_the_desk(sim.coordinator(who)) for who in ("U0ALICE00", "U0BOB0000")]

        await begins(citizen)
        await citizen.says("商店街を元気にしたい")  # a wrong turn
        await citizen.hears("質問 2/5")
        await citizen.taps("戻る")
        await citizen.hears("質問 1/5")
        await citizen.says(ANSWERS["overview"])
        await citizen.hears("質問 2/5")
        await citizen.says(ANSWERS["background"])
        await citizen.hears("質問 3/5")
        await citizen.taps("あとで")  # a pause
        await citizen.hears("保存してあります")
        await citizen.taps("再開する")
        await citizen.hears("質問 3/5")
        await answers(citizen, start=2)
        await citizen.says("なおす")  # a correction
        await citizen.taps("これまでをなおす")
        await citizen.hears("食事会を2回")
        await citizen.says("食事会を3回開きました")
        await citizen.hears("立場")
        number = await finishes(citizen)

        await alice.sees_card(number)
        await alice.sees_on_card("食事会を3回開きました")
        await alice.sees_on_card("【見本】")  # similar cases with why
        await alice.presses("担当する")
        await alice.sees_on_card("②")
        await citizen.hears("担当者が決まりました")
        await bob.sees_card(number)
        await bob.presses("サブで入る")
        await citizen.hears("もう1名")

        await alice.presses("市民へ返信")
        await alice.sees_modal("市民へ返信")
        await alice.submits({"返信の文": "来週お会いできますか"})
        await alice.sees_modal("この内容で送ります")
        await alice.submits()
        await citizen.hears("来週お会いできますか")
        await alice.sees_in_thread("LINEが受け付けました")
        await citizen.says("はい、火曜日がいいです")
        await citizen.hears("担当者に伝えました")
        await alice.sees_in_thread("はい、火曜日がいいです")
        await alice.says_in_thread("内部の相談です")
        await citizen.never_hears("内部の相談")

        await alice.presses("次の段階へ")
        await alice.sees_modal("□")
        await alice.submits({"省略する理由": "電話で聞き取り済み"})
        await alice.sees_on_card("③")
        await citizen.hears("方向性の検討")

    case = json.loads(any_town.tsunagi("case", number, "--json"))
    assert case["answers"] == {**ANSWERS, "history": "食事会を3回開きました"}
    assert (case["stage"], case["main"], case["sub"]) == ("direction", "U0ALICE00", "U0BOB0000")
    assert {"claim", "join", "reply", "advance"} <= {line["action"] for line in case["history"]}
