"""What moved. Nobody looked at what there is already."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("what", "named"):
        op.add_column("entries", sa.Column(name, sa.JSON(none_as_null=True)))


def downgrade() -> None:
    with op.batch_alter_table("entries") as table:
        table.drop_column("named")
        table.drop_column("what")
