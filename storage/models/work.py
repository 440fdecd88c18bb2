"""What is done with a case in ② to ⑤: meetings, assessments, hypotheses, parties, tasks, check-ins, its publication."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId, Table, json_list, later, moment, row_id


def _case() -> int:
    made: int = Field(foreign_key="case.id", index=True, sa_type=BigId)
    return made


class LinkCode(Table, table=True):
    """The code by which somebody who phoned, wrote or came attaches their LINE to the case."""

    __tablename__ = "link_code"

    code: str = Field(primary_key=True)
    case_id: int = _case()
    by: str
    at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = later()


class Meeting(Table, table=True):
    """A hearing (②) or a place for dialogue (④)."""

    id: int | None = row_id()
    case_id: int = _case()
    kind: str  # MeetingKind
    state: str  # MeetingState
    options: list[str] = json_list()  # times proposed to the citizen, ISO 8601 with offset
    starts_at: datetime | None = later()
    place: str = ""
    agenda: str = ""
    minutes: str = ""  # hearing notes, or what the dialogue came to
    open_to_citizen: bool = False  # whether the citizen may see the minutes
    by: str
    at: datetime = moment()
    fixed_at: datetime | None = later()


class Invitation(Table, table=True):
    """Somebody asked to a meeting, and what they answered."""

    __table_args__ = (UniqueConstraint("meeting_id", "who"),)

    id: int | None = row_id()
    meeting_id: int = Field(foreign_key="meeting.id", index=True, sa_type=BigId)
    who: str  # a Slack id, "citizen", or "stakeholder:17"
    answer: str | None = None  # Answer
    at: datetime = moment()
    answered_at: datetime | None = later()


class Assessment(Table, table=True):
    """What one member, or all jointly, make of one criterion of ③."""

    __table_args__ = (UniqueConstraint("case_id", "criterion", "by"),)

    id: int | None = row_id()
    case_id: int = _case()
    criterion: str  # feasibility, effect, alternatives
    by: str  # a Slack id, or "joint"
    level: int  # 1 to 4
    reason: str = ""
    grounds: str = ""
    noted_by: str = ""  # who wrote the joint one down
    at: datetime = moment()


class Hypothesis(Table, table=True):
    """A direction as it was put to the citizen, and their word on it."""

    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: int | None = row_id()
    case_id: int = _case()
    version: int
    text: str = ""
    by: str
    at: datetime = moment()
    answer: str | None = None  # Word
    words: str = ""  # what the citizen wrote on it
    answered_at: datetime | None = later()


class Guest(Table, table=True):
    """Somebody from an organisation or department who sees one case without personal data."""

    __table_args__ = (UniqueConstraint("case_id", "slack_id"),)

    id: int | None = row_id()
    case_id: int = _case()
    slack_id: str = Field(index=True)
    organisation: str = ""
    by: str
    at: datetime = moment()
    left_at: datetime | None = later()


class Stakeholder(Table, table=True):
    """A party of ④: candidate, asked, willing or not, and their role."""

    id: int | None = row_id()
    case_id: int = _case()
    name: str = ""
    organisation_id: str | None = None  # of the knowledge base
    state: str  # StakeholderState
    role: str = ""
    contact: str = ""
    note: str = ""
    by: str
    at: datetime = moment()
    asked_at: datetime | None = later()
    answered_at: datetime | None = later()


class PlanTask(Table, table=True):
    """One step of the plan of ④."""

    __tablename__ = "plan_task"

    id: int | None = row_id()
    case_id: int = _case()
    title: str = ""
    owner: str = ""  # a Slack id, or a name
    due_on: date
    milestone: bool = False  # shown to the citizen
    by: str
    at: datetime = moment()
    done_at: datetime | None = later()
    dropped_at: datetime | None = later()


class CheckIn(Table, table=True):
    """One asking of ⑤ how it goes: planned, asked, answered, or dropped."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("case_id", "round", "months"),)

    id: int | None = row_id()
    case_id: int = _case()
    round: int = 1  # a new round begins when a case has gone back to ④
    months: int
    due_at: datetime = moment()
    asked_at: datetime | None = later()
    answer: str | None = None  # HowItGoes
    words: str = ""
    answered_at: datetime | None = later()
    dropped_at: datetime | None = later()


class Publication(Table, table=True):
    """A case on its way into the library: drafted, shown to the citizen, agreed to, published, withdrawn."""

    id: int | None = row_id()
    case_id: int = Field(foreign_key="case.id", unique=True, sa_type=BigId)
    state: str  # PublicationState
    title: str = ""
    summary: str = ""
    body: str = ""
    ward: str = ""
    theme: str = ""
    organisations: list[str] = json_list()
    digest: str = ""  # of the exact text the citizen was shown
    entry_id: str = ""  # of the library, once published
    by: str
    editor: str | None = None
    at: datetime = moment()
    asked_at: datetime | None = later()
    answered_at: datetime | None = later()
    published_at: datetime | None = later()
    withdrawn_at: datetime | None = later()
