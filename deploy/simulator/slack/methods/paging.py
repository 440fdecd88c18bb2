"""How Slack gives a long list: so many at a time, and a cursor to the rest."""

from typing import Any

from deploy.simulator.slack.messages import SlackError

Json = dict[str, Any]
LIMIT, MOST = 100, 999


def page(found: list[Any], args: Json, name: str) -> Json:
    """The part of a list that `cursor` and `limit` ask for, under its name."""
    try:
        start, limit = int(args.get("cursor") or 0), min(int(args.get("limit") or LIMIT), MOST)
    except ValueError:
        raise SlackError("invalid_cursor") from None
    more = str(start + limit) if start + limit < len(found) else ""
    return {name: found[start : start + limit], "response_metadata": {"next_cursor": more}}
