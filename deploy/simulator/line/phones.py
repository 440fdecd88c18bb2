"""The citizens' phones: what is on each screen, and which buttons can be tapped."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.config import Config
from deploy.simulator.line.ids import message_id, user_id

Json = dict[str, Any]
NEWCOMER = "体験"  # and a number


@dataclass
class Bubble:
    """One message on a screen; `mine` is the citizen's own."""

    id: str
    mine: bool
    at: int  # milliseconds
    message: Json
    read: bool = False
    unsent: bool = False


@dataclass
class Phone:
    """A citizen's LINE, open at the talk with the centre."""

    id: str
    name: str
    title: str = ""
    friend: bool = False
    blocked: bool = False
    typing_until: float = 0.0  # the loading animation
    in_view: bool = True  # whether the page offers to switch to this person
    bubbles: list[Bubble] = field(default_factory=list)
    in_order: asyncio.Lock = field(default_factory=asyncio.Lock)  # LINE sends one citizen's events in order


@dataclass
class ReplyToken:
    """A reply token: for whom, since when, and whether it was used."""

    citizen: str
    at: float
    used: bool = False


@dataclass(frozen=True)
class Button:
    """Something that can be tapped: where it is (quick, message, menu), its words and LINE's action."""

    where: str
    label: str
    action: Json


@dataclass
class RichMenu:
    """A rich menu with its picture."""

    id: str
    menu: Json
    image: bytes = b""
    mime: str = ""


class Phones:
    """Every phone, and what the Messaging API knows beside them."""

    def __init__(self, config: Config) -> None:
        self.all = {p.id: Phone(p.id, p.name, p.title) for p in config.citizens}
        self.contents: dict[str, tuple[bytes, str, str]] = {}  # message id: bytes, type, file name
        self.reply_tokens: dict[str, ReplyToken] = {}
        self.retry_keys: dict[str, tuple[str, list[Json], float]] = {}  # key: request id, sent, when
        self.menus: dict[str, RichMenu] = {}
        self.default_menu = ""
        self.pushed = 0  # what counts towards the month's quota
        self.webhook = f"{config.hub}/line/webhook"

    def passer_by(self, name: str) -> Phone:
        """A new citizen whom the page doesn't list."""
        phone = Phone(user_id(), name, in_view=False)
        self.all[phone.id] = phone
        return phone

    def newcomer(self) -> Phone:
        """A new citizen whom the page lists."""
        there = sum(p.name.startswith(NEWCOMER) for p in self.all.values())
        phone = Phone(user_id(), f"{NEWCOMER}{there + 1}さん")
        self.all[phone.id] = phone
        return phone

    def find(self, who: str) -> Phone | None:
        """A phone by the citizen's id or name."""
        return self.all.get(who) or next((p for p in self.all.values() if p.name == who), None)

    @property
    def menu(self) -> RichMenu | None:
        """The rich menu at the foot of every phone."""
        return self.menus.get(self.default_menu)


def show(phone: Phone, message: Json, *, mine: bool, at: float, id: str = "") -> Bubble:
    """Put a message on a screen; the loading animation ends with the centre's next message."""
    bubble = Bubble(id or message_id(), mine, int(at * 1000), message)
    phone.bubbles.append(bubble)
    if not mine:
        phone.typing_until = 0.0
    return bubble


def quick_replies(phone: Phone) -> list[Json]:
    """The quick replies above the input: those of the last message, if it is the centre's."""
    if phone.blocked or not phone.bubbles or phone.bubbles[-1].mine:
        return []
    return [item["action"] for item in phone.bubbles[-1].message.get("quickReply", {}).get("items", [])]


def buttons(phone: Phone, menu: RichMenu | None) -> Iterator[Button]:
    """Everything that can be tapped: quick replies, buttons in the talk from the newest up, the rich menu."""
    for action in quick_replies(phone):
        yield Button("quick", action.get("label", ""), action)
    for bubble in reversed(phone.bubbles):
        if not bubble.mine and not bubble.unsent:
            for action in actions_in({k: v for k, v in bubble.message.items() if k != "quickReply"}):
                yield Button("message", action.get("label", ""), action)
    for area in menu.menu.get("areas", []) if menu else []:
        yield Button("menu", area["action"].get("label", ""), area["action"])


def actions_in(node: Any) -> Iterator[Json]:
    """The actions in a template or Flex message, in reading order; those without a label take the words
    they stand on."""
    if isinstance(node, list):
        for item in node:
            yield from actions_in(item)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in ("action", "defaultAction") and isinstance(value, dict):
            yield value if value.get("label") else {**value, "label": " ".join(words_in(node))}
        elif key == "actions" and isinstance(value, list):
            yield from (action for action in value if isinstance(action, dict))
        else:
            yield from actions_in(value)


def words_in(node: Any) -> Iterator[str]:
    """Every word a citizen can read in a message, in order (labels of buttons too)."""
    if isinstance(node, list):
        for item in node:
            yield from words_in(item)
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("text", "label", "title", "address", "fileName") and isinstance(value, str):
                yield value
            elif key not in ("quickReply", "altText"):
                yield from words_in(value)


def drawn(phones: Phones, phone: Phone, now: float) -> Json:
    """A phone's screen as JSON: bubbles with their words, quick replies, buttons, the rich menu."""
    menu = phones.menu
    return {
        "id": phone.id, "name": phone.name, "title": phone.title, "friend": phone.friend,
        "blocked": phone.blocked, "typing": phone.typing_until > now,
        "messages": [_drawn(bubble) for bubble in phone.bubbles],
        "quick_replies": quick_replies(phone),
        "buttons": [vars(b) for b in buttons(phone, menu)],
        "menu": None if menu is None else {**menu.menu, "id": menu.id, "image": bool(menu.image)},
    }  # fmt: skip


def _drawn(bubble: Bubble) -> Json:
    message = {"type": "unsent"} if bubble.unsent else bubble.message
    return {
        "id": bubble.id, "from": "citizen" if bubble.mine else "centre", "at": bubble.at, "read": bubble.read,
        "message": message, "words": "\n".join(words_in(message)),
    }  # fmt: skip
