"""Every folder is compared once more: originals without a video are looked for since now."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE folders SET looks = NULL")


def downgrade() -> None:
    """Looking again does no harm."""
