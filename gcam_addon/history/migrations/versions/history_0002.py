"""How often what lasts came and went."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("times", sa.Integer, nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("entries", "times")
