"""② as its people live it: the pack, three dates, one tap, and the notes that the citizen reads."""

from datetime import datetime, timedelta
from typing import Any

from bot.tables.calendars import CENTRE
from bot.when import TOKYO, clock
from tests.e2e.steps import a_case
from tests.simulator.client import Citizen, Coordinator

ALL = ["地域特性", "類似事例", "団体", "人材と資源"]
NOTES = "空き店舗の持ち主に一緒に会いに行く"


def open_afternoons(count: int) -> list[datetime]:
    """The next days on which the centre is open at two in the afternoon."""
    today = datetime.now(TOKYO).replace(hour=14, minute=0, second=0, microsecond=0)
    days = (today + timedelta(days=n) for n in range(3, 30))
    return [day for day in days if (hours := CENTRE.hours(day.date())) and hours[0] <= day < hours[1]][:count]


async def test_a_hearing_is_prepared_dated_and_written_down(
    citizen: Citizen, alice: Coordinator, bob: Coordinator
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await alice.presses("担当する")
    await bob.sees_card(number)
    await bob.presses("サブで入る")
    await alice.sees_in_thread("2 類似事例")
    await alice.sees_in_thread("時点、出典：")

    await alice.presses("ヒアリング日程")
    await alice.sees_modal("候補1")
    first, second, third = open_afternoons(3)
    offered: dict[str, int | str] = {"候補1": seconds(first), "候補2": seconds(second), "候補3": seconds(third)}
    offered |= {"場所・オンラインのリンク": "協働ラボ"}
    await alice.submits(offered)
    await alice.sees_error("「事前資料」の確認がまだです")
    await alice.closes()
    await alice.presses("事前資料")
    await alice.sees_modal("4 人材と資源")
    await alice.submits({"確認したもの": ALL})
    await alice.sees_on_card("事前資料　4/4")
    await alice.sees_in_thread("事前資料の確認")

    await alice.presses("ヒアリング日程")
    await alice.sees_modal("候補1")
    await alice.submits({**offered, "候補3": seconds(third - timedelta(days=400))})
    await alice.sees_error("もう過ぎています")
    await alice.submits(offered)
    await alice.sees_on_card("候補を送付済み")
    await citizen.hears("ご都合のよい日時")
    await citizen.taps("ほかの日がよい")
    await citizen.hears("ここに書いてください")
    await citizen.says("水曜は仕事があります")
    await alice.sees_in_thread("水曜は仕事があります")
    await citizen.taps(clock(second))
    await citizen.hears("お話をうかがう日が決まりました")
    await alice.sees_in_thread("ヒアリングの日時が決まりました")
    await alice.sees_on_card(f"確定 {clock(second)}　協働ラボ")
    assert clock(second) in (await is_told_alone(bob, f"{number} ヒアリングの日時が決まりました"))["words"]
    await citizen.taps(clock(first))
    await citizen.hears(f"{clock(second)} に決まっています")

    await alice.presses("記録を書く")
    await alice.sees_modal("■ 分かったこと")
    await alice.submits({"記録": NOTES, "相談者に見せるか": ["相談者にも見せる"]})
    heard = await citizen.hears("お話の記録")
    assert NOTES in heard["words"]
    await alice.sees_on_card("記録済み")
    await alice.presses("次の段階へ")
    await alice.sees_modal("✓ ヒアリング記録")
    await alice.sees_modal("✓ 事前資料")


async def is_told_alone(who: Coordinator, text: str) -> Any:
    """Wait for a message that stands by itself: in the thread it would be a reply."""

    async def found() -> Any:
        return next((message for message in await who.messages() if text in message["words"]), None)

    return await who.sim.until(found, who.transcript, None)


def seconds(time: datetime) -> int:
    return int(time.timestamp())
