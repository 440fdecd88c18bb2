"""What LINE takes and refuses, place by place, beside what the judge says to the same."""

import aiohttp
import pytest

from deploy.simulator.line import checks


def button(label):
    return {"type": "button", "action": {"type": "message", "label": label, "text": "x"}}


def flex(*contents, **more):
    body = {"type": "box", "layout": "vertical", "contents": [*contents]}
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": body}, **more}


def quick(count, label="x"):
    item = {"type": "action", "action": {"type": "message", "label": label, "text": "x"}}
    return {"type": "text", "text": "x", "quickReply": {"items": [item] * count}}


YES = {"type": "postback", "label": "はい", "data": "yes", "displayText": "はい"}


def template(**parts):
    return {"type": "template", "altText": "x", "template": parts}


def postback(data):
    action = {"type": "postback", "label": "x", "data": data}
    return {"type": "template", "altText": "x", "template": {"type": "buttons", "text": "x", "actions": [action]}}


AREA = {"x": 0, "y": 0, "width": 520, "height": 260}


def imagemap(area, **more):
    action = {"type": "uri", "linkUri": "https://x", "area": area}
    return {"type": "imagemap", "baseUrl": "https://x", "altText": "x", "baseSize": {"width": 1040, "height": 520},
            "actions": [action], **more}  # fmt: skip


def braces(meaning):
    return {"type": "textV2", "text": "{x}", "substitution": {"x": meaning}}


