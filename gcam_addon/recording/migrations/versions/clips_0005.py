"""Whose a link is, and how often it was watched."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shares", sa.Column("maker_id", sa.Text, nullable=False, server_default=""))
    op.add_column("shares", sa.Column("used", sa.Integer, nullable=False, server_default="0"))
    op.add_column("shares", sa.Column("used_at", sa.Float))


def downgrade() -> None:
    with op.batch_alter_table("shares") as table:
        for name in ("used_at", "used", "maker_id"):
            table.drop_column(name)
