"""Photos that a citizen sent at once know each other, and an answer shows them in the order they were chosen."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KNOWN: dict[str, Any] = {
    "sqlite_where": sa.text("together IS NOT NULL"),
    "postgresql_where": sa.text("together IS NOT NULL"),
}


def upgrade() -> None:
    op.add_column("inbox", sa.Column("together", sa.String(), nullable=True))
    op.create_index("inbox_together", "inbox", ["conv", "together"], **KNOWN)
    op.add_column("answer_part", sa.Column("place", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("answer_part", "place")
    op.drop_index("inbox_together", "inbox")
    op.drop_column("inbox", "together")
