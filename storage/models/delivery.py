"""Inbound events, outbound deliveries and reminders: what must happen exactly once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.columns import BigId, Table, json_list, json_object, later, moment, row_id
from storage.models.words import Delivery

_LIVE = text("status = 'new'")
_SEVERAL = text("together IS NOT NULL")


class InboxRow(Table, table=True):
    """An event the platform was told 200 for; its key makes a second delivery harmless."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_live", "conv", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("inbox_together", "conv", "together", sqlite_where=_SEVERAL, postgresql_where=_SEVERAL),
    )

    id: int | None = row_id()
    source: str  # line, slack
    key: str = Field(unique=True)
    conv: str = "-"  # events of one conversation are worked on in order
    together: str | None = None  # the same for events that are one action of a person's, such as photos chosen at once
    body: bytes = b""  # raw, because NUL and lone surrogates don't fit text columns; emptied when done
    received_at: datetime = moment()
    status: str = Delivery.NEW
    attempts: int = 0
    next_at: datetime = moment()
    lease_until: datetime | None = later()
    owner: str | None = None
    error_class: str | None = None
    done_at: datetime | None = later()


class OutboxRow(Table, table=True):
    """A message that must reach LINE or Slack once; the payload says what, not how it looks."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_live", "conv", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),)

    id: int | None = row_id()
    key: str = Field(unique=True)  # cause + purpose, e.g. "line:01H…:reply" or "card:17"
    dest: str  # line, slack, digest, content, files
    conv: str  # rows of one conversation leave in order
    kind: str  # how the destination renders it: "turn", "claimed", "card", "thread", …
    payload: dict[str, Any] = json_object()
    revision: int = 1  # a projection that was marked dirty while it was being sent goes again
    retry_uuid: str
    reply_token: str | None = None
    token_at: datetime | None = later()
    sent_as: str | None = None  # "reply" or "push", chosen before the first attempt and kept
    status: str = Delivery.NEW
    attempts: int = 0
    first_try_at: datetime | None = later()
    next_at: datetime = moment()
    lease_until: datetime | None = later()
    owner: str | None = None
    ext_id: str | None = None
    error_class: str | None = None
    created_at: datetime = moment()
    done_at: datetime | None = later()


class Nudge(Table, table=True):
    """A reminder that is due at a time; polled, so a restart forgets nothing."""

    __table_args__ = (
        UniqueConstraint("rule", "subject", "occurrence"),
        Index("nudge_live", "due_at", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: int | None = row_id()
    rule: str  # a rule of bot/tables/reminders.yml
    subject: str  # "case:17", "proposal:4", "meeting:9"
    subject_id: int = Field(sa_type=BigId)
    case_id: int | None = Field(default=None, index=True, sa_type=BigId)
    occurrence: int = 1  # never repeats for a rule and subject
    round: int = 1  # how often it has been said since the fact began
    to: str = ""  # whom the rule names: citizen, acting, "acting,lead"
    door: str = ""  # line, slack
    fact_at: datetime | None = later()  # the time of the fact it was planned for
    due_at: datetime = moment(index=True)
    moved_to: datetime | None = later()  # by a person: the rule's own time doesn't count then
    status: str = Field(default=Delivery.NEW, index=True)
    reason: str | None = None  # why it is void, or waits
    messages: list[str] = json_list()  # the keys of the outbox rows that say it
    late_seconds: int | None = None
    done_at: datetime | None = later()
    handled_by: str | None = None  # who pressed 対応した
    handled_at: datetime | None = later()


class NudgeSetting(Table, table=True):
    """A rule that isn't wanted for a case."""

    __tablename__ = "nudge_setting"
    __table_args__ = (UniqueConstraint("case_id", "rule"),)

    id: int | None = row_id()
    case_id: int = Field(foreign_key="case.id", sa_type=BigId)
    rule: str
    muted: bool = True
    by: str
    at: datetime = moment()


class Unsent(Table, table=True):
    """A message the citizen took back, remembered in case it arrives after its withdrawal."""

    message_id: str = Field(primary_key=True)
    at: datetime = moment()
