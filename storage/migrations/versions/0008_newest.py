"""The newest word counts, not the one that came last: since when a wording stands, and a citizen is there or not."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer_part", sa.Column("worded_at", Moment(), nullable=True))
    op.add_column("citizen", sa.Column("following_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("citizen", "following_at")
    op.drop_column("answer_part", "worded_at")
