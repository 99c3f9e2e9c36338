"""Where something moved, per event; of those there are nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TILES = 12


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("camera_id", sa.Text, primary_key=True),
        sa.Column("entry_id", sa.Integer, primary_key=True),
        sa.Column("started_at", sa.Float, nullable=False),
        *(sa.Column(f"tile_{tile}", sa.Integer, nullable=False) for tile in range(TILES)),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("places")
