"""views.*: modals on a stack of three, and the app's home."""

import secrets
from typing import Any

from deploy.simulator.slack import checks
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.screen import kept
from deploy.simulator.slack.workspace import Trigger
from deploy.simulator.state import World

Json = dict[str, Any]
STACK = 3


def opened(world: World, args: Json) -> Json:
    """views.open: a modal, within three seconds of what the person did."""
    view = _checked(args.get("view"))
    trigger = _trigger(world, args)
    return {"view": put(world, trigger.user, view)}


def pushed(world: World, args: Json) -> Json:
    """views.push: a modal above the one that the trigger came from."""
    view = _checked(args.get("view"))
    trigger = _trigger(world, args)
    stack = world.workspace.modals.get(trigger.user, [])
    if not trigger.view or not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    return {"view": put(world, trigger.user, view, on_top=True)}


def updated(world: World, args: Json) -> Json:
    """views.update: an open view by id or external id; a hash guards against a newer one."""
    found = world.workspace.view(str(args.get("view_id", "")), str(args.get("external_id", "")))
    view = _checked(args.get("view"), ("modal", "home"))
    if found is None:
        raise SlackError("not_found")
    user, old = found
    if args.get("hash") and args["hash"] != old["hash"]:
        raise SlackError("hash_conflict")
    return {"view": replace(world, user, old, view)}


def published(world: World, args: Json) -> Json:
    """views.publish: a person's home."""
    user = str(args.get("user_id", ""))
    if user not in world.workspace.users:
        raise SlackError("user_not_found")
    view = _checked(args.get("view"), ("home",))
    old = world.workspace.homes.get(user)
    if args.get("hash") and old and args["hash"] != old["hash"]:
        raise SlackError("hash_conflict")
    world.workspace.homes[user] = made(world, view)
    world.live.changed("slack", user)
    return {"view": world.workspace.homes[user]}


def _checked(view: Any, kinds: tuple[str, ...] = ("modal",)) -> Json:
    if found := checks.view(view, kinds):
        raise SlackError("invalid_arguments", found)
    return dict(view)


def _trigger(world: World, args: Json) -> Trigger:
    trigger = world.workspace.triggers.get(str(args.get("trigger_id", "")))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if world.now() - trigger.at > world.config.trigger_seconds:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def made(world: World, view: Json, old: Json | None = None) -> Json:
    """A view as Slack keeps it; one that replaces another keeps its id."""
    id = old["id"] if old else "V" + secrets.token_hex(5).upper()
    return {
        "id": id, "team_id": world.config.team, "type": view["type"],
        "title": view.get("title"), "submit": view.get("submit"), "close": view.get("close"),
        "blocks": kept(view["blocks"]), "private_metadata": view.get("private_metadata", ""),
        "callback_id": view.get("callback_id", ""), "external_id": view.get("external_id", ""),
        "state": {"values": {}}, "hash": f"{int(world.now())}.{secrets.token_hex(4)}",
        "clear_on_close": bool(view.get("clear_on_close")), "notify_on_close": bool(view.get("notify_on_close")),
        "submit_disabled": False, "root_view_id": old["root_view_id"] if old else id,
        "previous_view_id": old["previous_view_id"] if old else None, "app_id": world.config.app_id,
        "bot_id": world.config.bot_id, "app_installed_team_id": world.config.team,
    }  # fmt: skip


def put(world: World, user: str, view: Json, *, on_top: bool = False) -> Json:
    """Show a modal: alone, or above those that are open."""
    stack = world.workspace.modals.get(user, []) if on_top else []
    new = made(world, view)
    if stack:
        new |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
    world.workspace.modals[user] = [*stack, new]
    world.live.changed("slack", user)
    return new


def replace(world: World, user: str, old: Json, view: Json) -> Json:
    """Show another content in an open view; what was typed stays in inputs whose ids stay."""
    typed = old.get("state", {}).get("values", {})
    new = made(world, view, old)
    new["state"] = {"values": typed}
    stack = world.workspace.modals.get(user, [])
    if world.workspace.homes.get(user) is old:
        world.workspace.homes[user] = new
    else:
        stack[stack.index(old)] = new
    world.live.changed("slack", user)
    return new


METHODS = {"views.open": opened, "views.push": pushed, "views.update": updated, "views.publish": published}
