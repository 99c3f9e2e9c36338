"""Alembic's migrations of the clip index; run by `library.Library.open`, never by hand."""

VERSION_TABLE = "recording_version"
"""Its own, so that other parts may keep tables in the same file."""
