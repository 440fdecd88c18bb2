"""What Slack refuses by itself: more messages than a channel takes, and a command that no app has."""

from types import SimpleNamespace

import pytest

from deploy.simulator.slack.methods import chat
from tests.simulator.slack_says import refused


async def test_429_says_when_to_come_back(sim, slack):
    await sim.trouble("slack", status=429, retry_after=7)
    response = await refused(slack.auth_test())
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


@pytest.fixture
def clock(monkeypatch):
    """The real clock, held in a tester's hand: `clock.stands += 1`."""
    clock = SimpleNamespace(stands=1000.0)
    monkeypatch.setattr(chat, "monotonic", lambda: clock.stands)
    return clock


async def test_a_channel_takes_a_few_messages_at_once_and_then_one_a_second(slack, world, clock, alice):
    words = {"channel": world.config.intake, "text": "x"}
    for _ in range(10):
        await slack.chat_postMessage(**words)

    world.ahead += 3600  # the demo's clock makes no room
    clock.stands += 0.5
    response = await refused(slack.chat_postMessage(**words))
    assert (response.status_code, response.data) == (429, {"ok": False, "error": "ratelimited"})
    assert response.headers["Retry-After"] == "1"
    await slack.chat_postMessage(channel="#random", text="x")  # another channel
    await alice.says("人は別です")
    assert len(await alice.messages()) == 12

    for _ in range(3):
        clock.stands += 1
        await slack.chat_postMessage(**words)
        assert (await refused(slack.chat_postMessage(**words)))["error"] == "ratelimited"
    clock.stands += 60
    for _ in range(10):
        await slack.chat_postMessage(**words)


async def test_a_channel_s_rate_can_be_switched_off(slack, world, clock, sim):
    await sim.call("POST", "/sim/settings", post_rate=0)

    for _ in range(20):
        await slack.chat_postMessage(channel=world.config.intake, text="x")


async def test_slack_itself_refuses_a_command_that_no_app_has(hub, alice, sim):
    await alice.runs("/si <b>")

    await alice.sees_only_me("/si は有効なコマンドではありません")
    assert "/si" not in await sim.coordinator("ひろし").transcript()
    assert hub.slack == []
