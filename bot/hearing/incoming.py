"""A LINE event, read tolerantly: LINE adds fields any time, and an odd event must not be lost."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from bot.desk.consultation.intake.proposals import Said
from bot.hearing import fates
from knowledge.language.blanks import has_words
from storage.models import Proposal

# A webhook that isn't a redelivery arrives within seconds. If its time differs more, a clock is wrong.
CLOCK_TRUST = timedelta(seconds=30)

# What stands in an answer instead of a message without words. Rasa is told no more than this: a sticker that is called
# キャンセル, or a file, is no command.
WORDLESS = {
    "image": "［写真］",
    "video": "［動画］",
    "audio": "［音声］",
    "file": "［ファイル］",
    "location": "［位置情報］",
    "sticker": "［スタンプ］",
    "emoji": "［絵文字］",  # a text that is nothing but LINE's own pictures
}
OTHER = "［その他のメッセージ］"
MANY = 10_000  # photos: a number beyond is no number of photos
SHOWN_KEYWORDS = 3  # of a sticker's; LINE gives up to fifteen, by chance
# A tap on these means the question under which they stood. On another question it would do harm.
OF_ONE_QUESTION = ("/skip", "/go_back", "/answer_as_is")
# A tap on these is about one proposal.
OF_ONE_PROPOSAL = ("/submit", "/correct_answer", "/add_more", "/confirm_withdraw", "/show_answer")
WRITTEN = ("message", "messageEdited")
DOWNLOADED = {"image", "video", "audio", "file"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates, which databases refuse


@dataclass(frozen=True)
class Incoming:
    """What happened on LINE, in our words."""

    key: str
    kind: str  # message, postback, follow, unfollow, unsend, other
    user_id: str | None  # None in groups that hide it
    one_to_one: bool
    at: datetime
    received_at: datetime
    reply_token: str | None = None
    message_id: str | None = None
    content: str = "text"  # the kind of message: "text" whenever there are words of the person's own
    text: str = ""
    name: str = ""  # a file's name
    action: str = ""  # which it is part of, with others that were sent at once
    place: int = 0  # among them, from 1
    of: int = 0  # how many they are
    quotes: str | None = None  # the message that this one quotes
    is_elsewhere: bool = False  # another server has the content, at an address that somebody gave
    standby: bool = False  # another system answers this talk: say nothing
    do: str = ""  # a postback's payload: "/intent{…}" or words as if typed
    drawn_for: dict[str, str] = field(default_factory=dict)  # the proposal and question of a button
    tap: dict[str, str] = field(default_factory=dict)  # a button under news of the desk: "tap" and what it is about

    @classmethod
    def read(cls, key: str, body: bytes, received_at: datetime, action: str | None = None) -> "Incoming":
        """Read one stored event; what is missing gets a harmless value. `action` is what its row says."""
        event = json.loads(body)
        source = _object(event.get("source"))
        message = _object(event.get("message"))
        data = _text(_object(event.get("postback")).get("data"))
        fields = dict(parse_qsl(data))
        content, words = _read(message)
        several = _object(message.get("imageSet"))
        return cls(
            key=key,
            kind=_text(event.get("type")) or "other",
            user_id=_text(source.get("userId")) or None,
            one_to_one=source.get("type", "user") == "user",
            at=_written(event, received_at),
            received_at=received_at,
            reply_token=_text(event.get("replyToken")) or None,
            message_id=_text(message.get("id") or _object(event.get("unsend")).get("messageId")) or None,
            content=content,
            text=words,
            name=_text(message.get("fileName")),
            action=action or "",
            place=_number(several.get("index")),
            of=_number(several.get("total")),
            quotes=_text(message.get("quotedMessageId")) or None,
            is_elsewhere=_object(message.get("contentProvider")).get("type") == "external",
            standby=event.get("mode") == "standby",
            do=fields.get("do", ""),
            drawn_for={k: v for k, v in fields.items() if k in ("p", "q")},
            tap=fields | _picked(event) if "tap" in fields else {},
        )

    @property
    def asks_for_an_answer(self) -> bool:
        """Whether a citizen did this in a one-to-one talk that no other system answers."""
        alone = self.user_id is not None and self.one_to_one
        return alone and self.kind in ("message", "postback", "follow") and not self.standby

    @property
    def is_a_command(self) -> bool:
        """Whether it is a command without any words: a button of ours, or the adding of our account."""
        return self.kind != "message" and (self.kind == "follow" or self.do.startswith("/"))

    @property
    def words(self) -> str:
        """What the citizen typed, or what a tapped button stands for when it is plain words."""
        return self.text if self.kind in WRITTEN else ("" if self.do.startswith("/") else self.do)

    @property
    def label(self) -> str:
        """What a message without words is called."""
        return WORDLESS.get(self.content, OTHER)

    @property
    def intent(self) -> str:
        """The command a tapped button stands for, or nothing."""
        return self.do[1:].partition("{")[0] if self.kind == "postback" and self.do.startswith("/") else ""

    def is_stale(self, proposal: Proposal | None) -> bool:
        """Tell whether it is a button of a question or proposal that isn't open any more, or none of ours."""
        drawn = self.drawn_for
        if self.kind == "postback" and not (self.do or self.tap):
            return True
        if self.kind != "postback" or "p" not in drawn:
            return False
        about_question = self.do.startswith(OF_ONE_QUESTION) or not self.do.startswith("/")
        if not about_question and not self.do.startswith(OF_ONE_PROPOSAL):
            return False
        if proposal is None or drawn["p"] != str(proposal.id):
            return True
        return about_question and drawn.get("q") != proposal.question

    @property
    def args(self) -> dict[str, str]:
        """The entities of a button's payload, such as {"question": "overview"}."""
        _, brace, rest = self.do.partition("{")
        try:
            found = json.loads(brace + rest) if brace else {}
        except ValueError:
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def said(self) -> Said:
        """The message as an answer keeps it."""
        return Said(
            key=self.key,
            at=self.at,
            text=self.words,
            line_message_id=self.message_id,
            kind=self.content,
            place=self.place,
        )


