"""What a member of staff sees and can do, as the control interface and the page ask for it."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from deploy.simulator.errors import NotOnScreen
from deploy.simulator.hub import Answer
from deploy.simulator.slack import messages, signing
from deploy.simulator.slack.methods import files
from deploy.simulator.slack.people import interactions
from deploy.simulator.slack.people.payloads import sent_view
from deploy.simulator.slack.screen import elements, words
from deploy.simulator.slack.workspace import Channel
from deploy.simulator.state import World

Json = dict[str, Any]


def screen(world: World, user: str) -> Json:
    """Everything that one person sees: channels with messages, threads and whispers, modals, home, notes."""
    w = world.workspace
    return {
        "id": user, "name": w.users[user]["real_name"],
        "users": {u["id"]: u["real_name"] for u in w.users.values()},
        "channels": [_channel(c, user) for c in w.channels.values() if user in c.members],
        "modals": [{**sent_view(v), "errors": v.get("errors", {}), "words": "\n".join(words(v))}
                   for v in w.modals.get(user, [])],
        "home": w.homes.get(user), "notes": w.notes.get(user, []), "bot": world.config.bot_user,
    }  # fmt: skip


def _channel(channel: Channel, user: str) -> Json:
    whispers = [m for m in channel.ephemerals if m["for"] == user]
    replies: dict[str, list[Json]] = {}
    for message in [*channel.messages.values(), *whispers]:
        if message.get("thread_ts", message["ts"]) != message["ts"]:
            replies.setdefault(message["thread_ts"], []).append(message)
    top = [*channel.top_level(), *(m for m in whispers if "thread_ts" not in m)]
    return {
        "id": channel.id, "name": channel.name, "direct": channel.direct, "members": channel.members,
        "messages": [_message(channel, m, replies.get(m["ts"], [])) for m in sorted(top, key=_age)],
    }  # fmt: skip


def _message(channel: Channel, message: Json, replies: list[Json]) -> Json:
    return {**_shown(channel, message), "replies": [_shown(channel, m) for m in sorted(replies, key=_age)]}


def _shown(channel: Channel, message: Json) -> Json:
    return {**message, "channel": channel.id, "words": "\n".join(words(message)), "only_you": "for" in message}


def _age(message: Json) -> float:
    return float(message["ts"])


def _place(world: World, user: str, given: Json) -> Channel:
    """The channel asked for; else the intake channel, or for an outsider the first one they are in."""
    mine = [c for c in world.workspace.channels.values() if user in c.members]
    wanted = given.get("channel")
    channel = world.workspace.channel(wanted) if wanted else next(iter(mine), None)
    if channel is None or channel not in mine:
        raise NotOnScreen(f"{user} is in {[c.id for c in mine]}, not in {wanted}")
    return channel


def _view(world: World, user: str, given: Json) -> Json:
    stack = world.workspace.modals.get(user, [])
    found = [v for v in stack if v["id"] == given.get("view", v["id"])]
    home = world.workspace.homes.get(user)
    if home and home["id"] == given.get("view"):
        return home
    if not found:
        raise NotOnScreen(f"no modal is open for {user}")
    return found[-1]


def _element(blocks: list[Json], given: Json) -> tuple[Json, Json]:
    """An element by action_id, label, or both (and block_id); NotOnScreen lists what there is."""
    found = list(elements(blocks))
    for block, element in found:
        label = element.get("text", {}).get("text") or element.get("placeholder", {}).get("text")
        asked = {"action_id": element["action_id"], "label": label, "block_id": block["block_id"]}
        if all(given[k] == v for k, v in asked.items() if given.get(k) is not None):
            return block, element
    there = [f"{e['action_id']} ({e.get('text', {}).get('text', e['type'])})" for _, e in found]
    raise NotOnScreen(f"nothing like {given.get('label') or given.get('action_id')} here; there are {there}")


async def press(world: World, user: str, given: Json) -> Answer:
    """Press or choose in the topmost modal (or `view`), or in a message when `ts` is given."""
    if "ts" not in given:
        view = _view(world, user, given)
        found = _element(view["blocks"], given)
        interactions.fill(view, _resolved(view, given.get("values", {})))
        return await interactions.press_in_view(world, user, view, *found, given.get("value"))
    channel = _place(world, user, given)
    whispers = {m["ts"]: m for m in channel.ephemerals if m["for"] == user}
    message = channel.messages.get(given["ts"]) or whispers.get(given["ts"])
    if message is None:
        raise NotOnScreen(f"no message {given['ts']} in {channel.id}")
    found = _element(given.get("seen", message.get("blocks", [])), given)  # `seen`: an older picture of it
    return await interactions.press(world, user, channel, message, *found, given.get("value"))


def _resolved(view: Json, values: Json) -> Json:
    """Values keyed by action_id, block_id or an input's label, as block and action."""
    made, known = {}, set()
    for block, element in elements(view["blocks"]):
        keys = (element["action_id"], block["block_id"], block.get("label", {}).get("text"))
        for key in keys:
            if key in values:
                given = values[key]
                nested = key == block["block_id"] and isinstance(given, dict) and element["action_id"] in given
                made.setdefault(block["block_id"], {})[element["action_id"]] = (
                    given[element["action_id"]] if nested else given
                )
                known.add(key)
    if set(values) - known:
        there = [(b.get("label", {}).get("text"), e["action_id"]) for b, e in elements(view["blocks"])]
        raise NotOnScreen(f"no input {sorted(set(values) - known)}; there are {there}")
    return made


