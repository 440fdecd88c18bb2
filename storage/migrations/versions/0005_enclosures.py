"""A file may go to the citizen with a reply: it is an attachment that knows which."""

import sqlalchemy as sa
from alembic import op

from storage.columns import BigId

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("event_id", BigId, nullable=True))


def downgrade() -> None:
    op.drop_column("attachment", "event_id")
