"""What Slack's own integration tests of its SDK ask of auth, chat and metadata, asked of the simulator by base URL.

The clients are Slack's, as they ship, the blocking and the asynchronous one; only `base_url` is ours.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.models.attachments import Attachment
from slack_sdk.models.blocks import ButtonElement, DividerBlock, SectionBlock
from slack_sdk.models.metadata import EntityMetadata, EventAndEntityMetadata, ExternalRef, Metadata
from slack_sdk.web.async_client import AsyncWebClient

from deploy.simulator.state import World
from tests import pace
from tests.simulator.slack_says import refused

Json = dict[str, Any]
Calls = Callable[..., Awaitable[Any]]
TASK = {"event_type": "procurement-task", "event_payload": {"id": "11111", "amount": 5000, "tags": ["foo", "bar"]}}
WORK = {"attributes": {"title": {"text": "花壇の手入れ"}}, "fields": {"due_date": {"value": "2026-12-24"}}}


@pytest.fixture(params=["blocking", "asynchronous"])
async def calls(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Calls]:
    """`await calls("auth_test")` on either client; a refusal is Slack's own exception."""
    base = {"token": world.config.slack_token, "base_url": f"{world.config.url}/api/"}
    if request.param == "asynchronous":
        client = AsyncWebClient(**base)
        yield lambda call, /, **args: getattr(client, call)(**args)
        return
    blocking = WebClient(**base)
    yield lambda call, /, **args: asyncio.to_thread(lambda: getattr(blocking, call)(**args))


# ── auth


async def test_auth_test_names_everyone(calls: Calls) -> None:
    told = await calls("auth_test")

    assert [key for key in ("url", "user", "user_id", "team", "team_id", "bot_id") if not told[key]] == []
    bot = (await calls("bots_info", bot=told["bot_id"]))["bot"]
    assert (bot["id"], bot["user_id"]) == (told["bot_id"], told["user_id"])


async def test_api_test_gives_back_what_was_sent(calls: Calls) -> None:
    assert (await calls("api_test", foo="bar"))["args"]["foo"] == "bar"
    assert (await refused(calls("api_test", error="my_error")))["error"] == "my_error"


async def test_a_token_may_come_with_the_call(world: World) -> None:
    client = AsyncWebClient(base_url=f"{world.config.url}/api/")

    assert (await client.auth_test(token=world.config.slack_token))["ok"]
    assert (await refused(client.auth_test()))["error"] == "not_authed"
    assert (await refused(client.auth_test(token="xoxb-wrong")))["error"] == "invalid_auth"


async def test_a_revoked_token_is_worth_nothing(calls: Calls) -> None:
    assert (await calls("auth_revoke", test=True))["revoked"] is False
    assert (await calls("auth_test"))["ok"]
    assert (await calls("auth_revoke"))["revoked"] is True
    assert (await refused(calls("auth_test")))["error"] == "token_revoked"


