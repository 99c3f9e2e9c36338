"""The index's tables. A change here needs a migration in `migrations/versions/`; a test compares them.

Every question that is asked often has an index that answers it alone: see docs/design/recording.md.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, MetaData, Table, Text, and_

METADATA = MetaData()

CLIPS = Table(
    "clips",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("camera_id", Text, nullable=False),
    Column("camera_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float, nullable=False),
    Column("path", Text, nullable=False, unique=True),
    Column("thumbnail", Text),
    Column("size_bytes", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("peak", Float, nullable=False),
    Column("reason", Text, nullable=False),
    # What the reason is made of, so that each reader has it in their language; NULL: plain text.
    Column("said", JSON(none_as_null=True)),
    Column("event_ids", JSON, nullable=False),
    Column("zones", JSON, nullable=False),
    # Kinds of what moved, the main one first, and where each was seen best; NULL: nobody looked.
    Column("what", JSON(none_as_null=True)),
    Column("named", JSON(none_as_null=True)),
    Column("protected", Boolean, nullable=False),
    # When the file was first found gone: a drive that comes back brings its clips back as they were.
    Column("missing_since", Float),
    # When somebody deleted it: until the trash is emptied they may have it back. 0: its files are going.
    Column("discarded_at", Float),
    # The later of its end and the moment it was indexed, so that a clock that was behind makes no clip old.
    Column("ages_from", Float, nullable=False, server_default="0"),
)

PRESENT = and_(CLIPS.c.missing_since.is_(None), CLIPS.c.discarded_at.is_(None))
DELETABLE = and_(PRESENT, CLIPS.c.protected.is_(False))

# All that a filter may ask for, so that a clip is read only when it is wanted.
_ASKED = (CLIPS.c.ended_at, CLIPS.c.kind, CLIPS.c.peak, CLIPS.c.protected, CLIPS.c.zones, CLIPS.c.what)
Index(
    "clips_by_time",
    CLIPS.c.started_at,
    CLIPS.c.id,
    CLIPS.c.camera_id,
    *_ASKED,
    CLIPS.c.size_bytes,
    sqlite_where=PRESENT,
)
Index("clips_by_camera", CLIPS.c.camera_id, CLIPS.c.started_at, CLIPS.c.id, *_ASKED, sqlite_where=PRESENT)
Index("clips_by_age", CLIPS.c.camera_id, CLIPS.c.ages_from, CLIPS.c.id, sqlite_where=DELETABLE)
Index("clips_discarded", CLIPS.c.discarded_at, sqlite_where=CLIPS.c.discarded_at.is_not(None))
Index("clips_missing", CLIPS.c.missing_since, sqlite_where=CLIPS.c.missing_since.is_not(None))

HOLDINGS = Table(
    "holdings",
    METADATA,
    # What there is of each camera, kept up by triggers on `clips`.
    Column("camera_id", Text, primary_key=True),
    Column("clips", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

FOLDERS = Table(
    "folders",
    METADATA,
    # Where clips lie, and how each folder looked when it was last compared with the index; NULL: not yet.
    Column("path", Text, primary_key=True),
    Column("looks", Text),
)

DRIVE = Table(
    "drive",
    METADATA,
    # One row: which drive holds the recordings, and since when it has been away.
    Column("row", Integer, primary_key=True),
    Column("name", Text),
    Column("away_since", Float),
)

SHARES = Table(
    "shares",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("clip_id", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("maker_id", Text, nullable=False, server_default=""),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("used_at", Float),
)
