"""What the staff do: press, fill in, submit, run a command; and what the app's answer makes of it."""

from typing import Any
from urllib.parse import urlencode

from deploy.simulator.hub import Answer
from deploy.simulator.slack import checks, messages, signing
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.methods import views
from deploy.simulator.slack.people import payloads
from deploy.simulator.slack.screen import chosen, elements, value_key
from deploy.simulator.slack.workspace import Channel
from deploy.simulator.state import World

Json = dict[str, Any]
TROUBLE = "接続に問題が発生しました。もう一度お試しください。"
REQUIRED = "この項目は必須です"
UNKNOWN = (
    "{name} は有効なコマンドではありません。Slack では、「/」で始まるメッセージはすべてコマンドとみなされます。"
    "コマンドではなくメッセージとして送るには、「/」の前に空白を入れてください。"
)


async def press(
    world: World, user: str, channel: Channel, message: Json, block: Json, element: Json, value: Any = None
) -> Answer:
    """Press a button or choose in a message."""
    made, typed = _action(world, block, element, value)
    answer = await signing.interaction(world, payloads.pressed(world, user, channel, message, made, typed))
    _complain(world, user, answer, f"「{_name(element)}」")
    return answer


async def press_in_view(world: World, user: str, view: Json, block: Json, element: Json, value: Any = None) -> Answer:
    """Press a button or choose in a modal or home."""
    made, typed = _action(world, block, element, value)
    for block_id, actions in typed.items():
        view["state"]["values"].setdefault(block_id, {}).update(actions)
    answer = await signing.interaction(world, payloads.pressed_in_view(world, user, view, made))
    _complain(world, user, answer, f"「{_name(element)}」")
    return answer


async def shortcut(world: World, user: str, channel: Channel, message: Json, callback_id: str) -> Answer:
    """Choose the app's entry in a message's menu."""
    answer = await signing.interaction(world, payloads.shortcut(world, user, channel, message, callback_id))
    _complain(world, user, answer, f"「{world.config.shortcuts[callback_id]}」")
    return answer


def _name(element: Json) -> str:
    return element.get("text", {}).get("text", "") or element.get("placeholder", {}).get("text", "操作")


def _action(world: World, block: Json, element: Json, value: Any) -> tuple[Json, Json]:
    """An action's entry in the payload, and the state it leaves."""
    made = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"],
            "action_ts": world.workspace.ts()}  # fmt: skip
    if element["type"] == "button":
        return made | {k: element[k] for k in ("text", "value", "style", "url") if k in element}, {}
    now = chosen(element, value)
    made |= {k: v for k, v in now.items() if v is not None}
    if element["type"] == "overflow":
        return made, {}
    return made, {block["block_id"]: {element["action_id"]: now}}


def _complain(world: World, user: str, answer: Answer, what: str) -> None:
    """What Slack shows a person when the app didn't answer well."""
    if answer.status != 200:
        said = "時間内に応答がありませんでした" if answer.status == -1 else "エラーが返されました"
        notes = world.workspace.notes.setdefault(user, [])
        notes.append({"ts": world.workspace.ts(), "text": f"⚠️ {what}の操作を完了できませんでした({said})。"})
        world.live.changed("slack", user)


async def submit(world: World, user: str, view: Json, values: Json) -> Answer:
    """Submit a modal with values by block and action; the app's answer closes, changes or faults it."""
    fill(view, values)
    view["errors"] = missing(view)
    if view["errors"]:
        world.live.changed("slack", user)
        return Answer(200, {"response_action": "errors", "errors": view["errors"]}, error="refused by Slack itself")
    answer = await signing.interaction(world, payloads.submitted(world, user, view))
    _react(world, user, view, answer)
    world.live.changed("slack", user)
    return answer


def fill(view: Json, values: Json) -> None:
    """Type into a view: values by block_id, then action_id."""
    for block, element in elements(view["blocks"]):
        given = values.get(block["block_id"], {})
        if element["action_id"] in given:
            now = chosen(element, given[element["action_id"]])
            view["state"]["values"].setdefault(block["block_id"], {})[element["action_id"]] = now