def _read(message: dict[str, Any]) -> tuple[str, str]:
    """Return the kind of a message and its words: a person's own verbatim, or a description in brackets.

    `text` is a person's own words in whatever kind of message it stands, also in one that LINE adds later.
    """
    kind, own = _text(message.get("type")) or "text", _text(message.get("text"))
    if kind == "text" and own and not has_words(_without_emojis(own, _list(message.get("emojis")))):
        return ("emoji", f"{WORDLESS['emoji']} {own}") if has_words(own) else ("text", own)
    if kind == "text" or (has_words(own) and kind not in DOWNLOADED):
        return "text", own
    return kind, " ".join([WORDLESS.get(kind, OTHER), *_details(message, kind), *([own] if has_words(own) else [])])


def _details(message: dict[str, Any], kind: str) -> list[str]:
    """Return what says more about a message without words; of numbers, the place they are."""
    values = [message.get(name) for name in fates.shown(kind)]
    place = [str(value) for value in values if isinstance(value, int | float)]
    told = [part for value in values for part in (_list(value)[:SHOWN_KEYWORDS] or [value]) if isinstance(part, str)]
    at, of = (_number(_object(message.get("imageSet")).get(name)) for name in ("index", "total"))
    told += [f"{at}/{of}"] if at and of else []  # so that a photo that never comes is missed
    return [*filter(None, map(_text, told)), *([f"({', '.join(place)})"] if place else [])]


def _without_emojis(text: str, emojis: list[Any]) -> str:
    """Return a text without the names that stand in it for LINE's own pictures. LINE counts in UTF-16 units."""
    units = text.encode("utf-16-le")
    for one in sorted((_span(one) for one in emojis), reverse=True):
        units = units[: 2 * one[0]] + units[2 * sum(one) :]
    return units.decode("utf-16-le", "ignore")


def _span(emoji: Any) -> tuple[int, int]:
    at, length = (_object(emoji).get(name) for name in ("index", "length"))
    return (at, length) if isinstance(at, int) and isinstance(length, int) and min(at, length) >= 0 else (0, 0)


def _picked(event: dict[str, Any]) -> dict[str, str]:
    """The time chosen in LINE's own picker, as it gives it: 2026-12-01T14:00."""
    params = _object(_object(event.get("postback")).get("params"))
    return {"at": at} if (at := _text(params.get("datetime") or params.get("date"))) else {}


def _written(event: dict[str, Any], received_at: datetime) -> datetime:
    stamp = event.get("timestamp")
    redelivered = bool(_object(event.get("deliveryContext")).get("isRedelivery"))
    try:
        written = datetime.fromtimestamp(float(stamp) / 1000, UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return received_at
    trusted = redelivered or abs(received_at - written) < CLOCK_TRUST
    return written if trusted else received_at


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < MANY else 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else "" if value is None else str(value)