CASES = [
    ([], "messages"), ([{"type": "text", "text": "x"}] * 6, "messages"),
    ([{"type": "text", "text": "x" * 5000}], None), ([{"type": "text", "text": "x" * 5001}], "messages[0].text"),
    ([{"type": "text", "text": "😀" * 2500}], None), ([{"type": "text", "text": "😀" * 2501}], "messages[0].text"),
    ([{"type": "text", "text": ""}], "messages[0].text"), ([{"type": "nonsense"}], "messages[0].type"),
    ([{"type": "text", "text": "x", "odd": 1}], "messages[0].odd"),
    ([quick(13)], None), ([quick(14)], "messages[0].quickReply.items"),
    ([quick(1, "あ" * 20)], None), ([quick(1, "あ" * 21)], "messages[0].quickReply.items[0].action.label"),
    ([postback("x" * 300)], None), ([postback("x" * 301)], "messages[0].template.actions[0].data"),
    ([flex(button("担当する"))], None),
    ([flex(button("x" * 41))], "messages[0].contents.body.contents[0].action.label"),
    ([flex(altText="x" * 1501)], "messages[0].altText"),
    ([flex({"type": "text", "text": "x", "color": "#000000", "odd": 1})], "messages[0].contents.body.contents[0].odd"),
    ([flex({"type": "text", "text": "あ" * 10300})], "messages[0].contents"),
    ([template(type="confirm", text="x", actions=[YES, YES])], None),
    ([template(type="confirm", text="x", actions=[YES])], "messages[0].template.actions"),
    ([template(type="buttons", title="x", text="x" * 61, actions=[YES])], "messages[0].template.text"),
    ([template(type="buttons", text="x", actions=[YES] * 5)], "messages[0].template.actions"),
    ([template(type="buttons", text="x", actions=[{**YES, "odd": 1}])], "messages[0].template.actions[0].odd"),
    ([template(type="carousel", columns=[{"text": "x", "actions": [YES]}] * 11)], "messages[0].template.columns"),
    ([{"type": "image", "originalContentUrl": "http://x", "previewImageUrl": "https://x"}],
     "messages[0].originalContentUrl"),
    ([{"type": "text", "text": "$", "emojis": [{"index": 0, "productId": "p", "emojiId": "1"}]}], None),
    ([{"type": "text", "text": "$", "emojis": [{"index": "0"}]}], "messages[0].emojis[0].index"),
    ([{"type": "text", "text": "x", "sender": {"title": "x"}}], "messages[0].sender.title"),
    ([{"type": "text", "text": "x", "quickReply": {"items": quick(1)["quickReply"]["items"], "odd": 1}}],
     "messages[0].quickReply.odd"),
    ([braces({"type": "mention", "mentionee": {"type": "all"}})], None),
    ([braces({"type": "mention", "mentionee": {"type": "user"}})], "messages[0].substitution.x.mentionee.userId"),
    ([braces({"type": "nonsense"})], "messages[0].substitution.x.type"),
    ([imagemap(AREA)], None), ([imagemap({**AREA, "x": "0"})], "messages[0].actions[0].area.x"),
    ([imagemap(AREA, baseSize=None)], "messages[0].baseSize"), ([imagemap(AREA, odd=1)], "messages[0].odd"),
    ([{"type": "audio", "originalContentUrl": "https://x", "duration": True}], "messages[0].duration"),
    ([{"type": "coupon", "couponId": "x"}], None), ([{"type": "coupon"}], "messages[0].couponId"),
    ([template(type="buttons", text="x", actions=[YES], defaultAction={"type": "uri"})],
     "messages[0].template.defaultAction.uri"),
    ([template(type="buttons", text="x", actions=[{**YES, "inputOption": "x"}])],
     "messages[0].template.actions[0].inputOption"),
    ([template(type="image_carousel", columns=[{"imageUrl": "https://x"}])], "messages[0].template.columns[0].action"),
    ([flex({"type": "text", "text": "x", "wrap": "yes"})], "messages[0].contents.body.contents[0].wrap"),
    ([flex({"type": "text", "text": "x", "flex": "1"})], "messages[0].contents.body.contents[0].flex"),
    ([flex({"type": "image", "url": "https://x", "aspectMode": "x"})],
     "messages[0].contents.body.contents[0].aspectMode"),
    ([flex({"type": []})], "messages[0].contents.body.contents[0].type"),
    ([flex(5)], "messages[0].contents.body.contents[0]"),
    ([{"type": "flex", "altText": "x", "contents": {"type": "bubble", "styles": {"body": {"odd": 1}}}}],
     "messages[0].contents.styles.body.odd"),
    ([{"type": []}], "messages[0].type"), (["x"], "messages[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("messages", "refused"), CASES)
def test_line_takes_and_refuses_what_the_judge_does(messages, refused, conformance):
    found = checks.messages(messages)
    assert [where for where, _ in found] == ([refused] if refused else [])
    body = {"replyToken": "x", "messages": messages}
    assert bool(conformance.line_request("/v2/bot/message/reply", body)) is bool(refused)


X = [{"type": "text", "text": "x"}]
SENT = [
    ("reply", {"replyToken": "t", "messages": X, "notificationDisabled": True}, None),
    ("reply", {"replyToken": "t", "messages": X, "customAggregationUnits": ["a"]}, "'customAggregationUnits'"),
    ("reply", {"replyToken": "t", "messages": X, "odd": 1}, "'odd'"),
    ("push", {"to": "U1", "messages": X, "customAggregationUnits": ["unit_1"]}, None),
    ("push", {"to": "U1", "messages": X, "customAggregationUnits": ["a", "b"]}, "customAggregationUnits"),
    ("push", {"to": "U1", "messages": X, "customAggregationUnits": "a"}, "customAggregationUnits"),
    ("push", {"to": "U1", "messages": X, "notificationDisabled": "no"}, "notificationDisabled"),
    ("push", {"to": "U1", "messages": X, "replyToken": "t"}, "'replyToken'"),
    ("push", {"to": "U1", "messages": X, "customAggregationUnits": ["a" * 30]}, None),
    ("push", {"to": "U1", "messages": X, "odd": 1}, "'odd'"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "wrong"), SENT)
async def test_beside_the_messages_line_takes_and_refuses_what_the_judge_does(path, body, wrong, world, conformance):
    told, (status, said) = conformance.line_request(f"/v2/bot/message/{path}", body), await posted(world, path, body)
    assert bool(told) is bool(wrong)
    if wrong is None:
        assert said.get("message", "") in ("", "Invalid reply token") or INVALID.format("'to'") in said["message"]
    elif wrong.startswith("'"):
        assert (status, said) == (400, {"message": INVALID.format(wrong)})
    else:
        assert (status, said["message"]) == (400, "The request body has 1 error(s)")
        assert [(detail["property"], bool(detail["message"])) for detail in said["details"]] == [(wrong, True)]


INVALID = "The property, {}, in the request body is invalid (line: -, column: -)"


async def posted(world, path, body):
    headers, url = {"Authorization": f"Bearer {world.config.line_token}"}, f"{world.config.url}/v2/bot/message/{path}"
    async with aiohttp.request("POST", url, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_what_is_wrong_in_a_card_is_told_by_its_place_in_it(world):
    wrong = flex({"type": "text", "text": "x", "odd": 1}, {"type": "text", "text": "x", "wrap": 1})
    body = {"to": world.config.citizens[0].id, "messages": [*X, wrong]}
    status, said = await posted(world, "push", body)
    assert (status, said["message"]) == (400, "A message (messages[1]) in the request body is invalid")
    assert [d["property"] for d in said["details"]] == ["/body/contents/0/odd", "/body/contents/1/wrap"]

    body["messages"][0] = {"type": "text", "text": ""}
    said = (await posted(world, "push", body))[1]
    assert (said["message"], [d["property"] for d in said["details"]]) == (
        "The request body has 1 error(s)", ["messages[0].text"]
    )  # fmt: skip


MENU = {"size": {"width": 2500, "height": 843}, "selected": True, "name": "x", "chatBarText": "x",
        "areas": [{"bounds": AREA, "action": YES}]}  # fmt: skip


@pytest.mark.parametrize(("changed", "refused"), [
    ({}, None), ({"odd": 1}, "odd"), ({"selected": "yes"}, "selected"), ({"size": None}, "size"),
    ({"size": {"width": 2500, "height": 2500}}, "size"), ({"chatBarText": "x" * 15}, "chatBarText"),
    ({"areas": [{"bounds": AREA}]}, "areas[0].action"),
    ({"areas": [{"bounds": {**AREA, "x": "0"}, "action": YES}]}, "areas[0].bounds.x"),
    ({"areas": [{"bounds": {**AREA, "width": 2501}, "action": YES}]}, "areas[0].bounds"),
])  # fmt: skip
def test_a_rich_menu_is_taken_and_refused_as_the_judge_does(changed, refused, conformance):
    menu = {**MENU, **changed}
    assert [where.lstrip(".") for where, _ in checks.rich_menu(menu)][:1] == ([refused] if refused else [])
    assert bool(conformance.line_request("/v2/bot/richmenu", menu)) is bool(refused)


@pytest.mark.parametrize("unit", ["春のお知らせ", "日", "a" * 31])
async def test_a_push_has_one_unit_of_letters_digits_and_underscores(world, unit):
    units = {"to": world.config.citizens[0].id, "messages": X, "customAggregationUnits": [unit]}

    assert [d["property"] for d in (await posted(world, "push", units))[1]["details"]] == ["customAggregationUnits[0]"]
