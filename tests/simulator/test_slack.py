"""Slack's side, judged with Slack's own SDK."""

import json

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from deploy.simulator.slack import checks
from tests.simulator.slack_says import refused


def section(words):
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def button(words="担当する", action="case.claim", value="2026-0001", **more):
    text = {"type": "plain_text", "text": words}
    return {"type": "button", "text": text, "action_id": action, "value": value, **more}


def actions(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


def question(words="回答", action="answer", **more):
    return {"type": "input", "block_id": "b1", "label": {"type": "plain_text", "text": words},
            "element": {"type": "plain_text_input", "action_id": action}, **more}  # fmt: skip


def modal(*blocks, **more):
    title, submit = {"type": "plain_text", "text": "市民へ返信"}, {"type": "plain_text", "text": "送信"}
    return {"type": "modal", "title": title, "submit": submit, "callback_id": "reply", "blocks": list(blocks), **more}


CARD = [section("*受付* 2026-0001"), actions(button())]


@pytest.fixture
async def card(slack, world, alice):
    await slack.chat_postMessage(channel=world.config.intake, text="2026-0001", blocks=CARD)
    return await alice.sees_card("2026-0001")


async def test_auth_test_tells_who_the_bot_is(slack, world):
    answer = await slack.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0TSUNAGI", "B0TSUNAGI", "T0CENTRE0")
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    slack.token = "xoxb-wrong"
    assert (await refused(slack.auth_test()))["error"] == "invalid_auth"


async def test_a_pressed_button_arrives_in_full(hub, alice, card, world, conformance):
    await alice.presses("担当する")

    payload = await hub.payload()
    assert payload["actions"][0]["value"] == "2026-0001"
    assert payload["container"]["message_ts"] == card["ts"]
    assert conformance.slack_inbound("block_actions", payload) == []


async def test_all_requests_are_signed(hub, alice, card, world):
    await alice.presses("担当する")
    await alice.runs("/similar 空き家")
    await alice.says_in_thread("内緒の話")
    verifier = SignatureVerifier(world.config.slack_secret)
    assert len(hub.slack) >= 3
    for body, headers in hub.slack:
        assert verifier.is_valid_request(body, headers)


async def test_a_modal_lives_through_errors_and_closes(hub, alice, card, slack, conformance):
    await alice.presses("担当する")
    trigger = (await hub.payload())["trigger_id"]
    await slack.views_open(trigger_id=trigger, view=modal(question()))
    await alice.sees_modal("回答")

    await alice.submits()
    await alice.sees_error("必須")
    hub.answers.append(web.json_response({"response_action": "errors", "errors": {"b1": "短すぎます"}}))
    await alice.submits({"回答": "はい"})
    await alice.sees_error("短すぎます")
    await alice.submits(answer="もっと長い返事です")

    first, second = await hub.payload(), await hub.payload()
    assert second["view"]["state"]["values"]["b1"]["answer"]["value"] == "もっと長い返事です"
    assert conformance.slack_inbound("view_submission", first) == []
    assert (await alice.screen())["modals"] == []
    assert (await refused(slack.views_open(trigger_id=trigger, view=modal(question()))))[
        "error"
    ] == "exchanged_trigger_id"


async def test_a_submission_can_update_push_and_clear(hub, alice, card, slack):
    await alice.presses("担当する")
    await slack.views_open(trigger_id=(await hub.payload())["trigger_id"], view=modal(section("一枚目")))
    for action, view in (("update", modal(section("確認"))), ("push", modal(section("二枚目")))):
        hub.answers.append(web.json_response({"response_action": action, "view": view}))
        await alice.submits()
        await alice.sees_modal(view["blocks"][0]["text"]["text"])
    assert len((await alice.screen())["modals"]) == 2
    hub.answers.append(web.json_response({"response_action": "clear"}))
    await alice.submits()
    assert (await alice.screen())["modals"] == []


async def test_a_trigger_expires(hub, alice, card, slack, world):
    world.config.trigger_seconds = 0
    await alice.presses("担当する")
    late = slack.views_open(trigger_id=(await hub.payload())["trigger_id"], view=modal(section("遅い")))
    assert (await refused(late))["error"] == "expired_trigger_id"
    assert (await refused(slack.views_open(trigger_id="x", view=modal(section("x")))))["error"] == "invalid_trigger_id"


async def test_a_command_is_answered_to_its_user_alone(hub, alice, sim, conformance):
    hub.answers.append(web.json_response({"text": "3件見つかりました"}))
    await alice.runs("/similar 空き家 港北区")

    form = await hub.payload()
    assert (form["command"], form["text"]) == ("/similar", "空き家 港北区")
    assert conformance.slack_inbound("slash_command", form) == []
    await alice.sees_only_me("3件見つかりました")
    assert "3件" not in await sim.coordinator("ひろし").transcript()

    async with aiohttp.ClientSession() as session:
        for count in range(6):
            async with session.post(form["response_url"], json={"text": f"続き{count}"}) as response:
                assert response.status == (200 if count < 5 else 404)
    await alice.sees_only_me("続き4")


async def test_a_command_that_fails_says_so(hub, alice):
    hub.answers.append(web.Response(status=500))
    await alice.runs("/stats")
    await alice.sees_only_me("dispatch_failed")


async def test_response_url_replaces_the_original(hub, alice, card):
    await alice.presses("担当する")
    url = (await hub.payload())["response_url"]
    change = {"replace_original": True, "text": "担当が決まりました"}
    async with aiohttp.ClientSession() as session, session.post(url, json=change) as taken:
        assert taken.status == 200
    await alice.sees_on_card("担当が決まりました")


async def test_threads_metadata_and_history(slack, world, alice, card):
    meta = {"event_type": "tsunagi", "event_payload": {"key": "k1"}}
    await slack.chat_postMessage(channel=world.config.intake, thread_ts=card["ts"], text="返信です", metadata=meta)
    await alice.sees_in_thread("返信です")

    found = await slack.conversations_replies(channel=world.config.intake, ts=card["ts"], include_all_metadata=True)
    assert found["messages"][-1]["metadata"] == meta
    top = await slack.conversations_history(channel=world.config.intake)
    assert [m["ts"] for m in top["messages"]] == [card["ts"]]


async def test_message_events_reach_the_hub(hub, alice, card, slack, world, conformance):
    await alice.says_in_thread("<@U1> & 内緒")
    await slack.chat_update(channel=world.config.intake, ts=card["ts"], text="新しい")
    await slack.chat_delete(channel=world.config.intake, ts=card["ts"])
    await hub.until(lambda: len(hub.events_of_slack()) == 4)
    events = hub.events_of_slack()
    kinds = sorted(e["event"].get("subtype", "message") for e in events)
    assert kinds == ["message", "message", "message_changed", "message_deleted"]
    assert [error for e in events for error in conformance.slack_inbound("message", e)] == []
    assert "&lt;@U1&gt; &amp; 内緒" in [e["event"].get("text") for e in events]


async def test_ephemerals_are_for_one(slack, world, alice, sim):
    await slack.chat_postEphemeral(channel=world.config.intake, user="U0ALICE00", text="あなただけに")
    await alice.sees_only_me("あなただけに")
    assert "あなただけに" not in await sim.coordinator("ひろし").transcript()
    outsider = slack.chat_postEphemeral(channel=world.config.intake, user="U0GUEST00", text="x")
    assert (await refused(outsider))["error"] == "user_not_in_channel"


@pytest.mark.parametrize(("method", "args", "error"), [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0RANDOM0", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "C0INTAKE0"}, "no_text"),
    ("chat.postMessage", {"channel": "C0INTAKE0", "text": "x" * 40001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "C0INTAKE0", "text": "x", "blocks": [section("x" * 2999)] * 5},
     "msg_blocks_too_long"),
    ("chat.update", {"channel": "C0INTAKE0", "ts": "1.1", "text": "x"}, "message_not_found"),
    ("conversations.replies", {"channel": "C0INTAKE0", "ts": "1.1"}, "thread_not_found"),
    ("views.update", {"view_id": "V1", "view": modal(section("x"))}, "not_found"),
    ("nonsense.method", {}, "unknown_method"),
])  # fmt: skip
async def test_errors_have_their_real_names(slack, method, args, error):
    assert (await refused(slack.api_call(method, json=args)))["error"] == error


def select(*words):
    options = [{"text": {"type": "plain_text", "text": word}, "value": word} for word in words]
    return {"type": "static_select", "action_id": "s", "options": options}


BLOCKS = [
    ([section("x")], True), ([section("x" * 3001)], False), ([section("")], False), ([{"type": "section"}], False),
    ([section("x")] * 51, False), ([{"type": "nonsense"}], False), ([actions()], False),
    ([actions(*[button(action=f"a{i}") for i in range(25)])], True),
    ([actions(*[button(action=f"a{i}") for i in range(26)])], False),
    ([actions(button(), button())], False), ([actions(button(words="x" * 76))], False),
    ([actions(button(value="x" * 2001))], False), ([actions(button(style="loud"))], False),
    ([actions(button(), block_id="b"), actions(button(), block_id="b")], False),
    ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 150}}], True),
    ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], False),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], False),
    ([actions(select("a", "b"))], True), ([actions(select())], False), ([actions(select("x" * 76))], False),
    ([actions({**select("a"), "type": "overflow"})], True), ([{**section("x"), "accessory": button()}], True),
    ([actions({"type": "plain_text_input", "action_id": "a"})], False), ([{"type": "divider"}], True),
    ([{"type": "context", "elements": []}], False), ([{**section("x"), "odd": 1}], False),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "fine"), BLOCKS)
