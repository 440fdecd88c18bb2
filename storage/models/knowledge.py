"""What the centre knows: past cases, organisations, ward facts, schemes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import Table, json_list, json_object, later, moment, row_id


class PastCase(Table, table=True):
    """A case that ended and became knowledge."""

    __tablename__ = "past_case"

    id: str = Field(primary_key=True)  # the imported id
    title: str
    summary: str = ""
    body: str = ""
    ward: str = ""
    theme: str = ""
    schemes: list[str] = json_list()
    organisations: list[str] = json_list()
    year: int | None = None
    source: str = ""
    published: bool = False
    sample: bool = False
    extra: dict[str, Any] = json_object()
    retired_at: datetime | None = later()  # merged, withdrawn or erased: never found again
    updated_at: datetime = moment()


class Organisation(Table, table=True):
    """A group, company or office the centre can bring together."""

    id: str = Field(primary_key=True)
    name: str
    kana: str = ""
    aliases: list[str] = json_list()
    ward: str = ""
    address: str = ""
    kind: str = ""
    url: str = ""
    source: str = ""
    sample: bool = False
    extra: dict[str, Any] = json_object()
    retired_at: datetime | None = later()
    updated_at: datetime = moment()


class WardFact(Table, table=True):
    """One figure about one ward; never shown without its source and date."""

    __tablename__ = "ward_fact"

    ward: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    as_of: str = Field(primary_key=True)
    value: str = ""
    unit: str = ""
    source: str = ""
    extra: dict[str, Any] = json_object()
    updated_at: datetime = moment()


class Scheme(Table, table=True):
    """A scheme or programme a citizen may want to use."""

    id: str = Field(primary_key=True)
    name: str
    summary: str = ""
    url: str = ""
    source: str = ""
    extra: dict[str, Any] = json_object()
    updated_at: datetime = moment()


class KnowledgeChange(Table, table=True):
    """The change log each process follows to keep its own search index fresh."""

    __tablename__ = "knowledge_change"

    id: int | None = row_id()
    kind: str  # case, organisation, ward-fact, scheme
    entry_id: str
    at: datetime = moment()


class MatchVote(Table, table=True):
    """What a member of staff said of a hit they were shown: useful or wrong; nobody's words are in it."""

    __tablename__ = "match_vote"
    __table_args__ = (
        UniqueConstraint("kind", "entry_id", "about", "by"),  # its first columns serve the tally, too
        Index("match_vote_said", "about", "by"),
    )

    id: int | None = row_id()
    kind: str  # case or organisation
    entry_id: str  # stays when the entry is retired: it may come back with the next import
    about: str = ""  # the number of the case it was shown for; empty for a command
    by: str  # a Slack id
    useful: bool
    at: datetime = moment()
