"""The tables as they were when the desk became one for every kind of record."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import BigId, Moment

revision = "0006"
down_revision = None
branch_labels = None
depends_on = None

LIVE: dict[str, Any] = {"sqlite_where": sa.text("status = 'new'"), "postgresql_where": sa.text("status = 'new'")}
TABLES = [  # in the order of their references
    "citizen", "counter", "inbox", "knowledge_change", "match_vote", "nudge", "organisation", "outbox",
    "past_case", "scheme", "staff", "unsent", "ward_fact", "consent", "proposal", "answer_part", "attachment",
    "case", "assessment", "case_event", "check_in", "evidence", "guest", "hypothesis", "link_code", "meeting",
    "nudge_setting", "plan_task", "publication", "stakeholder", "invitation",
]  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "citizen",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("line_user_id", sa.String(), nullable=True, unique=True),
        sa.Column("following", sa.Boolean(), nullable=False),
        sa.Column("notices", sa.Boolean(), nullable=False),
        sa.Column("conversation", sa.Integer(), nullable=False),
        sa.Column("busy_told_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("conv", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("error_class", sa.String(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
    )
    op.create_index("inbox_live", "inbox", ["conv", "id"], **LIVE)
    op.create_table(
        "knowledge_change",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_table(
        "match_vote",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("kind", "entry_id", "about", "by"),
    )
    op.create_index("match_vote_said", "match_vote", ["about", "by"])
    op.create_table(
        "nudge",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=True, index=True),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("fact_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=False, index=True),
        sa.Column("moved_to", Moment(), nullable=True),
        sa.Column("status", sa.String(), nullable=False, index=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("late_seconds", sa.Integer(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=True),
        sa.Column("handled_at", Moment(), nullable=True),
        sa.UniqueConstraint("rule", "subject", "occurrence"),
    )
    op.create_index("nudge_live", "nudge", ["due_at", "id"], **LIVE)
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kana", sa.String(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("dest", sa.String(), nullable=False),
        sa.Column("conv", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("retry_uuid", sa.String(), nullable=False),
        sa.Column("reply_token", sa.String(), nullable=True),
        sa.Column("token_at", Moment(), nullable=True),
        sa.Column("sent_as", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_try_at", Moment(), nullable=True),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("ext_id", sa.String(), nullable=True),
        sa.Column("error_class", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
    )
    op.create_index("outbox_live", "outbox", ["conv", "id"], **LIVE)
    op.create_table(
        "past_case",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("schemes", sa.JSON(), nullable=False),
        sa.Column("organisations", sa.JSON(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
    )
    op.create_table(
        "scheme",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("slack_id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("affiliation", sa.String(), nullable=False),
        sa.Column("wards", sa.JSON(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("only_ward", sa.String(), nullable=False),
        sa.Column("away_until", Moment(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
    )
    op.create_table(
        "unsent",
        sa.Column("message_id", sa.String(), primary_key=True),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_table(
        "ward_fact",
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "indicator", "as_of"),
    )
    op.create_table(
        "consent",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("citizen_id", BigId, sa.ForeignKey("citizen.id"), nullable=False, index=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_table(
        "proposal",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("citizen_id", BigId, sa.ForeignKey("citizen.id"), nullable=True, index=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("consent_id", BigId, sa.ForeignKey("consent.id"), nullable=True),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("turn_key", sa.String(), nullable=True),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("paused_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
    )
    op.create_table(
        "answer_part",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("proposal_id", BigId, sa.ForeignKey("proposal.id"), nullable=False, index=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("offered", sa.String(), nullable=False),
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("line_message_id", sa.String(), nullable=True, index=True),
        sa.Column("said_at", Moment(), nullable=False),
        sa.UniqueConstraint("proposal_id", "message_key"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("citizen_id", BigId, sa.ForeignKey("citizen.id"), nullable=False, index=True),
        sa.Column("proposal_id", BigId, sa.ForeignKey("proposal.id"), nullable=True, index=True),
        sa.Column("case_id", BigId, nullable=True, index=True),
        sa.Column("event_id", BigId, nullable=True),
        sa.Column("line_message_id", sa.String(), nullable=False, unique=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
    )
    op.create_table(
        "case",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("number", sa.String(), nullable=False, unique=True),
        sa.Column("kind", sa.String(), nullable=False, index=True),
        sa.Column("proposal_id", BigId, sa.ForeignKey("proposal.id"), nullable=True, unique=True),
        sa.Column("citizen_id", BigId, sa.ForeignKey("citizen.id"), nullable=True, index=True),
        sa.Column("stage", sa.String(), nullable=False, index=True),
        sa.Column("stage_since", Moment(), nullable=False),
        sa.Column("main", sa.String(), nullable=True),
        sa.Column("sub", sa.String(), nullable=True),
        sa.Column("city_staff", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("card_ts", sa.String(), nullable=True),
        sa.Column("ward_channel_id", sa.String(), nullable=True),
        sa.Column("ward_card_ts", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("check_in_months", sa.JSON(), nullable=False),
        sa.Column("promised_by", Moment(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
    )
    op.create_table(
        "assessment",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("case_id", "criterion", "by"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True, unique=True),
    )
    op.create_table(
        "check_in",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.UniqueConstraint("case_id", "round", "months"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("waived", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("case_id", "key"),
    )
    op.create_table(
        "guest",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("slack_id", sa.String(), nullable=False, index=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.UniqueConstraint("case_id", "slack_id"),
    )
    op.create_table(
        "hypothesis",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.UniqueConstraint("case_id", "version"),
    )
    op.create_table(
        "link_code",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
    )
    op.create_table(
        "meeting",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("agenda", sa.String(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("open_to_citizen", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("fixed_at", Moment(), nullable=True),
    )
    op.create_table(
        "nudge_setting",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("case_id", "rule"),
    )
    op.create_table(
        "plan_task",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("milestone", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("dropped_at", Moment(), nullable=True),
    )
    op.create_table(
        "publication",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, unique=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("organisations", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("editor", sa.String(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
    )
    op.create_table(
        "stakeholder",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case_id", BigId, sa.ForeignKey("case.id"), nullable=False, index=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
    )
    op.create_table(
        "invitation",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("meeting_id", BigId, sa.ForeignKey("meeting.id"), nullable=False, index=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.UniqueConstraint("meeting_id", "who"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
