"""The whole way of one idea: from the talk to ⑤, into the library, and found for the next one."""

from urllib.request import urlopen

import pytest

from tests import pace
from tests.e2e.conftest import at_the_desk
from tests.e2e.steps import a_case
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator, Simulation

MONTH = 40 * 86_400  # and the days around New Year, when nobody is there and nothing is asked
PATIENT = pace.within(120)  # seconds: a month later the whole centre is reminded of everything, a message a second


@pytest.mark.timeout(pace.within(1500))
async def test_an_idea_becomes_a_published_case_that_the_next_search_finds(
    citizen: Citizen, sim: Simulation, alice: Coordinator, bob: Coordinator, town: Town
) -> None:
    town.tsunagi("staff", "add", "U0LEAD000", "--role", "lead", "--name", "森")
    lead = await at_the_desk(sim.coordinator("U0LEAD000"))
    number = await a_case(citizen)
    await alice.sees_card(number)
    await alice.presses("担当する")
    await citizen.hears("担当者が決まりました")
    for stage in ("③", "④", "⑤"):
        await alice.presses("次の段階へ")
        await alice.sees_modal("省略する理由")
        await alice.submits({"省略する理由": "この物語では省きます"})
        await alice.sees_on_card(stage)

    await sim.call("POST", "/sim/clock", seconds=MONTH)
    await citizen.sees_button("順調", within=PATIENT)
    await citizen.taps("順調")
    await alice.sees_on_card("順調", within=PATIENT)

    await alice.presses("終了する")
    await alice.sees_modal("学び")
    await alice.submits({"終了の理由": "軌道に乗った", "学び": "小さく始める", "手法": "空き時間の集会所を使う"})
    await alice.sees_on_card("下書き", within=PATIENT)
    await alice.presses("事例の下書き")
    await alice.sees_modal("件名")
    await alice.submits({"件名": "商店街ではじめる夕方の食卓", "このあと": "show"})
    await alice.sees_modal("次の文がそのまま届きます")
    await alice.submits()
    await citizen.hears("公開してよいか", within=PATIENT)
    await citizen.taps("公開してよい")
    await citizen.hears("ありがとうございます")

    lead.card = alice.card  # not by its number: the reminders of these weeks, which have buttons too, name it as well
    await lead.sees_on_card("同意済み", within=PATIENT)
    await lead.presses("事例を公開する")
    await lead.sees_modal("次の文を公開します")
    await lead.submits()
    await lead.sees_on_card("公開中", within=PATIENT)

    await bob.runs("/similar 商店街 夕方の食卓")
    await bob.sees_only_me("商店街ではじめる夕方の食卓", within=PATIENT)
    assert "商店街ではじめる夕方の食卓" in _read(f"{town.hub}/cases/case-{number}")
    assert f"case-{number}" in _read(f"{town.hub}/cases.json")

    await citizen.says("公開をやめる")
    await citizen.hears("公開をやめました", within=PATIENT)
    await alice.sees_in_thread("公開をやめました", within=PATIENT)
    assert f"case-{number}" not in _read(f"{town.hub}/cases.json")


def _read(url: str) -> str:
    with urlopen(url) as answer:  # noqa: S310  our own hub
        found: str = answer.read().decode()
        return found