def test_slack_takes_and_refuses_what_the_judge_does(blocks, fine, conformance):
    found = checks.blocks(blocks)
    assert (found == []) is fine
    assert all(line.startswith("[ERROR] ") and "[json-pointer:/blocks" in line for line in found)
    judged = conformance.slack_call("chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})
    assert (judged == []) is fine


@pytest.mark.parametrize(("view", "fine"), [
    (modal(question()), True), (modal(question(), submit=None), False), (modal(section("x"), submit=None), True),
    (modal(section("x"), title={"type": "plain_text", "text": "x" * 25}), False), (modal(*[section("x")] * 101), False),
    (modal(section("x"), private_metadata="x" * 3001), False), ({**modal(section("x")), "type": "home"}, False),
    ({k: v for k, v in modal(section("x")).items() if k != "title"}, False), (modal(section("x"), odd=1), False),
])  # fmt: skip
def test_views_are_checked(view, fine):
    assert (checks.view({k: v for k, v in view.items() if v is not None}) == []) is fine


async def test_the_complaint_points_to_the_place(slack, world):
    answer = await refused(slack.chat_postMessage(channel=world.config.intake, text="x", blocks=[section("")]))
    assert answer["error"] == "invalid_blocks"
    pointer = "[json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] must be more than 0 characters {pointer}"]


