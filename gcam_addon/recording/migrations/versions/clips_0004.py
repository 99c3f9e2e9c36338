"""How folders looked when they were last compared with the index, and which drive they lie on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    folders = op.create_table(
        "folders", sa.Column("path", sa.Text, primary_key=True), sa.Column("looks", sa.Text)
    )
    op.create_table(
        "drive",
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("away_since", sa.Float),
    )
    paths = op.get_bind().scalars(sa.text("SELECT path FROM clips"))
    found = sorted({path.rpartition("/")[0] for path in paths})
    if found:
        op.bulk_insert(folders, [{"path": path} for path in found])


def downgrade() -> None:
    op.drop_table("drive")
    op.drop_table("folders")
