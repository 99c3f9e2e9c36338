"""Who has looked at an entry, and when. What there is already counts as looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("reviewed_at", sa.Float))
    op.add_column("entries", sa.Column("reviewed_by", sa.Text))
    op.execute("UPDATE entries SET reviewed_at = started_at")
    op.create_index("entries_by_review", "entries", ["reviewed_at", "camera_id"])


def downgrade() -> None:
    op.drop_index("entries_by_review", "entries")
    op.drop_column("entries", "reviewed_by")
    op.drop_column("entries", "reviewed_at")
