"""What moved. Nobody looked at what there is already."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PRESENT = sa.text("missing_since IS NULL AND discarded_at IS NULL")
_ASKED = ["ended_at", "kind", "peak", "protected", "zones"]


def upgrade() -> None:
    for name in ("what", "named"):
        op.add_column("clips", sa.Column(name, sa.JSON(none_as_null=True)))
    _index([*_ASKED, "what"])


def downgrade() -> None:
    _index(_ASKED)
    for name in ("what", "named"):
        op.execute(f"ALTER TABLE clips DROP COLUMN {name}")


def _index(asked: list[str]) -> None:
    for name in ("clips_by_time", "clips_by_camera"):
        op.drop_index(name)
    by_time = ["started_at", "id", "camera_id", *asked, "size_bytes"]
    op.create_index("clips_by_time", "clips", by_time, sqlite_where=_PRESENT)
    by_camera = ["camera_id", "started_at", "id", *asked]
    op.create_index("clips_by_camera", "clips", by_camera, sqlite_where=_PRESENT)
