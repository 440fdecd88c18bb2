"""Who phoned is met on LINE: a case taken in by hand, its code typed on a phone, and the reply that arrives there."""

import json
import re

from tests.e2e.steps import a_case
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator, Simulation

ANSWERS = {
    "受付方法": "phone",
    "お名前・団体名": "佐藤",
    "連絡先": "045-000-0000",
    "1.相談・提案の概要": "団地の集会所で、お茶を飲める場所をつくりたい",
}


async def test_a_phoned_case_is_joined_by_its_code_and_the_reply_reaches_the_citizen(
    town: Town, sim: Simulation, citizen: Citizen, alice: Coordinator
) -> None:
    await alice.runs("/intake")
    await alice.sees_modal("相談を受け付ける")
    await alice.submits(ANSWERS)
    told = (await alice.sees_modal("公式LINEを友だち追加して"))["words"]
    number, code = re.findall(r"20\d\d-\d{4,}", told)[0], re.findall(r"(?<!\d)\d{6}(?!\d)", told)[0]
    await alice.closes()
    await alice.sees_card(number)
    await alice.sees_on_card("開館時間")

    await citizen.follows()
    await citizen.hears("相談をはじめる")
    await citizen.says("000000" if code != "000000" else "111111")
    await citizen.hears("うまく読み取れませんでした")
    await citizen.says(code.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    await citizen.hears(number)
    await alice.sees_in_thread("LINEとつながりました")

    await alice.presses("担当する")
    await citizen.hears("担当者が決まりました")
    await alice.presses("不足を聞く")
    await alice.sees_modal("どの質問について")
    await alice.submits({"どの質問についてたずねますか": "members", "たずねる文": "いっしょに始める方はいますか"})
    await alice.sees_modal("この内容でたずねます")
    await alice.submits()
    await citizen.hears("ひとつ教えてください")
    await alice.sees_on_card("返事を待っています")
    await citizen.says("ひとりです")
    await citizen.hears("担当者に伝えました")
    await alice.sees_in_thread("ひとりです")

    await alice.presses("市民へ返信")
    await alice.sees_modal("市民へ返信")
    await alice.submits({"返信の文": "一度、集会所でお会いしませんか"})
    await alice.sees_modal("この内容で送ります")
    await alice.submits()
    await citizen.hears("一度、集会所でお会いしませんか")
    await alice.sees_in_thread("LINEが受け付けました")

    case = json.loads(town.tsunagi("case", number, "--json"))
    assert {"code_made", "linked", "ask", "answered", "reply"} <= {line["action"] for line in case["history"]}
    assert code not in json.dumps(case)


async def test_who_begins_again_is_offered_their_open_case_and_loses_nothing(
    citizen: Citizen, alice: Coordinator
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)

    await citizen.says("相談をはじめる")
    await citizen.hears(f"前のご相談（受付番号 {number}）")
    await citizen.taps("追記する")
    await citizen.hears("ここに書いていただければ")
    await citizen.says("場所は二階になりました")
    await citizen.hears("担当者に伝えました")
    await alice.sees_in_thread("場所は二階になりました")

    await citizen.says("相談をはじめる")
    await citizen.taps("新しく相談する")
    await citizen.taps("同意してはじめる")
    await citizen.hears("質問 1/5")


async def test_a_message_is_taken_in_and_two_cases_are_merged(citizen: Citizen, alice: Coordinator) -> None:
    heir = await a_case(citizen)
    await alice.sees_card(heir)
    await alice.says("鶴見の商店街で <食堂> を開きたいという方から電話")
    message = await alice.sees("という方から電話")

    await alice.chooses("案件にする", on=message)
    await alice.sees_modal("相談を受け付ける")
    await alice.submits({"受付方法": "phone"})
    told = (await alice.sees_modal("公式LINEを友だち追加して"))["words"]
    twin = re.findall(r"20\d\d-\d{4,}", told)[0]
    await alice.closes()
    await alice.sees_card(twin)
    await alice.sees_on_card("<食堂>")

    await alice.presses("統合する")
    await alice.sees_modal("残す案件の番号")
    await alice.submits({"残す案件の番号": heir})
    await alice.sees_on_card(f"{heir} に統合")
    await alice.sees_card(f"①受付　{heir}")
    await alice.sees_in_thread("をこの案件に統合しました")
