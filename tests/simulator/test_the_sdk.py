"""What Slack's own integration tests of its SDK ask of auth, chat and metadata, asked of the simulator by base URL.

The clients are Slack's, as they ship, the blocking and the asynchronous one; only `base_url` is ours.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.models.attachments import Attachment
from slack_sdk.models.blocks import ButtonElement, DividerBlock, SectionBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from deploy.simulator.state import World
from tests.simulator.slack_says import refused

Json = dict[str, Any]
Calls = Callable[..., Awaitable[Any]]
TASK = {"event_type": "procurement-task", "event_payload": {"id": "11111", "amount": 5000, "tags": ["foo", "bar"]}}


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


async def test_a_token_may_come_with_the_call(world: World) -> None:
    client = AsyncWebClient(base_url=f"{world.config.url}/api/")

    assert (await client.auth_test(token=world.config.slack_token))["ok"]
    assert (await refused(client.auth_test()))["error"] == "not_authed"
    assert (await refused(client.auth_test(token="xoxb-wrong")))["error"] == "invalid_auth"


async def test_a_scope_that_was_not_granted_is_named(calls: Calls, world: World) -> None:
    world.config.scopes = [scope for scope in world.config.scopes if scope != "files:read"]
    answer = await refused(calls("files_info", file="F1"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")
    assert "chat:write" in answer["provided"].split(",")


async def test_people_have_names_and_strangers_are_not_found(calls: Calls, world: World) -> None:
    known = world.config.staff[0]

    assert (await calls("users_info", user=known.id))["user"]["profile"]["display_name"] == known.name
    assert (await refused(calls("users_info", user="U0NOBODY")))["error"] == "user_not_found"


# ── chat


async def test_the_life_of_a_message(calls: Calls, world: World) -> None:
    channel, words = world.config.intake, "さがすなら <https://example.jp/|こちら>！"
    told = await calls("auth_test")
    assert told["url"] == f"https://{told['team']}.slack.com/"
    posted = await calls("chat_postMessage", channel=channel, text=words)
    ts = posted["ts"]
    assert posted["message"]["text"] == words

    reply = await calls("chat_postMessage", channel=channel, thread_ts=ts, text="つづき")
    assert (reply["message"]["thread_ts"], reply["message"]["parent_user_id"]) == (ts, world.config.bot_user)
    changed = await calls("chat_update", channel=channel, ts=ts, text="変えた")
    assert (changed["text"], changed["message"]["edited"]["user"]) == ("変えた", world.config.bot_user)
    for gone in (reply["ts"], ts):
        assert (await calls("chat_delete", channel=channel, ts=gone))["ts"] == gone
    assert (await refused(calls("chat_delete", channel=channel, ts=ts)))["error"] == "message_not_found"


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


async def test_a_reply_stands_in_its_thread_alone(calls: Calls) -> None:
    root = (await calls("chat_postMessage", channel="#random", text="はじめ"))["ts"]
    shown = await calls("chat_postMessage", channel="#random", thread_ts=root, text="つづき")

    history = await calls("conversations_history", channel=shown["channel"])
    assert [m["text"] for m in history["messages"]] == ["はじめ"]
    unknown = calls("chat_postMessage", channel="#random", thread_ts="1.000001", text="x")
    assert (await refused(unknown))["error"] == "thread_not_found"


async def test_the_bot_s_message_is_only_the_bot_s_to_change(calls: Calls, world: World, sim: Any) -> None:
    await sim.call("POST", "/sim/staff/U0ALICE00/say", channel=world.config.intake, text="人の言葉")
    (theirs,) = (await calls("conversations_history", channel=world.config.intake))["messages"]
    there = {"channel": world.config.intake, "ts": theirs["ts"]}

    assert (await refused(calls("chat_update", text="x", **there)))["error"] == "cant_update_message"
    assert (await refused(calls("chat_delete", **there)))["error"] == "cant_delete_message"


async def test_members_are_paged(calls: Calls, world: World) -> None:
    asked = {"channel": world.config.intake, "limit": 1}
    first = await calls("conversations_members", **asked)
    second = await calls("conversations_members", cursor=first["response_metadata"]["next_cursor"], **asked)

    assert len(first["members"]) == len(second["members"]) == 1
    assert first["members"] != second["members"]


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
