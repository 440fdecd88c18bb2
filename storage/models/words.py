"""The words of the trade, one per thing, as the database keeps them."""

import re
from enum import StrEnum

# What the id of a Slack user looks like; where names may be typed in the same field, none may look so.
SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
# The five initial-hearing questions in the centre's order (its plan, step ①).
QUESTIONS = ("overview", "background", "members", "history", "schemes")


class Stage(StrEnum):
    RECEIVED = "received"  # ① the proposal is here, nobody has claimed it
    HEARING = "hearing"  # ② main, sub and city staff hear it again
    DIRECTION = "direction"  # ③ a hypothesis is weighed with the citizen
    REALISATION = "realisation"  # ④ who, where and how it comes about
    FOLLOW_UP = "follow_up"  # ⑤ it runs; the centre asks how it goes
    CLOSED = "closed"


class Role(StrEnum):
    RECEPTION = "reception"
    COORDINATOR = "coordinator"
    CITY_STAFF = "city_staff"
    LEAD = "lead"
    ADMIN = "admin"


class Channel(StrEnum):
    """The way a proposal came in."""

    LINE = "line"
    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    COUNTER = "counter"


class PartyKind(StrEnum):
    """Who is asking."""

    PERSON = "person"
    GROUP = "group"
    COMPANY = "company"
    GOVERNMENT = "government"


class ProposalState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class PartState(StrEnum):
    KEPT = "kept"  # belongs to the answer
    DOUBTFUL = "doubtful"  # answer or command: the citizen has been asked
    REPLACED = "replaced"  # the citizen corrected the answer; the old words stay until erased
    DROPPED = "dropped"  # it was a command after all


class Audience(StrEnum):
    INTERNAL = "internal"
    CITIZEN = "citizen"


class Delivery(StrEnum):
    """What has become of an inbox or outbox row."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"
    QUARANTINE = "quarantine"
    CANCELLED = "cancelled"


class MeetingKind(StrEnum):
    HEARING = "hearing"
    DIALOGUE = "dialogue"


class MeetingState(StrEnum):
    PROPOSED = "proposed"  # times were offered
    FIXED = "fixed"
    HELD = "held"  # its notes or minutes are written
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """To an invitation."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Word(StrEnum):
    """The citizen's word on a hypothesis."""

    AGREE = "agree"  # これで進めたい
    TALK = "talk"  # 相談したい
    THINK = "think"  # 考えたい


class StakeholderState(StrEnum):
    CANDIDATE = "candidate"  # 候補
    ASKED = "asked"  # 打診
    WILLING = "willing"  # 承諾
    DECLINED = "declined"  # 辞退


class HowItGoes(StrEnum):
    """What is answered to a check-in."""

    FINE = "fine"  # 順調
    TROUBLE = "trouble"  # 困りごと
    OVER = "over"  # 終了


class PublicationState(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"  # the citizen has the exact text
    AGREED = "agreed"
    REFUSED = "refused"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
