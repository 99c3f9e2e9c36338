"""Alembic's migrations of access.db; run by `store.Store.open`, never by hand."""

VERSION_TABLE = "access_version"
