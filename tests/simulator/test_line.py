"""LINE's side, judged with LINE's own SDK."""

import base64
import json
from uuid import uuid4

import aiohttp
import pytest
from linebot.v3 import SignatureValidator, WebhookParser
from linebot.v3.messaging import (
    ApiException,
    PushMessageRequest,
    ReplyMessageRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
)  # fmt: skip
from linebot.v3.webhook import UnknownEvent


def text(words, **more):
    return TextMessage(text=words, **more)


async def refusal(call):
    with pytest.raises(ApiException) as caught:
        await call
    return caught.value.status, json.loads(caught.value.body)


async def test_every_act_of_a_citizen_is_a_real_signed_event(sim, hub, world, conformance):
    citizen = sim.citizen()
    await citizen.follows()
    await citizen.says("こんにちは")
    for act in (citizen.sends_photo, citizen.sends_video, citizen.sends_audio, citizen.sends_file,
                citizen.sends_location, citizen.sends_sticker):  # fmt: skip
        await act()
    await citizen.sends_photos(b"one", b"two", order=[2, 1])
    await citizen.sends_sticker(text="空き家で子ども食堂")
    await citizen.says("これです", quotes="5")
    await citizen.unsends("こんにちは")
    await citizen.blocks()

    validator, parser = SignatureValidator(world.config.line_secret), WebhookParser(world.config.line_secret)
    for body, signature in hub.line:
        assert validator.validate(body, signature)
        assert conformance.line_webhook(json.loads(body), strict=True) == []
        assert not any(isinstance(event, UnknownEvent) for event in parser.parse(body, signature))
    kinds = [event.get("message", event)["type"] for event in hub.events()]
    assert kinds == [
        "follow", "text", "image", "video", "audio", "file", "location", "sticker", "image", "image", "sticker", "text",
        "unsend", "unfollow",
    ]  # fmt: skip
    sets = [event["message"]["imageSet"] for event in hub.events() if "imageSet" in event.get("message", {})]
    assert [(one["index"], one["total"]) for one in sets] == [(2, 2), (1, 2)]


async def test_a_reply_token_works_once(sim, hub, line):
    citizen = sim.citizen()
    await citizen.says("こんにちは")
    token = hub.events()[-1]["replyToken"]

    await line.reply_message(ReplyMessageRequest(reply_token=token, messages=[text("ようこそ")]))

    await citizen.hears("ようこそ")
    again = ReplyMessageRequest(reply_token=token, messages=[text("二度目")])
    assert await refusal(line.reply_message(again)) == (400, {"message": "Invalid reply token"})


async def test_a_reply_token_is_good_for_a_minute(sim, hub, line, world):
    await sim.citizen().says("こんにちは")
    world.config.reply_token_seconds = 0
    request = ReplyMessageRequest(reply_token=hub.events()[-1]["replyToken"], messages=[text("遅い返事")])
    assert (await refusal(line.reply_message(request)))[1] == {"message": "Invalid reply token"}


async def test_a_repeated_push_is_accepted_once(sim, line, world):
    citizen, key = sim.citizen(), str(uuid4())
    request = PushMessageRequest(to=world.config.citizens[0].id, messages=[text("お知らせ")])
    first = await line.push_message(request, x_line_retry_key=key)

    with pytest.raises(ApiException) as caught:
        await line.push_message(request, x_line_retry_key=key)

    assert caught.value.status == 409
    assert "x-line-accepted-request-id" in {name.lower() for name in caught.value.headers}
    assert json.loads(caught.value.body)["sentMessages"][0]["id"] == first.sent_messages[0].id
    assert [m["words"] for m in (await citizen.screen())["messages"]] == ["お知らせ"]


async def test_a_blocked_push_says_yes_and_shows_nothing(sim, line, world):
    citizen, me = sim.citizen(), world.config.citizens[0].id
    await citizen.blocks()
    assert (await line.push_message(PushMessageRequest(to=me, messages=[text("見えない")]))).sent_messages
    assert (await citizen.screen())["messages"] == []


async def test_quota_content_and_loading(sim, hub, line, blobs, world):
    citizen, me = sim.citizen(), world.config.citizens[0].id
    photo = await citizen.sends_photo(b"\xff\xd8 a photo", mime="image/jpeg")
    assert bytes(await blobs.get_message_content(photo)) == b"\xff\xd8 a photo"
    await line.push_message(PushMessageRequest(to=me, messages=[text("一通")]))
    assert (await line.get_message_quota_consumption()).total_usage == 1
    await line.show_loading_animation(ShowLoadingAnimationRequest(chat_id=me, loading_seconds=10))
    assert (await citizen.screen())["typing"] is True
    assert (await line.get_bot_info()).user_id == world.config.line_bot


async def test_a_wrong_token_is_refused(line, line_client):
    line_client.configuration.access_token = "wrong"
    status, body = await refusal(line.get_bot_info())
    assert status == 401
    assert "invalid token" in body["message"]


async def test_quick_replies_are_those_of_the_last_message_only(sim, hub, line, world):
    citizen, me = sim.citizen(), world.config.citizens[0].id
    action = {"type": "postback", "label": "はい", "data": "p=1", "displayText": "はい、始めます"}
    items = [{"type": "action", "action": action}]
    asked = TextMessage.from_dict({"type": "text", "text": "始めますか", "quickReply": {"items": items}})
    await line.push_message(PushMessageRequest(to=me, messages=[asked]))

    await citizen.taps("はい")

    assert hub.events()[-1]["postback"] == {"data": "p=1"}
    assert (await citizen.screen())["messages"][-1]["words"] == "はい、始めます"
    assert (await citizen.screen())["quick_replies"] == []


