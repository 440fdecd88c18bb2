"""④ as its people live it: who takes part, a place to talk, who carries it out, and a plan the citizen can see."""

import json
from datetime import datetime, timedelta
from typing import Any

from bot.desk.consultation.realisation import plan
from bot.tables.calendars import CENTRE
from bot.when import TOKYO, clock
from tests import pace
from tests.e2e.steps import a_case
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator

MINUTES = "話したこと\n・会場を見た\n\n決まったこと\n・月に一度開く\n\n宿題\n・保険に入る"
ADD, BODY = "主体を加える（名前）", "実施主体にする（承諾した主体から）"


async def test_a_case_gets_its_parties_a_dialogue_and_a_plan(
    citizen: Citizen, alice: Coordinator, bob: Coordinator, town: Town
) -> None:
    number = await in_realisation(citizen, alice, bob)

    await alice.presses("関係する主体")
    await alice.sees_modal(ADD)
    for name in ("みなと町内会", "みなと商店会"):
        await alice.submits({ADD: name})
        await alice.sees_modal(f"{name}　【候補】")
    await alice.presses("変更")
    await alice.sees_modal("主体の状態")
    await alice.submits({"状態": "承諾", "役割": "会場", "連絡先": "045-000-1111"})
    await alice.sees_modal("みなと町内会　【承諾】")
    await alice.submits({BODY: ["みなと町内会"]})
    await alice.closes()
    await alice.sees_on_card("みなと町内会（承諾・会場）／みなと商店会（候補）")
    await alice.sees_in_thread("実施主体が決まりました")

    first, second = open_afternoons(2)
    await alice.presses("対話の場")
    await alice.sees_modal("まだ決まっていません")
    wanted = {"場所": "協働ラボ", "議題": "会場のこと", "招く主体（連絡は担当の方から）": ["みなと町内会"]}
    await alice.submits({"日時": seconds(first - timedelta(hours=10)), **wanted})
    await alice.sees_error("開")
    await alice.submits({"日時": seconds(first)})
    await alice.sees_in_thread("こちらから声をかける主体：")
    await bob.presses("参加", on=await is_told_alone(bob, f"{number} の対話の場にお誘いします"))
    await citizen.hears("話し合う場を設けます")
    await citizen.taps("参加")
    await citizen.hears(f"{clock(first)} にお待ちしています")
    await alice.sees_on_card("参加3　返事待ち1")

    await alice.presses("対話の場")
    await alice.sees_modal("返事待ち")
    await alice.submits({"日時": seconds(second), "みなと町内会 の返事": "参加"})
    await citizen.hears("予定が変わりました")
    await alice.sees_on_card("参加1　返事待ち3")  # everybody is asked anew
    await citizen.says("未定")
    await citizen.hears("決まりましたら")
    await bob.presses("不参加", on=await is_told_alone(bob, "予定が変わりました"))
    await alice.sees_on_card("参加1　不参加1　未定1　返事待ち1")

    await alice.presses("対話の場")
    await alice.sees_modal("不参加")
    await alice.presses("議事録")
    await alice.sees_modal("宿題を実施計画に入れる")
    await alice.submits({"議事録": MINUTES})
    await alice.sees_on_card(f"{clock(second)} に開きました")
    await alice.sees_on_card("0/1 済")

    await alice.presses("実施計画")
    await alice.sees_modal("□ 保険に入る")
    soon = f"{datetime.now(TOKYO) + timedelta(days=2):%Y-%m-%d}"
    await alice.submits({"すること": "はじめての食堂", "期限": soon, "節目": ["相談者に見せる（節目）"]})
    await alice.sees_modal("はじめての食堂")
    await time_passes(alice, plan.SETTLES)
    shown = await citizen.hears("これからの予定です", within=pace.within(60))
    assert "□ はじめての食堂" in shown["words"]
    assert "保険に入る" not in shown["words"]
    await citizen.says("状況を見る")
    await citizen.hears("次の予定は「はじめての食堂」")
    await alice.presses("済にする")
    await alice.sees_modal("✓ はじめての食堂")
    await alice.closes()
    await time_passes(alice, plan.SETTLES)
    await citizen.hears("✓ はじめての食堂", within=pace.within(60))
    await alice.sees_on_card("1/2 済")

    await alice.presses("次の段階へ")
    modal = await alice.sees_modal("✓ 実施計画")
    assert "□" not in modal["words"].split("省略する理由")[0]
    await alice.submits()
    await alice.sees_on_card("⑤")
    told = await alice.sees_in_thread("実施主体に入らなかった次の方々")
    assert "・みなと商店会（候補）" in told["words"]
    assert "みなと町内会" not in told["words"]

    work = json.loads(town.tsunagi("case", number, "--json"))["work"]
    assert [(one["name"], one["state"]) for one in work["stakeholders"]] == [
        ("みなと町内会", "willing"), ("みなと商店会", "candidate"),
    ]  # fmt: skip
    assert [task["title"] for task in work["tasks"]] == ["保険に入る", "はじめての食堂"]
    assert work["meetings"][-1]["minutes"] == MINUTES


