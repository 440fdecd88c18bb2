"""A hundred citizens at once: each goes through a whole hearing, to see the centre under load."""

import asyncio
import time
from typing import Any

from deploy.simulator.line import webhooks
from deploy.simulator.line.phones import Phone, buttons
from deploy.simulator.state import World

Json = dict[str, Any]
PATIENCE = 300.0  # seconds for one step, with a hundred others waiting too
SAID = {
    "質問 1/5": "{ward}の{place}を使って、{whom}が集まれる場所をつくりたい",
    "質問 2/5": "近所で{whom}の居場所が少ないという声を聞いたため",
    "質問 3/5": "友人と自治会の有志の4名です",
    "質問 4/5": "先月、集会所でためしに一度ひらきました",
    "質問 5/5": "まだ分かりません",
}
WARDS = ("鶴見区", "神奈川区", "西区", "中区", "南区", "港南区", "保土ケ谷区", "旭区", "磯子区", "金沢区", "港北区")
PLACES = ("空き店舗", "空き家", "団地の集会所", "公園", "商店街の休憩所", "学校の空き教室", "川沿いの広場")
WHOM = ("子ども", "高齢の方", "子育て中の親", "外国につながる家族", "学生", "ひとり暮らしの方")


def start(world: World, count: int) -> Json:
    """Send `count` new citizens on their way; `world.crowd` says how far they are."""
    if world.crowd.get("on_the_way"):
        return world.crowd
    world.crowd = {"citizens": count, "on_the_way": count, "received": 0, "gave_up": 0, "began": time.monotonic()}
    for n in range(count):
        about = {"ward": WARDS[n % len(WARDS)], "place": PLACES[n % len(PLACES)], "whom": WHOM[n % len(WHOM)]}
        world.start(_hearing(world, world.phones.passer_by(f"市民 {n + 1}"), about))
    return world.crowd


async def _hearing(world: World, phone: Phone, about: dict[str, str]) -> None:
    try:
        await webhooks.follow(world, phone)
        await _tap(world, phone, "相談をはじめる")
        await _tap(world, phone, "同意してはじめる")
        for question, words in SAID.items():
            await _heard(phone, question)
            await webhooks.say(world, phone, {"type": "text", "text": words.format(**about)})
        for label in ("個人", "スキップ", "スキップ", "送信する"):
            await _tap(world, phone, label)
        await _heard(phone, "受付番号")
        world.crowd["received"] += 1
    except TimeoutError:
        world.crowd["gave_up"] += 1
    world.crowd["on_the_way"] -= 1
    world.crowd["seconds"] = round(time.monotonic() - world.crowd["began"], 1)
    world.live.changed("crowd")


async def _tap(world: World, phone: Phone, label: str) -> None:
    """Tap the button once what was said last offers it."""
    said = len(phone.bubbles)
    async with asyncio.timeout(PATIENCE):
        while (found := next((b for b in buttons(phone, None) if b.label == label), None)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await webhooks.tap(world, phone, found.action)
    async with asyncio.timeout(PATIENCE):
        while len([b for b in phone.bubbles[said:] if not b.mine]) == 0:  # noqa: ASYNC110  looked at, as people do
            await asyncio.sleep(0.05)


async def _heard(phone: Phone, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not any(words in str(b.message) for b in phone.bubbles if not b.mine):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
