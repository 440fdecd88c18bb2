"""The control strip: the clock, a crowd, a month of life, Rasa's troubles, and commands to send again."""

import asyncio
import json
import subprocess
import time

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from deploy.simulator import crowd
from deploy.simulator.line.phones import show
from tests import pace


async def test_the_whole_world_moves_ahead_and_the_hub_with_it(hub, sim, world):
    citizen = sim.citizen()
    await citizen.follows()
    await sim.call("POST", "/sim/clock", seconds=86_400)
    await citizen.says("あくる日")

    assert hub.asked == [("clock", f"Bearer {world.config.line_token}", {"seconds": 86_400.0})]
    assert hub.events()[-1]["timestamp"] / 1000 - time.time() == pytest.approx(86_400, abs=60)
    assert (await sim.call("GET", "/sim/world"))["ahead"] == 86_400


async def test_the_world_goes_by_the_hub_s_clock_wherever_that_is(hub, sim, world):
    hub.ahead = 3_600.0  # a hub that was started again goes on where it was

    await sim.call("POST", "/sim/clock", seconds=0)
    assert world.ahead == 3_600
    hub.late = 7.0  # its messages took so long to leave
    await sim.call("POST", "/sim/clock", seconds=60)
    assert world.ahead == 3_667


async def test_what_is_signed_keeps_the_wire_s_own_time(hub, sim, world):
    await sim.call("POST", "/sim/clock", seconds=86_400)
    await sim.coordinator().runs("/stats")
    await hub.payload()

    stamp = float(hub.slack[-1][1]["X-Slack-Request-Timestamp"])
    assert stamp == pytest.approx(time.time(), abs=60)  # else the hub would refuse it as old or forged


@pytest.mark.parametrize("seconds", [-1, 400 * 86_400])
async def test_time_never_goes_back_nor_far_away(sim, world, seconds):
    with pytest.raises(AssertionError, match="forward only"):
        await sim.call("POST", "/sim/clock", seconds=seconds)
    assert world.ahead == 0


async def test_a_hub_with_its_own_clock_leaves_the_world_where_it_is(hub, sim, world):
    hub.answers.append(web.Response(status=404))
    with pytest.raises(AssertionError, match="its own time"):
        await sim.call("POST", "/sim/clock", seconds=60)
    assert world.ahead == 0


async def test_a_month_of_life_is_the_hub_s_to_make(hub, sim):
    assert (await sim.call("POST", "/sim/life")) == {"cases": 3}
    assert hub.asked[-1][0] == "life"


async def test_a_crowd_goes_through_the_hearing_and_is_not_listed(hub, sim, world):
    """The hub here is a table: what it says to the n-th event of a citizen."""
    said = ["相談をはじめる", "同意してはじめる", *(f"質問 {n}/5" for n in range(1, 6)), "個人", "スキップ"]
    said += ["スキップ", "送信する", "受付番号 2026-0001"]

    async def answers() -> None:
        for phone in [p for p in world.phones.all.values() if not p.in_view]:
            events = [e for e in hub.events() if e["source"]["userId"] == phone.id]
            while len([b for b in phone.bubbles if not b.mine]) < min(len(events), len(said)):
                words = said[len([b for b in phone.bubbles if not b.mine])]
                action = {"type": "postback", "label": words, "data": words}
                item = {"type": "text", "text": words, "quickReply": {"items": [{"type": "action", "action": action}]}}
                show(phone, item, mine=False, at=world.now())

    await sim.call("POST", "/sim/crowd", citizens=5)
    async with asyncio.timeout(pace.within(20)):
        while world.crowd["on_the_way"]:
            await answers()
            await asyncio.sleep(0.02)

    assert (world.crowd["received"], world.crowd["gave_up"]) == (5, 0)
    assert len((await sim.call("GET", "/sim/world"))["citizens"]) == len(world.config.citizens)
    assert {e["message"]["text"] for e in hub.events() if e["type"] == "message"} >= {"まだ分かりません"}


async def test_a_crowd_that_gets_no_answer_is_counted(hub, sim, world, monkeypatch):
    monkeypatch.setattr(crowd, "PATIENCE", 0.2)
    await sim.call("POST", "/sim/crowd", citizens=2)
    async with asyncio.timeout(pace.within(5)):
        while world.crowd["on_the_way"]:  # noqa: ASYNC110  looked at, as people do
            await asyncio.sleep(0.02)

    assert world.crowd["gave_up"] == 2


