"""How boards with Gcam's firmware fare, for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boards",
        sa.Column("camera_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Float, primary_key=True),
        sa.Column("said", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("boards")