async def test_a_scope_that_was_not_granted_is_named(calls: Calls) -> None:
    answer = await refused(calls("team_info"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "team:read")
    assert "chat:write" in answer["provided"].split(",")


# ── chat


async def test_the_life_of_a_message(calls: Calls, world: World) -> None:
    channel, words = world.config.intake, "さがすなら <https://example.jp/|こちら>！"
    told = await calls("auth_test")
    site = f"https://{told['team']}.slack.com"
    assert told["url"] == f"{site}/"
    posted = await calls("chat_postMessage", channel=channel, text=words)
    ts = posted["ts"]
    assert posted["message"]["text"] == words

    link = (await calls("chat_getPermalink", channel=channel, message_ts=ts))["permalink"]
    assert link == f"{site}/archives/{channel}/p{ts.replace('.', '')}"
    await calls("reactions_add", channel=channel, timestamp=ts, name="eyes")
    seen = (await calls("reactions_get", channel=channel, timestamp=ts))["message"]
    assert [(r["name"], r["count"]) for r in seen["reactions"]] == [("eyes", 1)]
    twice = calls("reactions_add", channel=channel, timestamp=ts, name="eyes")
    assert (await refused(twice))["error"] == "already_reacted"
    await calls("reactions_remove", channel=channel, timestamp=ts, name="eyes")
    assert "reactions" not in (await calls("reactions_get", channel=channel, timestamp=ts))["message"]

    reply = await calls("chat_postMessage", channel=channel, thread_ts=ts, text="つづき")
    assert (reply["message"]["thread_ts"], reply["message"]["parent_user_id"]) == (ts, world.config.bot_user)
    link = (await calls("chat_getPermalink", channel=channel, message_ts=reply["ts"]))["permalink"]
    assert link == f"{site}/archives/{channel}/p{reply['ts'].replace('.', '')}?thread_ts={ts}&cid={channel}"
    changed = await calls("chat_update", channel=channel, ts=ts, text="変えた")
    assert (changed["text"], changed["message"]["edited"]["user"]) == ("変えた", world.config.bot_user)
    for gone in (reply["ts"], ts):
        assert (await calls("chat_delete", channel=channel, ts=gone))["ts"] == gone
    assert (await refused(calls("chat_delete", channel=channel, ts=ts)))["error"] == "message_not_found"
    lost = calls("chat_getPermalink", channel=channel, message_ts=ts)
    assert (await refused(lost))["error"] == "message_not_found"


async def test_blocks_attachments_and_unfurling_come_as_models_or_data(calls: Calls, world: World) -> None:
    blocks = [SectionBlock(text="*本文*", accessory=ButtonElement(text="ひらく", action_id="open")), DividerBlock()]
    posted = await calls(
        "chat_postMessage", channel="#random", text="前置き", blocks=blocks, unfurl_links=False, unfurl_media=False,
        attachments=[Attachment(text="添えた文", color="#36a64f")],
    )  # fmt: skip
    message = posted["message"]
    assert [block["type"] for block in message["blocks"]] == ["section", "divider"]
    assert message["attachments"][0]["text"] == "添えた文"
    assert posted["channel"] != "#random"  # the id, whichever way the channel was named

    whisper = {"channel": world.config.intake, "user": "U0ALICE00", "text": "要約", "blocks": blocks}
    assert (await calls("chat_postEphemeral", **whisper))["message_ts"]
    history = await calls("conversations_history", channel=world.config.intake)
    assert history["messages"] == []  # a whisper isn't kept
    wrong = calls("chat_postMessage", channel="#random", text="x", attachments="not a list")
    assert (await refused(wrong))["error"] == "invalid_attachments"


async def test_a_reply_may_be_shown_in_the_channel_too(calls: Calls, world: World) -> None:
    root = (await calls("chat_postMessage", channel="#random", text="はじめ"))["ts"]
    shown = await calls("chat_postMessage", channel="#random", thread_ts=root, text="みなさんへ", reply_broadcast=True)

    assert shown["message"]["subtype"] == "thread_broadcast"
    history = await calls("conversations_history", channel=shown["channel"])
    assert [m["text"] for m in history["messages"]] == ["みなさんへ", "はじめ"]
    unknown = calls("chat_postMessage", channel="#random", thread_ts="1.000001", text="x")
    assert (await refused(unknown))["error"] == "thread_not_found"


async def test_me_messages(calls: Calls) -> None:
    said = await calls("chat_meMessage", channel="#random", text="が手を振る")

    history = await calls("conversations_history", channel=said["channel"])
    assert [(m["subtype"], m["text"]) for m in history["messages"]] == [("me_message", "が手を振る")]


async def test_the_bot_s_message_is_only_the_bot_s_to_change(calls: Calls, world: World, sim: Any) -> None:
    await sim.call("POST", "/sim/staff/U0ALICE00/say", channel=world.config.intake, text="人の言葉")
    (theirs,) = (await calls("conversations_history", channel=world.config.intake))["messages"]
    there = {"channel": world.config.intake, "ts": theirs["ts"]}

    assert (await refused(calls("chat_update", text="x", **there)))["error"] == "cant_update_message"
    assert (await refused(calls("chat_delete", **there)))["error"] == "cant_delete_message"


async def test_channels_are_paged(calls: Calls) -> None:
    first = await calls("conversations_list", limit=1, types="public_channel")
    second = await calls("conversations_list", limit=1, cursor=first["response_metadata"]["next_cursor"])

    assert len(first["channels"]) == len(second["channels"]) == 1
    assert first["channels"][0]["id"] != second["channels"][0]["id"]


# ── later


async def test_a_scheduled_message_is_listed_then_posted(calls: Calls, world: World, sim: Any) -> None:
    at = int(time.time()) + 60
    made = await calls("chat_scheduleMessage", channel="#random", post_at=at, text="あとで")
    listed = await calls("chat_scheduledMessages_list", channel=made["channel"])
    assert [(m["id"], m["post_at"], m["text"]) for m in listed["scheduled_messages"]] == [
        (made["scheduled_message_id"], at, "あとで")
    ]

    world.ahead += 61
    async with asyncio.timeout(pace.within(5)):
        while (await calls("chat_scheduledMessages_list"))["scheduled_messages"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    history = await calls("conversations_history", channel=made["channel"])
    assert [m["text"] for m in history["messages"]] == ["あとで"]


async def test_a_scheduled_message_can_be_taken_back(calls: Calls, world: World) -> None:
    made = await calls("chat_scheduleMessage", channel="#random", post_at=int(time.time()) + 60, text="やめる")
    one = {"channel": made["channel"], "scheduled_message_id": made["scheduled_message_id"]}
    await calls("chat_deleteScheduledMessage", **one)

    assert (await refused(calls("chat_deleteScheduledMessage", **one)))["error"] == "invalid_scheduled_message_id"
    assert (await calls("chat_scheduledMessages_list"))["scheduled_messages"] == []


@pytest.mark.parametrize(("seconds", "error"), [(-60, "time_in_past"), (121 * 86_400, "time_too_far")])
async def test_some_times_are_refused(calls: Calls, seconds: int, error: str) -> None:
    at = int(time.time()) + seconds

    assert (await refused(calls("chat_scheduleMessage", channel="#random", post_at=at, text="x")))["error"] == error


async def test_no_more_than_thirty_in_five_minutes(slack: AsyncWebClient) -> None:
    at = int(time.time()) + 600
    for n in range(30):
        await slack.chat_scheduleMessage(channel="#random", post_at=at + n, text="x")

    too_many = slack.chat_scheduleMessage(channel="#random", post_at=at, text="x")
    assert (await refused(too_many))["error"] == "restricted_too_many"


# ── metadata


@pytest.mark.parametrize("metadata", [TASK, Metadata(**TASK)], ids=["data", "model"])
async def test_metadata_is_kept_shown_and_changed(calls: Calls, metadata: Any) -> None:
    posted = await calls("chat_postMessage", channel="#random", text="用件", metadata=metadata)
    assert posted["message"]["metadata"] == TASK

    async def last(**args: Any) -> Json:
        kept = await calls("conversations_history", channel=posted["channel"], limit=1, **args)
        return dict(kept["messages"][0].get("metadata", {}))

    assert await last(include_all_metadata=True) == TASK
    assert await last() == {"event_type": TASK["event_type"]}
    there = {"channel": posted["channel"], "ts": posted["ts"], "text": "用件（変更）"}
    new = {**TASK, "event_payload": {"id": "11111", "amount": 6000}}
    assert (await calls("chat_update", metadata=new, **there))["message"]["metadata"] == new
    assert (await calls("chat_update", **there))["message"]["metadata"] == new  # stays when nothing is said of it
    await calls("chat_update", metadata={}, **there)
    assert await last(include_all_metadata=True) == {}


async def test_a_scheduled_message_with_metadata_is_taken_and_never_posted(calls: Calls, world: World) -> None:
    at = int(time.time()) + 30
    made = await calls("chat_scheduleMessage", channel="#random", post_at=at, text="用件", metadata=Metadata(**TASK))
    assert made["message"]["metadata"] == TASK

    world.ahead += 31
    async with asyncio.timeout(pace.within(5)):
        while (await calls("chat_scheduledMessages_list"))["scheduled_messages"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert (await calls("conversations_history", channel=made["channel"]))["messages"] == []


async def test_entities_are_metadata_too(calls: Calls) -> None:
    entity = EntityMetadata(entity_type="slack#/entities/task", external_ref=ExternalRef(id="129"), entity_payload=WORK,
                            url="https://example.jp/tasks/129")  # fmt: skip
    entities = EventAndEntityMetadata(entities=[entity])
    posted = await calls("chat_postMessage", channel="#random", text="作業", metadata=entities)

    assert posted.get("warning") is None
    assert posted["message"]["metadata"]["entities"][0]["external_ref"]["id"] == "129"


@pytest.mark.parametrize("metadata", [
    {"event_type": "x"}, {"event_payload": {}}, {"event_type": "", "event_payload": {}}, {"entities": []},
    {"event_type": "x", "event_payload": "y"}, {"event_type": 5, "event_payload": {}}, {"entities": [{"url": "x"}]},
])  # fmt: skip
async def test_malformed_metadata_is_refused(calls: Calls, metadata: Json) -> None:
    wrong = calls("chat_postMessage", channel="#random", text="x", metadata=metadata)

    assert (await refused(wrong))["error"] == "invalid_metadata_format"


@pytest.mark.parametrize("kind", ["with.period", "空白 も", "a/b"])
async def test_an_odd_event_type_is_ignored_with_a_warning(slack: AsyncWebClient, kind: str) -> None:
    odd = {"event_type": kind, "event_payload": {}}
    posted = await slack.chat_postMessage(channel="#random", text="x", metadata=odd)

    assert posted["warning"] == "invalid_metadata_schema"
    assert "metadata" not in posted["message"]
