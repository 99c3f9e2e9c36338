"""Answers without reading all clips: sums per camera, indexes for what is asked, and the age of a clip."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PRESENT = "missing_since IS NULL AND discarded_at IS NULL"
_DELETABLE = f"{_PRESENT} AND protected IS 0"
_ASKED = ["ended_at", "kind", "peak", "protected", "zones"]
_INDEXES = {
    "clips_by_time": (["started_at", "id", "camera_id", *_ASKED, "size_bytes"], _PRESENT),
    "clips_by_camera": (["camera_id", "started_at", "id", *_ASKED], _PRESENT),
    "clips_by_age": (["camera_id", "ages_from", "id"], _DELETABLE),
    "clips_discarded": (["discarded_at"], "discarded_at IS NOT NULL"),
    "clips_missing": (["missing_since"], "missing_since IS NOT NULL"),
}

_COUNT_NEW = """
    INSERT INTO holdings (camera_id, clips, size_bytes) VALUES (NEW.camera_id, 1, NEW.size_bytes)
    ON CONFLICT (camera_id) DO UPDATE SET clips = clips + 1, size_bytes = size_bytes + NEW.size_bytes;
"""
_FORGET_OLD = """
    UPDATE holdings SET clips = clips - 1, size_bytes = size_bytes - OLD.size_bytes
    WHERE camera_id = OLD.camera_id;
    DELETE FROM holdings WHERE camera_id = OLD.camera_id AND clips = 0;
"""
_CHANGES = "UPDATE OF camera_id, size_bytes, missing_since, discarded_at"
_TRIGGERS = {
    "clips_come": ("INSERT", "NEW", _COUNT_NEW),
    "clips_go": ("DELETE", "OLD", _FORGET_OLD),
    "clips_leave": (_CHANGES, "OLD", _FORGET_OLD),
    "clips_return": (_CHANGES, "NEW", _COUNT_NEW),
}


def upgrade() -> None:
    op.add_column("clips", sa.Column("ages_from", sa.Float, nullable=False, server_default="0"))
    op.execute("UPDATE clips SET ages_from = ended_at")
    op.create_table(
        "holdings",
        sa.Column("camera_id", sa.Text, primary_key=True),
        sa.Column("clips", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO holdings SELECT camera_id, count(*), sum(size_bytes) FROM clips "  # noqa: S608
        f"WHERE {_PRESENT} GROUP BY camera_id"
    )
    for name, (when, row, what) in _TRIGGERS.items():
        present = f"{row}.missing_since IS NULL AND {row}.discarded_at IS NULL"
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON clips WHEN {present} BEGIN {what} END")
    op.drop_index("clips_by_time")
    op.drop_index("clips_by_camera")
    for name, (columns, where) in _INDEXES.items():
        op.create_index(name, "clips", columns, sqlite_where=sa.text(where))


def downgrade() -> None:
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    for name in _INDEXES:
        op.drop_index(name)
    op.drop_table("holdings")
    op.drop_column("clips", "ages_from")
    op.create_index("clips_by_time", "clips", ["started_at"])
    op.create_index("clips_by_camera", "clips", ["camera_id", "started_at"])
