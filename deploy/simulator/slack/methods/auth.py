"""auth.test: who the app is."""

from typing import Any

from deploy.simulator.state import World

Json = dict[str, Any]


def auth_test(world: World, args: Json) -> Json:
    """auth.test: whose token this is."""
    c = world.config
    return {"url": f"{c.site}/", "team": c.team_name, "user": c.bot_name, "team_id": c.team, "user_id": c.bot_user,
            "bot_id": c.bot_id, "is_enterprise_install": False}  # fmt: skip


METHODS = {"auth.test": auth_test}
