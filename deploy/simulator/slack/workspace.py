"""The Slack workspace: channels, messages, modals, and what each member of staff sees."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.config import Config

Json = dict[str, Any]


@dataclass
class Channel:
    """A channel or direct message, with its messages by ts."""

    id: str
    name: str
    members: list[str]
    private: bool = False
    archived: bool = False
    messages: dict[str, Json] = field(default_factory=dict)
    ephemerals: list[Json] = field(default_factory=list)  # each with `for`: the one who sees it

    @property
    def direct(self) -> bool:
        """Whether this is a direct message."""
        return self.id.startswith("D")

    def top_level(self) -> list[Json]:
        """What stands in the channel itself, oldest first."""
        return [m for m in self.messages.values() if m.get("thread_ts", m["ts"]) == m["ts"]]

    def thread(self, ts: str) -> list[Json]:
        """A message and its replies, oldest first."""
        return [m for m in self.messages.values() if ts in (m["ts"], m.get("thread_ts"))]


@dataclass
class Trigger:
    """A trigger id: one use, three seconds."""

    user: str
    at: float
    view: str = ""  # the modal it was made in, for views.push
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an app may answer later: five times in thirty minutes."""

    user: str
    channel: str
    at: float
    message: str = ""  # ts of the message it came from
    ephemeral: bool = False
    uses: int = 0


class Workspace:
    """Everything that Slack keeps."""

    def __init__(self, config: Config, now: Callable[[], float]) -> None:
        self._now = now
        self.users: dict[str, Json] = {p.id: _user(config, p.id, p.name, p.title) for p in config.staff}
        self.users[config.bot_user] = {**_user(config, config.bot_user, config.bot_name, ""), "is_bot": True}
        insiders = [p.id for p in config.staff if p.id not in config.outsiders]
        self.channels = {
            config.intake: Channel(config.intake, config.intake_name, [*insiders, config.bot_user]),
            "C0RANDOM0": Channel("C0RANDOM0", "雑談", [p.id for p in config.staff]),
        }
        for n, name in enumerate(config.channels):
            made = Channel(f"C0MORE{n:03}", name, [*insiders, config.bot_user])
            self.channels[made.id] = made
        self.modals: dict[str, list[Json]] = {}  # user: open modals, the topmost last
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.notes: dict[str, list[Json]] = {}  # user: what Slack itself told them (an app that didn't answer)
        self.files: dict[str, Json] = {}
        self.full: dict[str, float] = {}  # channel: when it may be written to again at will, by the real clock
        self._last = 0

    def ts(self) -> str:
        """A message's time stamp and name: grows, and is never given twice."""
        self._last = max(self._last + 1, int(self._now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def member(self, who: str) -> Json | None:
        """A user by id or by a name."""
        return self.users.get(who) or next(
            (u for u in self.users.values() if who in (u["real_name"], u["real_name"].split()[-1], u["name"])),
            None,
        )

    def channel(self, which: str) -> Channel | None:
        """A channel by id or name; a direct message with the bot by the user's id."""
        if which in self.users:
            direct = "D" + which[1:]
            return self.channels.setdefault(direct, Channel(direct, which, [which], private=True))
        name = which.removeprefix("#")
        return self.channels.get(which) or next((c for c in self.channels.values() if c.name == name), None)

    def view(self, id: str = "", external_id: str = "") -> tuple[str, Json] | None:
        """An open modal or home by id or external id, with its user."""
        for user, stack in self.modals.items():
            for view in stack:
                if (id and view["id"] == id) or (external_id and view["external_id"] == external_id):
                    return user, view
        return next(((u, v) for u, v in self.homes.items() if id and v["id"] == id), None)

    def trigger(self, user: str, now: float, view: str = "") -> str:
        """A fresh trigger id for a user."""
        id = f"{int(now * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[id] = Trigger(user, now, view)
        return id

    def response_url(self, base: str, kind: str, to: ResponseUrl) -> str:
        """A fresh response_url under the simulator's own address."""
        id = secrets.token_hex(12)
        self.response_urls[id] = to
        return f"{base}/hooks/{kind}/{id}"


def _user(config: Config, id: str, name: str, title: str) -> Json:
    return {
        "id": id, "team_id": config.team, "name": id.lower(), "deleted": False, "real_name": name, "tz": "Asia/Tokyo",
        "profile": {"real_name": name, "display_name": name, "title": title, "team": config.team},
        "is_admin": False, "is_bot": False, "is_app_user": False, "is_restricted": False,
        "is_ultra_restricted": False, "updated": 1_700_000_000,
    }  # fmt: skip
