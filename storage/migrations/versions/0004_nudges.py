"""Reminders know their case, their fact and what became of them; rules are stopped case by case."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import BigId, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("case_id", BigId, nullable=True),
    sa.Column("round", sa.Integer(), server_default="1", nullable=False),
    sa.Column("to", sa.String(), server_default="", nullable=False),
    sa.Column("door", sa.String(), server_default="", nullable=False),
    sa.Column("fact_at", Moment(), nullable=True),
    sa.Column("moved_to", Moment(), nullable=True),
    sa.Column("reason", sa.String(), nullable=True),
    sa.Column("messages", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column("late_seconds", sa.Integer(), nullable=True),
    sa.Column("handled_by", sa.String(), nullable=True),
    sa.Column("handled_at", Moment(), nullable=True),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("nudge", column)
    op.execute("UPDATE nudge SET case_id = subject_id WHERE subject LIKE 'case:%'")
    op.create_index("ix_nudge_case_id", "nudge", ["case_id"], unique=False)
    live = sa.text("status = 'new'")
    op.create_index("nudge_live", "nudge", ["due_at", "id"], sqlite_where=live, postgresql_where=live)
    op.create_table(
        "nudge_setting",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "rule"),
    )


def downgrade() -> None:
    op.drop_table("nudge_setting")
    op.drop_index("nudge_live", "nudge")
    op.drop_index("ix_nudge_case_id", "nudge")
    for column in reversed(COLUMNS):
        op.drop_column("nudge", column.name)