async def test_rasa_is_passed_through_until_it_is_stopped(hub, sim, world):
    world.config.rasa = hub.url
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{world.config.url}/rasa/model/parse?token=x", json={"text": "hi"}) as there:
            assert (await there.json()) == {"path": "/model/parse", "query": {"token": "x"}, "body": '{"text": "hi"}'}

        await sim.trouble("rasa")
        for status in (503, 200):
            async with session.get(f"{world.config.url}/rasa/model/status") as answered:
                assert answered.status == status


async def test_a_request_of_the_log_can_be_sent_again_from_a_terminal(hub, sim, world):
    await sim.citizen().follows()
    command = await copied(sim, "/line/webhook")

    assert world.config.line_secret not in command
    await runs(command)
    assert hub.line[-1] == hub.line[-2]  # the very bytes, and their signature


async def runs(command: str) -> bytes:
    """What a pasted command prints."""
    done = await asyncio.to_thread(subprocess.run, command, shell=True, capture_output=True, timeout=pace.within(10))  # noqa: S604
    assert done.returncode == 0, done.stderr
    return done.stdout


async def copied(sim, path):
    number = next(entry["n"] for entry in await sim.wire() if entry["path"] == path)
    return (await sim.call("GET", f"/sim/wire/{number}/curl"))["curl"]


async def test_with_made_up_secrets_what_the_hub_sent_can_be_pasted(slack, line, sim, world):
    from linebot.v3.messaging import PushMessageRequest

    world.config.made_up = True
    await slack.chat_postMessage(channel=world.config.intake, text="it's <b>$HOME")
    said = {"to": world.config.citizens[0].id, "messages": [{"type": "text", "text": "お知らせ"}]}
    await line.push_message(PushMessageRequest.from_dict(said))

    assert json.loads(await runs(await copied(sim, "/api/chat.postMessage")))["message"]["text"] == "it's <b>$HOME"
    await runs(await copied(sim, "/v2/bot/message/push"))
    assert [m["words"] for m in (await sim.citizen().screen())["messages"]] == ["お知らせ", "お知らせ"]


async def test_what_was_sent_to_the_hub_long_ago_is_signed_anew(hub, sim, world):
    await sim.coordinator().runs("/stats")
    world.wire.entries[-1]["headers"]["x-slack-request-timestamp"] = "1"

    await runs(await copied(sim, "/slack/events"))

    (first, _), (body, headers) = hub.slack
    assert body == first
    assert SignatureVerifier(world.config.slack_secret).is_valid_request(body, headers)


async def test_a_bad_signature_is_kept_as_it_was_sent(hub, sim):
    await sim.call("POST", "/sim/raw/slack", body="{}", signature="v0=bad")

    await runs(await copied(sim, "/slack/events"))

    signed = [{name.lower(): value for name, value in headers.items()} for _, headers in hub.slack]
    assert [headers["x-slack-signature"] for headers in signed] == ["v0=bad", "v0=bad"]


async def test_a_month_of_life_can_be_asked_for_again(hub, sim, world):
    world.config.made_up = True
    await sim.call("POST", "/sim/life")

    await runs(await copied(sim, "/demo/life"))

    assert hub.asked == [("life", f"Bearer {world.config.line_token}", {})] * 2


async def test_what_no_command_could_hold_is_not_copied(sim, world):
    world.config.made_up = True
    world.wire.add(platform="slack", direction="out", method="POST", path="/upload/x", headers={}, raw=None)

    with pytest.raises(AssertionError, match="could hold"):
        await copied(sim, "/upload/x")


async def test_what_the_hub_sends_is_shown_without_its_secret(slack, sim, world):
    await slack.chat_postMessage(channel=world.config.intake, text="it's <b>")
    command = await copied(sim, "/api/chat.postMessage")

    assert "$SLACK_BOT_TOKEN" in command
    assert world.config.slack_token not in command


async def test_a_message_becomes_a_case_by_its_menu(hub, slack, sim, world):
    sent = await slack.chat_postMessage(channel=world.config.intake, text="電話で相談がありました")
    alice = sim.coordinator()
    await alice.chooses("案件にする", {"ts": sent["ts"], "channel": sent["channel"]})

    payload = await hub.payload()
    assert (payload["type"], payload["callback_id"]) == ("message_action", "intake.message")
    assert payload["message"]["text"] == "電話で相談がありました"
    assert payload["trigger_id"] in world.workspace.triggers
