"""Run the simulator: python -m deploy.simulator --port 8080 --hub http://127.0.0.1:8000"""

import argparse
import json
import os
from pathlib import Path

import uvicorn

from deploy.simulator.app import create_app
from deploy.simulator.config import Config, Person

SECRETS = {
    "line_secret": "LINE_CHANNEL_SECRET", "line_token": "LINE_CHANNEL_ACCESS_TOKEN", "slack_token": "SLACK_BOT_TOKEN",
    "slack_secret": "SLACK_SIGNING_SECRET", "intake": "SLACK_INTAKE_CHANNEL",
}  # fmt: skip


def parsed(args: list[str] | None = None) -> tuple[Config, str, int]:
    """The configuration, host and port that the command line and the environment ask for."""
    parser = argparse.ArgumentParser(prog="python -m deploy.simulator", description="A stand-in for LINE and Slack.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--url", help="how the hub reaches this simulator (default: http://HOST:PORT)")
    parser.add_argument("--hub", default="http://127.0.0.1:8000", help="the hub's address")
    public = os.environ.get("PUBLIC_URL", "")
    parser.add_argument("--public", default=public, help="where people open the hub's pages, or PUBLIC_URL")
    parser.add_argument("--rasa", default="", help="Rasa's address, for a hub that reaches it at URL/rasa")
    parser.add_argument("--people", type=Path, help="JSON: {citizens: [{id, name, title}], staff: […]}")
    parser.add_argument("--channels", default="", help="more channels that the app is in: random,general")
    parser.add_argument("--scopes", default="", help="more that the app was granted, such as files:read,im:write")
    parser.add_argument("--line-quota", type=int, help="messages that LINE takes in a month")
    parser.add_argument("--redeliveries", help="seconds between LINE's repeats, such as 1,2,4")
    parser.add_argument("--slack-retries", help="seconds between Slack's repeats, such as 0,60,300")
    parser.add_argument("--post-rate", type=float, help="messages a second Slack takes in a channel; 0: any number")
    parser.add_argument("--made-up", action="store_true", help="the secrets are made up: copied commands hold them")
    for name, variable in SECRETS.items():
        parser.add_argument("--" + name.replace("_", "-"), default=os.environ.get(variable), help=f"or {variable}")
    given = parser.parse_args(args)
    config = Config(hub=given.hub.rstrip("/"), url=given.url or f"http://{given.host}:{given.port}")
    config.rasa, config.public = given.rasa.rstrip("/"), given.public.rstrip("/")
    for name in SECRETS:
        if getattr(given, name):
            setattr(config, name, getattr(given, name))
    config.channels = tuple(filter(None, given.channels.split(",")))
    config.scopes += tuple(filter(None, given.scopes.split(",")))
    for name in ("redeliveries", "slack_retries"):
        if getattr(given, name):
            setattr(config, name, tuple(float(part) for part in getattr(given, name).split(",")))
    config.line_quota = given.line_quota or config.line_quota
    config.post_rate = config.post_rate if given.post_rate is None else given.post_rate
    config.made_up = given.made_up
    if given.people:
        for kind, people in json.loads(given.people.read_text("utf-8")).items():
            setattr(config, kind, tuple(Person(**person) for person in people))
    return config, given.host, given.port


def main() -> None:
    """Start the server."""
    config, host, port = parsed()
    print(f"The simulator of LINE and Slack is at {config.url}", flush=True)
    uvicorn.run(create_app(config), host=host, port=port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
