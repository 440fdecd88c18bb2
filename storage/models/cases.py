"""The desk: cases, their history, their evidence, and the staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId, Table, json_list, json_object, later, moment, row_id
from storage.models.words import Audience, Role, Stage


class Counter(Table, table=True):
    """A running number that never repeats, such as the case numbers of a fiscal year."""

    name: str = Field(primary_key=True)
    value: int = 0


class Staff(Table, table=True):
    """A Slack user with a role; who isn't here may do nothing."""

    slack_id: str = Field(primary_key=True)
    name: str = ""
    role: str = Role.COORDINATOR
    affiliation: str = ""
    wards: list[str] = json_list()  # where they know people
    themes: list[str] = json_list()  # what they know about
    only_ward: str = ""  # a ward's own staff: cases of other wards aren't shown
    away_until: datetime | None = later()
    active: bool = True
    added_at: datetime = moment()


class Case(Table, table=True):
    """A record of any kind, from its first stage to the end; most are consultations at the centre."""

    __tablename__ = "case"

    id: int | None = row_id()
    number: str = Field(unique=True)  # 2026-0042: fiscal year from April, running number
    kind: str = Field(default="case", index=True)  # which tables of bot/desk/record/moves.py it goes by
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id", unique=True, sa_type=BigId)
    citizen_id: int | None = Field(default=None, foreign_key="citizen.id", index=True, sa_type=BigId)
    stage: str = Field(default=Stage.RECEIVED, index=True)
    stage_since: datetime = moment()
    main: str | None = None  # Slack ids
    sub: str | None = None
    city_staff: str | None = None
    theme: str = ""
    version: int = 1  # for compare-and-set: of two clicks at once, one wins
    channel_id: str | None = None  # the card in Slack
    card_ts: str | None = None
    ward_channel_id: str | None = None  # its second card, where the ward has a channel
    ward_card_ts: str | None = None
    merged_into: str | None = None  # the number of the case that this one was the same as
    check_in_months: list[int] = json_list()  # when ⑤ asks; empty: the centre's usual months
    promised_by: datetime | None = later()
    opened_at: datetime = moment()
    closed_at: datetime | None = later()


class CaseEvent(Table, table=True):
    """One line of a case's history; appended, never changed."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("cause"),)

    id: int | None = row_id()
    case_id: int = Field(foreign_key="case.id", index=True, sa_type=BigId)
    at: datetime = moment()
    by: str  # a Slack id, "citizen" or "system"
    action: str
    before: dict[str, Any] = json_object()
    after: dict[str, Any] = json_object()
    words: list[str] = json_list()  # what was said, where the event is a message; emptied on erasure
    audience: str = Audience.INTERNAL
    cause: str | None = None  # the inbox key that caused it: a replay adds nothing


class Evidence(Table, table=True):
    """What a stage must have before the next one, or the reason it was waived."""

    __table_args__ = (UniqueConstraint("case_id", "key"),)

    id: int | None = row_id()
    case_id: int = Field(foreign_key="case.id", index=True, sa_type=BigId)
    stage: str
    key: str
    text: str = ""
    waived: str | None = None
    by: str = ""
    at: datetime = moment()
