"""③ as people live it: each judges, all conclude, the citizen wants to talk first and then agrees."""

import json

import pytest

from tests.e2e.conftest import at_the_desk
from tests.e2e.steps import ANSWERS, a_case
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator, Simulation

FIRST = "鶴見区の商店街の空き店舗で、週に1回の子ども食堂をひらく案です。"
SECOND = "まずは月に1回からはじめて、なれたら回数をふやす案です。"


@pytest.fixture
async def guest(sim: Simulation) -> Coordinator:
    """Somebody in the workspace who isn't staff."""
    return await at_the_desk(sim.coordinator("U0GUEST00"))


async def in_direction(citizen: Citizen, alice: Coordinator, bob: Coordinator) -> str:
    """A case that two coordinators brought to ③."""
    number = await a_case(citizen)
    for who, button in ((alice, "担当する"), (bob, "サブで入る")):
        await who.sees_card(number)
        await who.presses(button)
    await citizen.hears("もう1名")
    await alice.presses("次の段階へ")
    await alice.sees_modal("□")
    await alice.submits({"省略する理由": "電話で聞き取り済み"})
    await alice.sees_on_card("③")
    await citizen.hears("方向性の検討")
    return number


async def judges(who: Coordinator, feasibility: str, reason: str) -> None:
    await who.presses("見立てを書く")
    await who.sees_modal("自分の見立て")
    await who.submits({
        "実現可能性：4段階": feasibility, "実現可能性：理由": reason,
        "期待される効果：4段階": "大きい", "期待される効果：理由": "孤食が減る",
        "代替案の有無：4段階": "ほかの案がある", "代替案の有無：理由": "自治会館も使える",
        "代替案（1行に1つ）": "自治会館で月1回",
    })  # fmt: skip


async def proposes(who: Coordinator, text: str) -> None:
    await who.presses("方向性の案")
    await who.sees_modal("やさしい言葉で")
    await who.submits({"案の文": text})
    await who.sees_modal("この案を出します")
    await who.submits()


async def test_a_direction_is_weighed_and_the_citizen_has_the_last_word(
    citizen: Citizen, alice: Coordinator, bob: Coordinator, town: Town
) -> None:
    number = await in_direction(citizen, alice, bob)

    await judges(alice, "できそう", "持ち主が前向き")
    await alice.sees_in_thread("見立てを書きました")
    await judges(bob, "条件がそろえばできる", "消防の確認がいる")
    await alice.sees_on_card("見立て 2/2人")
    await bob.presses("見立てを書く")
    await bob.sees_modal("自分の見立て")
    await bob.presses("合同の結論を書く")
    await bob.sees_modal("持ち主が前向き")
    await bob.sees_modal("消防の確認がいる")
    await bob.submits({
        "実現可能性：4段階": "条件がそろえばできる", "実現可能性：理由": "消防の確認ができれば進められる",
        "期待される効果：4段階": "大きい", "期待される効果：理由": "孤食が減る",
        "代替案の有無：4段階": "ほかの案がある", "代替案の有無：理由": "自治会館も使える",
        "代替案（1行に1つ）": "自治会館で月1回",
    })  # fmt: skip
    assert (await bob.screen())["modals"] == []
    await bob.sees_in_thread("合同の結論を記録しました")
    await alice.sees_on_card("合同の結論 実現可能性：条件がそろえばできる")

    await proposes(alice, FIRST)
    card = await citizen.hears("方向性の案（第1版）")
    assert FIRST in card["words"]
    await citizen.taps("相談したい")
    await citizen.hears("どんなところを相談したいですか")
    await alice.sees_on_card("案 第1版：相談したい")
    await citizen.says("毎週は手が足りません。月1回ではだめですか")
    await citizen.hears("担当者に伝えました")
    await alice.sees_in_thread("毎週は手が足りません")
    await alice.sees_on_card("毎週は手が足りません")

    await proposes(bob, SECOND)
    await citizen.hears("方向性の案（第2版）")
    await citizen.says("これで進めたい")
    await citizen.hears("「これで進めたい」とお預かりしました")
    await alice.sees_on_card("案 第2版：これで進めたい")

    await alice.presses("次の段階へ")
    await alice.sees_modal("✓ 相談者の意向")
    await alice.submits()
    await alice.sees_on_card("④")
    case = json.loads(town.tsunagi("case", number, "--json"))
    assert case["stage"] == "realisation"
    assert {line["key"]: line["text"] for line in case["evidence"]}["citizen_word"] == "第2版：これで進めたい"


async def test_the_buttons_of_an_older_version_explain_themselves(
    citizen: Citizen, alice: Coordinator, bob: Coordinator
) -> None:
    await in_direction(citizen, alice, bob)
    await proposes(alice, FIRST)
    await citizen.hears("第1版")
    old = next(button for button in (await citizen.screen())["buttons"] if button["label"] == "これで進めたい")
    await proposes(bob, SECOND)
    await citizen.hears("第2版")

    await citizen.sim.call("POST", f"/sim/phone/{citizen.name}/tap", action=old["action"])

    await citizen.hears("新しい案が届いています")
    await alice.sees_on_card("案 第2版：答えを待っています")


async def test_somebody_of_the_city_is_asked_and_sees_no_names(
    citizen: Citizen, alice: Coordinator, bob: Coordinator, guest: Coordinator
) -> None:
    number = await in_direction(citizen, alice, bob)
    await alice.presses("関係者を呼ぶ")
    await alice.sees_modal("お願いする方")
    await alice.submits(
        {"お願いする方": "U0GUEST00", "所属（団体・部署）": "経済局", "お願いしたいこと": "家賃補助の対象になりますか"}
    )
    await alice.sees_on_card("関係者 1名")

    letter = await guest.sees_card(number)
    assert "家賃補助の対象になりますか" in letter["words"]
    assert ANSWERS["overview"] not in letter["words"]
    await guest.presses("意見を書く")
    await guest.sees_modal("ご意見")
    await guest.submits({"ご意見": "対象になりそうです"})
    await alice.sees_in_thread("対象になりそうです")
    await citizen.never_hears("対象になりそうです")
    await guest.closes()

    await guest.presses("辞退する")
    await alice.sees_in_thread("が辞退しました")
    await guest.presses("資料を見る")
    await guest.sees_only_me("協力が終わったか")
