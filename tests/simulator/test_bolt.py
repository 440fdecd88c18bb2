"""Slack's own framework at the other end: what it sends back must work here as it does in Slack."""

import asyncio
import contextlib
import socket

import pytest
import uvicorn
from fastapi import FastAPI, Request
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from tests import pace

VIEW = {
    "type": "modal", "callback_id": "reply", "title": {"type": "plain_text", "text": "返信"},
    "submit": {"type": "plain_text", "text": "送信"},
    "blocks": [{"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "本文"},
                "element": {"type": "plain_text_input", "action_id": "text"}}],
}  # fmt: skip
CLAIM = {"type": "button", "action_id": "case.claim", "value": "7", "text": {"type": "plain_text", "text": "担当する"}}


def desk(slack, secret):
    """A small app: a command, a button that opens a modal, a modal with a fault, a message listener."""
    app, heard = AsyncApp(client=slack, signing_secret=secret), []

    @app.command("/similar")
    async def similar(ack, respond, command):
        await ack()
        await respond(f"{command['text']}:2件")

    @app.action("case.claim")
    async def claim(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    @app.view("reply")
    async def reply(ack, view):
        text = view["state"]["values"]["b"]["text"]["value"]
        if len(text) < 5:
            await ack(response_action="errors", errors={"b": "短すぎます"})
        else:
            await ack()
            heard.append(text)

    @app.event("message")
    async def message(event):
        heard.append(event["text"])

    return app, heard


@pytest.fixture
async def heard(slack, world):
    app, heard = desk(slack, world.config.slack_secret)
    api, handler = FastAPI(), AsyncSlackRequestHandler(app)

    @api.post("/slack/events")
    async def events(request: Request):
        return await handler.handle(request)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(api, log_level="warning"))
        server.capture_signals = contextlib.nullcontext
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110  uvicorn offers no event
            await asyncio.sleep(0.01)
        world.config.hub = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield heard
        server.should_exit = True
        await task


async def test_a_bolt_app_works_as_in_slack(heard, sim, slack, world):
    alice = sim.coordinator("ありす")
    await alice.runs("/similar 空き家")
    await alice.sees_only_me("空き家:2件")

    await slack.chat_postMessage(
        channel=world.config.intake, text="7", blocks=[{"type": "actions", "elements": [CLAIM]}]
    )
    await alice.sees_card("担当する")
    await alice.presses("担当する")
    await alice.sees_modal("本文")
    await alice.submits({"本文": "短い"})
    await alice.sees_error("短すぎます")
    await alice.submits({"本文": "こんにちは、佐藤さん"})
    assert (await alice.screen())["modals"] == []

    await alice.says_in_thread("内緒です")
    async with asyncio.timeout(pace.within(3)):
        while "内緒です" not in heard:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert heard == ["こんにちは、佐藤さん", "内緒です"], "the bot's own card must be ignored"
    assert (await alice.screen())["notes"] == []
