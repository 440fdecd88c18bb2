"""Files in a modal: put in by a person, told of and handed out as Slack does; pictures the centre sends to a phone."""

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def plain(words):
    return {"type": "plain_text", "text": words}


def field(**more):
    element = {"type": "file_input", "action_id": "files", "filetypes": ["png", "pdf"], "max_files": 2, **more}
    return {"type": "input", "block_id": "files", "label": plain("ファイル"), "optional": True, "element": element}


def modal(*blocks):
    return {"type": "modal", "title": plain("返信"), "submit": plain("送信"), "callback_id": "c", "blocks": [*blocks]}


@pytest.fixture
async def alice(sim, slack, world, hub):
    """Somebody before an open modal with a field for files."""
    alice = sim.coordinator("ありす")
    button = {"type": "button", "text": plain("返信"), "action_id": "case.reply", "value": "1"}
    blocks = [{"type": "actions", "elements": [button]}]
    await slack.chat_postMessage(channel=world.config.intake, text="2026-0001", blocks=blocks)
    await alice.sees_card("返信")
    await alice.presses("返信")
    await slack.views_open(trigger_id=(await hub.payload())["trigger_id"], view=modal(field()))
    await alice.sees_modal("ファイル")
    return alice


async def test_what_was_chosen_travels_with_the_form_and_can_be_had_with_the_token(alice, slack, hub, conformance):
    photo = await alice.uploads("会場 図.png", PNG)
    await alice.submits({"ファイル": [photo]})

    payload = await hub.payload()
    (told,) = payload["view"]["state"]["values"]["files"]["files"]["files"]
    assert conformance.slack_inbound("view_submission", payload) == []
    assert (told["name"], told["mimetype"], told["size"]) == ("会場 図.png", "image/png", len(PNG))
    asked = (await slack.files_info(file=told["id"]))["file"]
    assert asked == told
    async with aiohttp.ClientSession() as http:
        good = {"Authorization": f"Bearer {slack.token}"}
        async with http.get(asked["url_private_download"], headers=good) as answer:
            assert (answer.status, await answer.read(), answer.content_type) == (200, PNG, "image/png")
        async with http.get(asked["url_private_download"], allow_redirects=False) as answer:
            assert answer.status == 302


async def test_an_untouched_field_is_an_empty_list_and_too_many_are_refused(alice, hub):
    photos = [await alice.uploads(f"{n}.png", PNG) for n in range(3)]
    await alice.submits({"ファイル": photos})
    await alice.sees_error("2個まで")
    await alice.submits({"ファイル": []})

    assert (await hub.payload())["view"]["state"]["values"]["files"]["files"] == {"type": "file_input", "files": []}


async def test_a_file_that_is_not_there_and_an_app_that_may_not_ask(alice, slack, world):
    with pytest.raises(SlackApiError, match="file_not_found"):
        await slack.files_info(file="F0NONE")
    world.config.scopes = tuple(scope for scope in world.config.scopes if scope != "files:read")
    with pytest.raises(SlackApiError, match="missing_scope"):
        await slack.files_info(file="F0NONE")


@pytest.mark.parametrize("wrong", [{"max_files": 11}, {"max_files": 0}, {"filetypes": "png"}])
async def test_a_field_that_slack_does_not_take(alice, slack, hub, wrong):
    await alice.closes()
    await alice.presses("返信")
    trigger = (await hub.payload())["trigger_id"]

    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await slack.views_open(trigger_id=trigger, view=modal(field(**wrong)))


async def test_a_phone_has_pictures_from_the_hub_and_from_nobody_else(hub, sim, line, world):
    async def sent(request: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="image/png")

    app = web.Application()
    app.router.add_get("/sent/x", sent)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.config.hub, world.config.public = f"http://127.0.0.1:{runner.addresses[0][1]}", "https://centre.example"
    async with aiohttp.ClientSession(world.config.url) as http:
        for url in ("https://centre.example/sent/x", f"{world.config.hub}/sent/x"):
            async with http.get("/sim/picture", params={"url": url}) as answer:
                assert (answer.status, await answer.read(), answer.content_type) == (200, PNG, "image/png")
        for url in ("https://elsewhere.example/sent/x", "https://centre.example/sent/y", "nonsense"):
            async with http.get("/sim/picture", params={"url": url}) as answer:
                assert answer.status == 404
    await runner.cleanup()