async def test_what_the_hub_missed_comes_again(sim, hub, world):
    hub.answers.append(aiohttp.web.Response(status=503))
    await sim.citizen().says("聞こえますか")
    await hub.until(lambda: len(hub.line) == 2)
    first, second = hub.events()
    assert first["webhookEventId"] == second["webhookEventId"]
    assert (first["deliveryContext"], second["deliveryContext"]) == ({"isRedelivery": False}, {"isRedelivery": True})
    assert first["timestamp"] == second["timestamp"]


@pytest.mark.parametrize(("kind", "accepted"), [("error", False), ("error", True), ("drop", True)])
async def test_trouble_spoils_one_answer(sim, line, world, kind, accepted):
    citizen = sim.citizen()
    await sim.trouble("line", kind, accepted=accepted)
    request = PushMessageRequest(to=world.config.citizens[0].id, messages=[text("届く?")])
    with pytest.raises((ApiException, aiohttp.ClientError)):
        await line.push_message(request)
    assert len((await citizen.screen())["messages"]) == accepted
    await line.push_message(request)


async def test_a_rich_menu_can_be_tapped(sim, hub, line, blobs):
    from linebot.v3.messaging import RichMenuRequest

    area = {"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843},
            "action": {"type": "postback", "label": "相談をはじめる", "data": "do=start"}}  # fmt: skip
    menu = RichMenuRequest.from_dict({"size": {"width": 2500, "height": 843}, "selected": True, "name": "menu",
                                      "chatBarText": "メニュー", "areas": [area]})  # fmt: skip
    made = await line.create_rich_menu(menu)
    await blobs.set_rich_menu_image(made.rich_menu_id, body=b"\x89PNG", _headers={"Content-Type": "image/png"})
    await line.set_default_rich_menu(made.rich_menu_id)

    await sim.citizen().taps("相談をはじめる")

    assert hub.events()[-1]["postback"] == {"data": "do=start"}


async def test_a_refusal_says_where_in_lines_words(line, world):
    messages = [text("ok"), text("x" * 5001)]
    status, body = await refusal(
        line.push_message(PushMessageRequest(to=world.config.citizens[0].id, messages=messages))
    )
    assert status == 400
    assert body["message"] == "The request body has 1 error(s)"
    assert body["details"] == [{"message": "Length must be between 0 and 5000", "property": "messages[1].text"}]


async def test_what_could_not_be_sent_is_told_place_by_place(line, world):
    wrong = [{"type": "text", "text": "x" * 5001}, {"type": "text", "text": ""}]
    request = PushMessageRequest.from_dict({"to": world.config.citizens[0].id, "messages": wrong})
    status, body = await refusal(line.push_message(request))

    assert status == 400
    assert body["message"] == "The request body has 2 error(s)"
    assert [detail["property"] for detail in body["details"]] == ["messages[0].text", "messages[1].text"]
    assert all(detail["message"] for detail in body["details"])


@pytest.mark.parametrize(("body", "message"), [
    ("{", "The request body could not be parsed as JSON (line: 1, column: 1)"),
    ("{}", "The request body has 1 error(s)"),
])  # fmt: skip
async def test_what_is_no_request_is_refused_too(world, body, message):
    headers = {"Authorization": f"Bearer {world.config.line_token}", "Content-Type": "application/json"}
    address = f"{world.config.url}/v2/bot/message/push"
    async with aiohttp.request("POST", address, data=body, headers=headers) as response:
        assert (response.status, (await response.json())["message"]) == (400, message)


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/v2/bot/nonsense", "/v2/bot/message/aggregation/info", "/v3/token", "/oauth2/x/y"])
async def test_unknown_endpoints_are_answered_as_line_does_and_listed(world, sim, verb, path):
    headers = {"Authorization": f"Bearer {world.config.line_token}"}
    async with aiohttp.request(verb, world.config.url + path, headers=headers) as response:
        assert (response.status, await response.json()) == (404, {"message": "Not found"})
        assert response.headers["x-line-request-id"]
    assert (await sim.call("GET", "/sim/world"))["unknown"] == {f"{verb} {path}": 1}
    assert [entry["path"] for entry in await sim.wire()] == [path]


@pytest.mark.parametrize("method", ["nonsense.method", "admin.users.list", "deep/er.method"])
async def test_unknown_methods_are_answered_as_slack_does_and_listed(world, sim, method):
    headers = {"Authorization": f"Bearer {world.config.slack_token}"}
    async with aiohttp.request("POST", f"{world.config.url}/api/{method}", headers=headers) as response:
        said = {"ok": False, "error": "unknown_method", "req_method": method}
        assert (response.status, await response.json()) == (200, said)
    assert (await sim.call("GET", "/sim/world"))["unknown"] == {method: 1}


async def test_anything_can_be_sent_with_a_bad_signature(sim, hub):
    await sim.call("POST", "/sim/raw/line", body="{not json", signature=base64.b64encode(b"bad").decode())
    assert hub.line == [("{not json", "YmFk")]