def missing(view: Json) -> Json:
    """What Slack itself refuses before the app hears of a submission: by block_id."""
    state, found = payloads.sent_view(view)["state"]["values"], {}
    for block, element in elements(view["blocks"]):
        if block["type"] != "input":
            continue
        value = state[block["block_id"]][element["action_id"]].get(value_key(element))
        if not value and not block.get("optional"):
            found[block["block_id"]] = REQUIRED
        elif element["type"] == "file_input" and len(value) > element.get("max_files", 10):
            found[block["block_id"]] = f"ファイルは{element.get('max_files', 10)}個までです"
        elif isinstance(value, str) and len(value) > element.get("max_length", 3000):
            found[block["block_id"]] = f"{element.get('max_length', 3000)}文字以内で入力してください"
        elif isinstance(value, str) and len(value) < element.get("min_length", 0):
            found[block["block_id"]] = f"{element['min_length']}文字以上で入力してください"
    return found


def _react(world: World, user: str, view: Json, answer: Answer) -> None:
    """Do what the answer to a submission says; nothing said means: close."""
    body = answer.data if isinstance(answer.data, dict) else {}
    action, stack = body.get("response_action"), world.workspace.modals.get(user, [])
    here = next((v for v in stack if v["id"] == view["id"]), None)
    if answer.status != 200:
        view["errors"] = {"": TROUBLE}
    elif action == "errors":
        unknown = [b for b in body.get("errors", {}) if b not in {x["block_id"] for x in view["blocks"]}]
        view["errors"] = {"": TROUBLE} if unknown or not body.get("errors") else body["errors"]
    elif action == "clear":
        world.workspace.modals.pop(user, None)
    elif action in ("update", "push"):
        _show(world, user, here or view, action, body.get("view"))
    elif here is not None:
        stack.remove(here)


def _show(world: World, user: str, view: Json, action: str, new: Any) -> None:
    full = action == "push" and len(world.workspace.modals.get(user, [])) >= views.STACK
    if full or checks.view(new):
        view["errors"] = {"": TROUBLE}
    elif action == "push":
        views.put(world, user, new, on_top=True)
    else:
        views.replace(world, user, view, new)


async def close(world: World, user: str, view: Json, *, every: bool = False) -> None:
    """Close a modal, or all of them; the app hears of it when it asked to."""
    stack = world.workspace.modals.get(user, [])
    gone = [*stack] if every or view["clear_on_close"] else [view]
    world.workspace.modals[user] = [v for v in stack if v not in gone]
    world.live.changed("slack", user)
    for one in gone:
        if one["notify_on_close"]:
            await signing.interaction(world, payloads.closed(world, user, one, len(gone) > 1))


async def suggest(world: World, user: str, view: Json, block: Json, element: Json, typed: str) -> Answer:
    """Ask the app for the options of an external select."""
    payload = {**payloads.common(world, user, "block_suggestion"), "action_id": element["action_id"],
               "block_id": block["block_id"], "value": typed, "view": payloads.sent_view(view),
               "container": {"type": "view", "view_id": view["id"]}}  # fmt: skip
    return await signing.interaction(world, payload)


async def run(world: World, user: str, channel: Channel, line: str) -> Answer:
    """Run a slash command such as `/similar 空き家`; its answer appears in the channel."""
    name, _, text = line.strip().partition(" ")
    if name not in world.config.commands:
        messages.whisper(world, channel, user, {"text": UNKNOWN.format(name=messages.escape(name)), "slackbot": True})
        return Answer(200, error="refused by Slack itself")
    form = payloads.command(world, user, channel, name, text.strip())
    answer = await signing.post(world, urlencode(form).encode(), signing.FORM, kind="slash_command")
    if answer.status != 200:
        why = "operation_timeout" if answer.status == -1 else "dispatch_failed"
        messages.whisper(
            world, channel, user, {"text": f"{name} はエラー「{why}」のため失敗しました。", "slackbot": True}
        )
    elif answer.data:
        respond(world, channel, user, answer.data if isinstance(answer.data, dict) else {"text": str(answer.data)})
    return answer


def respond(world: World, channel: Channel, user: str, said: Json) -> None:
    """Show an app's answer: to one person, or to all with in_channel."""
    try:
        what = messages.checked(said)
    except SlackError as no:
        what = {"text": f"アプリの応答を表示できませんでした({no.error})。", "slackbot": True}
        said = {}
    if said.get("response_type") == "in_channel":
        messages.post(world, channel, messages.from_app(world), what)
    else:
        messages.whisper(world, channel, user, what)
