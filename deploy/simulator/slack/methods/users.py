"""users.info: who somebody is."""

from typing import Any

from deploy.simulator.slack.messages import SlackError
from deploy.simulator.state import World

Json = dict[str, Any]


def info(world: World, args: Json) -> Json:
    """users.info"""
    user = world.workspace.users.get(str(args.get("user")))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user}


METHODS = {"users.info": info}
