"""What a reason is made of. Those there are keep their English text."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clips", sa.Column("said", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("clips", "said")