async def test_a_dialogue_that_is_called_off_is_told_and_old_buttons_explain_themselves(
    citizen: Citizen, alice: Coordinator, bob: Coordinator
) -> None:
    number = await in_realisation(citizen, alice, bob)
    (first,) = open_afternoons(1)
    await alice.presses("対話の場")
    await alice.sees_modal("まだ決まっていません")
    await alice.submits({"日時": seconds(first), "場所": "その他", "議題": "会場のこと"})
    await alice.sees_error("場所")
    await alice.submits({"場所のくわしい案内（「その他」の場所、オンラインのURLなど）": "みなと会館"})
    await citizen.hears("みなと会館")
    invitation = await is_told_alone(bob, f"{number} の対話の場にお誘いします")

    await alice.presses("対話の場")
    await alice.sees_modal("返事待ち")
    await alice.presses("取りやめる")
    await alice.sees_modal("取りやめました")
    await alice.closes()

    await citizen.hears("取りやめになりました")
    await citizen.taps("参加")
    await citizen.hears("お返事はいりません")
    await bob.presses("参加", on=invitation)
    await bob.sees("この対話の場は、取りやめになったか、終わっています")


async def in_realisation(citizen: Citizen, alice: Coordinator, bob: Coordinator) -> str:
    """A case with main and sub that has come to ④."""
    number = await a_case(citizen)
    await alice.sees_card(number)
    await alice.presses("担当する")
    await bob.sees_card(number)
    await bob.presses("サブで入る")
    for stage in ("③", "④"):
        await alice.presses("次の段階へ")
        await alice.sees_modal("省略する理由")
        await alice.submits({"省略する理由": "この話では先へ進む"})
        await alice.sees_on_card(stage)
    await citizen.hears("実現に向けた準備")
    return number


async def is_told_alone(who: Coordinator, text: str) -> Any:
    """Wait for a message that stands by itself: in the thread it would be a reply."""

    async def found() -> Any:
        return next((message for message in reversed(await who.messages()) if text in message["words"]), None)

    return await who.sim.until(found, who.transcript, None)


async def time_passes(who: Coordinator, time: timedelta) -> None:
    """Move the centre's clock on, instead of waiting for what is held back so long."""
    await who.sim.call("POST", "/sim/clock", seconds=int(time.total_seconds()))


def open_afternoons(count: int) -> list[datetime]:
    """The next days on which the centre is open at two in the afternoon."""
    today = datetime.now(TOKYO).replace(hour=14, minute=0, second=0, microsecond=0)
    days = (today + timedelta(days=n) for n in range(3, 30))
    return [day for day in days if (hours := CENTRE.hours(day.date())) and hours[0] <= day < hours[1]][:count]


def seconds(time: datetime) -> int:
    return int(time.timestamp())