async def shortcut(world: World, user: str, given: Json) -> Answer:
    """Choose a shortcut from a message's menu: `callback_id` or its words, and the message's `ts`."""
    channel = _place(world, user, given)
    message = channel.messages.get(given["ts"])
    wanted = given.get("callback_id") or given.get("label")
    found = next((id for id, words in world.config.shortcuts.items() if wanted in (id, words)), None)
    if message is None or found is None:
        raise NotOnScreen(f"no message {given['ts']} or no shortcut {wanted}; there are {world.config.shortcuts}")
    return await interactions.shortcut(world, user, channel, message, found)


async def fill(world: World, user: str, given: Json) -> Json:
    """Type into the topmost modal (or `view`) without submitting: `values` by action_id, block_id or label."""
    view = _view(world, user, given)
    interactions.fill(view, _resolved(view, given["values"]))
    return {}


async def upload(world: World, user: str, given: Json) -> Json:
    """Put a file into a modal's field: `name`, base64 in `data`, maybe `mime`; gives it as the field holds it."""
    return files.keep(world, user, given["name"], base64.b64decode(given["data"]), given.get("mime") or "")


async def submit(world: World, user: str, given: Json) -> Answer:
    """Submit the topmost modal (or `view`) with `values`."""
    view = _view(world, user, given)
    return await interactions.submit(world, user, view, _resolved(view, given.get("values", {})))


async def close(world: World, user: str, given: Json) -> Json:
    """Close the topmost modal (or `view`, or with `every` all)."""
    await interactions.close(world, user, _view(world, user, given), every=bool(given.get("every")))
    return {}


async def run(world: World, user: str, given: Json) -> Answer:
    """Run a slash command: `line`, in `channel`."""
    return await interactions.run(world, user, _place(world, user, given), given["line"])


async def say(world: World, user: str, given: Json) -> Json:
    """Post `text` in `channel`, or in the thread of `thread_ts`."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": given["text"]}]}
    blocks = [{"type": "rich_text", "block_id": secrets.token_urlsafe(4), "elements": [section]}]
    what = {"text": messages.escape(given["text"]), "blocks": blocks}
    what |= {"thread_ts": given["thread_ts"]} if given.get("thread_ts") else {}
    posted = messages.post(world, _place(world, user, given), messages.from_member(world, user), what)
    return {"ts": posted["ts"]}


async def home(world: World, user: str, given: Json) -> Json:
    """Open the app's home."""
    view = world.workspace.homes.get(user)
    inner = {"type": "app_home_opened", "user": user, "channel": "D" + user[1:], "tab": "home",
             "event_ts": world.workspace.ts()} | ({"view": view} if view else {})  # fmt: skip
    return {"status": await signing.event(world, inner)}


async def verify(world: World, user: str, given: Json) -> Answer:
    """Enter the app's address: Slack sends its challenge."""
    return await signing.verify_url(world)


async def suggest(world: World, user: str, given: Json) -> Answer:
    """Type into an external select: its options come from the app."""
    view = _view(world, user, given)
    return await interactions.suggest(world, user, view, *_element(view["blocks"], given), given.get("value", ""))


ACTS: dict[str, Callable[[World, str, Json], Awaitable[Answer | Json]]] = {
    "press": press, "shortcut": shortcut, "fill": fill, "upload": upload, "submit": submit, "close": close,
    "run": run, "say": say, "home": home, "verify": verify, "suggest": suggest,
}  # fmt: skip
