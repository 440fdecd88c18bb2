"""A LINE event, read tolerantly: LINE adds fields any time, and an odd event must not be lost."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from bot.desk.consultation.intake.proposals import Said
from bot.hearing.content import OTHER, WORDLESS, as_number, as_object, as_text, read_message
from storage.models import Proposal

# A webhook that isn't a redelivery arrives within seconds. If its time differs more, a clock is wrong.
CLOCK_TRUST = timedelta(seconds=30)

# A tap on these means the question under which they stood. On another question it would do harm.
OF_ONE_QUESTION = ("/skip", "/go_back", "/answer_as_is")
# A tap on these is about one proposal.
OF_ONE_PROPOSAL = ("/submit", "/correct_answer", "/add_more", "/confirm_withdraw", "/show_answer")
WRITTEN = ("message", "messageEdited")


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
        source = as_object(event.get("source"))
        message = as_object(event.get("message"))
        data = as_text(as_object(event.get("postback")).get("data"))
        fields = dict(parse_qsl(data))
        content, words = read_message(message)
        several = as_object(message.get("imageSet"))
        return cls(
            key=key,
            kind=as_text(event.get("type")) or "other",
            user_id=as_text(source.get("userId")) or None,
            one_to_one=source.get("type", "user") == "user",
            at=_written(event, received_at),
            received_at=received_at,
            reply_token=as_text(event.get("replyToken")) or None,
            message_id=as_text(message.get("id") or as_object(event.get("unsend")).get("messageId")) or None,
            content=content,
            text=words,
            name=as_text(message.get("fileName")),
            action=action or "",
            place=as_number(several.get("index")),
            of=as_number(several.get("total")),
            quotes=as_text(message.get("quotedMessageId")) or None,
            is_elsewhere=as_object(message.get("contentProvider")).get("type") == "external",
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


def _picked(event: dict[str, Any]) -> dict[str, str]:
    """The time chosen in LINE's own picker, as it gives it: 2026-12-01T14:00."""
    params = as_object(as_object(event.get("postback")).get("params"))
    return {"at": at} if (at := as_text(params.get("datetime") or params.get("date"))) else {}


def _written(event: dict[str, Any], received_at: datetime) -> datetime:
    stamp = event.get("timestamp")
    redelivered = bool(as_object(event.get("deliveryContext")).get("isRedelivery"))
    try:
        written = datetime.fromtimestamp(float(stamp) / 1000, UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return received_at
    trusted = redelivered or abs(received_at - written) < CLOCK_TRUST
    return written if trusted else received_at
