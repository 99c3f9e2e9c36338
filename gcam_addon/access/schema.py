"""The tables of access.db. A change here needs a migration in `migrations/versions/`: a test compares."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Integer, MetaData, Table, Text

METADATA = MetaData()

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("cameras", JSON),
    Column("created_at", Float, nullable=False),
    Column("password_hash", Text),
    Column("home_assistant_id", Text, unique=True),
    Column("standing", Text, nullable=False, server_default="active"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("person_id", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("last_seen_at", Float, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("proven_at", Float, nullable=False, server_default="0"),
)

FACTORS = Table(
    "factors",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("credential", Text, unique=True),
    Column("count", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("last_used_at", Float),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("prefix", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("cameras", JSON),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("last_used_at", Float),
    Column("created_by", Text, nullable=False),
)

DEEDS = Table(
    "deeds",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("who_id", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Index("deeds_by_time", "at"),
)
