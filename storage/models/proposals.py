"""Citizens, what they agreed to, and the proposals they tell."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import BigId, Table, json_object, later, moment, row_id
from storage.models.words import Channel, PartState, ProposalState


class Citizen(Table, table=True):
    """A person on LINE. Nothing but the platform's id is known before consent."""

    id: int | None = row_id()
    line_user_id: str | None = Field(default=None, unique=True)  # None once erased
    following: bool = True
    following_at: datetime | None = later()  # of the newest event that says so, by LINE's clock
    notices: bool = True  # 通知を止める sets this to False
    conversation: int = 1  # Rasa's conversation is "<id>-<conversation>": a new one per consultation
    busy_told_at: datetime | None = later()  # one holding reply per outage
    created_at: datetime = moment()


class Consent(Table, table=True):
    """The version of the notice a citizen agreed to, and when."""

    id: int | None = row_id()
    citizen_id: int = Field(foreign_key="citizen.id", index=True, sa_type=BigId)
    version: str
    at: datetime = moment()


class Proposal(Table, table=True):
    """The five answers and what belongs to them; a draft until the citizen sends it."""

    id: int | None = row_id()
    citizen_id: int | None = Field(default=None, foreign_key="citizen.id", index=True, sa_type=BigId)
    channel: str = Channel.LINE
    state: str = Field(default=ProposalState.DRAFT, index=True)
    consent_id: int | None = Field(default=None, foreign_key="consent.id", sa_type=BigId)
    question: str | None = None  # the open question: one of the nine, or "review"
    mode: str = ""  # "add" (追記する) or "correct" (なおす, 戻る) when the open question has an answer already
    before: str | None = None  # the question that was open before, whose answer may still be arriving
    asked_at: datetime | None = later()  # when LINE took the message that asks the open question
    turn_key: str | None = None  # the last message that changed this row: makes a replay harmless
    skipped: dict[str, bool] = json_object()  # questions passed over with スキップ
    ward: str | None = None
    party: str | None = None  # PartyKind
    name: str | None = None
    contact: str | None = None
    paused_at: datetime | None = later()
    created_at: datetime = moment()
    updated_at: datetime = moment()
    sent_at: datetime | None = later()


class AnswerPart(Table, table=True):
    """One message of an answer, verbatim; an answer is its kept parts in order."""

    __tablename__ = "answer_part"
    __table_args__ = (UniqueConstraint("proposal_id", "message_key"),)

    id: int | None = row_id()
    proposal_id: int = Field(foreign_key="proposal.id", index=True, sa_type=BigId)
    question: str
    state: str = PartState.KEPT
    kind: str = "text"  # text, or a kind of message without words: image, video, audio, file, location, sticker, emoji
    text: str = ""  # the words, or a description in brackets for what has none
    offered: str = ""  # of a doubtful message: the intent of the command it may have meant
    message_key: str  # the inbox key it came with: a replay adds nothing
    line_message_id: str | None = Field(default=None, index=True)  # so that unsend finds it
    said_at: datetime = moment()
    worded_at: datetime | None = later()  # when the citizen edited it to these words, by LINE's clock
    place: int = 0  # among photos sent at once, which have one time: from 1


class Attachment(Table, table=True):
    """A photo or file: a citizen's, downloaded from LINE at once because LINE forgets it; or sent with a reply."""

    id: int | None = row_id()
    citizen_id: int = Field(foreign_key="citizen.id", index=True, sa_type=BigId)
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id", index=True, sa_type=BigId)
    case_id: int | None = Field(default=None, index=True, sa_type=BigId)
    event_id: int | None = Field(default=None, sa_type=BigId)  # the reply it went with; None: the citizen's own
    line_message_id: str = Field(unique=True)  # for files that came in another way: a unique name of ours
    kind: str
    name: str = ""
    media_type: str = ""
    size: int = 0
    content: bytes | None = None  # None until it is downloaded
    problem: str | None = None  # why there is no content: not_fetched, too_large
    created_at: datetime = moment()
