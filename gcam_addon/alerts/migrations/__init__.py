"""Alembic's migrations of outbox.db; run by `outbox.Outbox.open`, never by hand."""

VERSION_TABLE = "outbox_version"