async def test_a_slow_hub_is_told_to_the_person(hub, alice, card):
    hub.answers.append(web.Response(status=404))
    await alice.presses("担当する")
    assert "担当する" in (await alice.screen())["notes"][0]["text"]


async def test_home_and_challenge(hub, alice, sim):
    await alice.opens_home()
    await sim.call("POST", "/sim/staff/U0ALICE00/verify")
    bodies = [json.loads(body) for body, _ in hub.slack]
    assert bodies[0]["event"]["type"] == "app_home_opened"
    assert bodies[1]["type"] == "url_verification"


async def test_files_are_shared(slack, world, alice, card):
    await slack.files_upload_v2(channel=world.config.intake, thread_ts=card["ts"], filename="a.png", content=b"\x89PNG")
    await alice.sees_in_thread("a.png")


async def test_records_of_a_whole_story_satisfy_the_judge(
    sim, hub, slack, line_client, world, alice, card, conformance
):
    from linebot.v3.messaging import AsyncMessagingApi, PushMessageRequest, TextMessage

    await sim.citizen().says("こんにちは")
    messages = [TextMessage(text="お返事です")]
    await AsyncMessagingApi(line_client).push_message(
        PushMessageRequest(to=world.config.citizens[0].id, messages=messages)
    )
    await alice.presses("担当する")
    records = await sim.records()
    assert {(r["platform"], r["direction"]) for r in records} == {
        (p, d) for p in ("line", "slack") for d in ("in", "out")
    }
    for record in records:
        assert judge(conformance, record) == [], record


def judge(kit, record):
    if record["platform"] == "line":
        if record["direction"] == "out":
            return kit.line_request(record["path"], record["body"])
        return kit.line_webhook(record["body"], strict=record["strict"])
    if record["direction"] == "out":
        return kit.slack_call(record["method"], record["body"])
    return kit.slack_inbound(record["kind"], record["body"])
