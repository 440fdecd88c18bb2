"""auth.*, users.*, team.info: who the app is, and who is in the workspace."""

from typing import Any

from deploy.simulator.slack.messages import SlackError
from deploy.simulator.state import World

Json = dict[str, Any]


def auth_test(world: World, args: Json) -> Json:
    """auth.test: whose token this is."""
    c = world.config
    return {"url": f"{c.site}/", "team": c.team_name, "user": c.bot_name, "team_id": c.team, "user_id": c.bot_user,
            "bot_id": c.bot_id, "is_enterprise_install": False}  # fmt: skip


def revoke(world: World, args: Json) -> Json:
    """auth.revoke: the token is worth nothing from then on; `test` only tries."""
    tried = bool(args.get("test"))
    world.workspace.revoked = world.workspace.revoked or not tried
    return {"revoked": not tried}


def api_test(world: World, args: Json) -> Json:
    """api.test: give back what was sent, or the error that was asked for."""
    if "error" in args:
        raise SlackError(str(args["error"]))
    return {"args": args}


def info(world: World, args: Json) -> Json:
    """users.info"""
    user = world.workspace.users.get(str(args.get("user", "")))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user}


def listed(world: World, args: Json) -> Json:
    """users.list"""
    people = list(world.workspace.users.values())
    return {"members": people, "cache_ts": int(world.now()), "response_metadata": {"next_cursor": ""}}


def bot(world: World, args: Json) -> Json:
    """bots.info"""
    c = world.config
    if args.get("bot", c.bot_id) != c.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": {"id": c.bot_id, "deleted": False, "name": c.bot_name, "app_id": c.app_id, "user_id": c.bot_user,
                    "icons": {}, "updated": 1_700_000_000}}  # fmt: skip


def team(world: World, args: Json) -> Json:
    """team.info"""
    c = world.config
    return {"team": {"id": c.team, "name": c.team_name, "domain": c.team_name}}


METHODS = {"auth.test": auth_test, "auth.revoke": revoke, "api.test": api_test, "users.info": info,
           "users.list": listed, "bots.info": bot, "team.info": team}  # fmt: skip
