"""Ways through a hearing that several stories share."""

import re

from tests.simulator.client import Citizen

ANSWERS = {
    "overview": "鶴見区の商店街の空き店舗で、子ども食堂を開きたい",
    "background": "放課後をひとりで過ごす子が増えてきたので",
    "members": "友人3人と、町内会長さん",
    "history": "昨年、自治会館で食事会を2回開きました",
    "schemes": "市民協働提案制度",
}


async def begins(citizen: Citizen) -> None:
    """From following to the first question."""
    await citizen.follows()
    await citizen.hears("")  # the greeting: people read it before they tap
    await citizen.taps("相談をはじめる")
    await citizen.taps("同意してはじめる")
    await citizen.hears("質問 1/5")


async def answers(citizen: Citizen, *, start: int = 0) -> None:
    """The five answers from the given one on, each after its question."""
    for n, words in enumerate(list(ANSWERS.values())[start:], start + 2):
        await citizen.says(words)
        await citizen.hears(f"質問 {n}/5" if n <= 5 else "立場")


async def finishes(citizen: Citizen) -> str:
    """From the question who is asking to the receipt; returns the number."""
    await citizen.taps("個人")
    await citizen.hears("お名前")
    await citizen.taps("スキップ")
    await citizen.hears("連絡")
    await citizen.taps("スキップ")
    await citizen.hears("これで全部です")
    await citizen.taps("送信する")
    receipt = await citizen.hears("受付番号")
    return re.findall(r"20\d\d-\d{4,}", receipt["words"])[0]


async def a_case(citizen: Citizen) -> str:
    """A whole hearing without detours; returns the case's number."""
    await begins(citizen)
    await answers(citizen)
    return await finishes(citizen)
