"""Alembic's migrations of events.db; run by `store.Store.open`, never by hand."""

VERSION_TABLE = "history_version"
