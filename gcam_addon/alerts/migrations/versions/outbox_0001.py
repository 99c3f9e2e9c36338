"""What waits to be sent, and what was."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("happening", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("camera_id", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("importance", sa.Text, nullable=False),
        sa.Column("window_s", sa.Float, nullable=False),
        sa.Column("wants_clip", sa.Boolean, nullable=False),
        sa.Column("clip_id", sa.Text),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("picture_bytes", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("sent_at", sa.Float),
        sa.Column("remote", sa.Text),
        sa.Column("said", sa.Text),
        sa.Column("took_s", sa.Float),
        sa.Column("summed_up", sa.Boolean, nullable=False),
    )
    op.create_index("letters_by_destination", "letters", ["destination", "state", "next_at"])
    op.create_index("letters_by_happening", "letters", ["happening", "part"])


def downgrade() -> None:
    op.drop_table("letters")
