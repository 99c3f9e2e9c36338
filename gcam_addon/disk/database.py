"""SQLite files, by SQLAlchemy, for this user alone, their schemas kept up by Alembic: what every index here
begins with.

Which tables there are and what they mean belongs to whoever keeps them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def engine_for(path: Path, patience_s: float = 10.0) -> sa.Engine:
    """Not opened yet. Written durably: a power cut loses nothing that was committed. `patience_s`: how long
    it waits for others who have the file locked.
    """
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))

    @sa.event.listens_for(engine, "do_connect")
    def _make_private(*_: object) -> None:
        with suppress(OSError):  # connecting says what is wrong
            path.touch(mode=0o600)
            path.chmod(0o600)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={round(patience_s * 1000)}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def bring_up_to_date(engine: sa.Engine, package: str) -> None:
    """Check the file and run the migrations of `<package>.migrations`.

    Raises `sqlalchemy.exc.DatabaseError` for a file that is no intact database, and Alembic's `CommandError`
    for one that a later version wrote.
    """
    config = _config_for(package)
    with engine.begin() as connection:
        if connection.scalar(sa.text("PRAGMA quick_check")) != "ok":
            raise sa.exc.DatabaseError("PRAGMA quick_check", None, sqlite3.DatabaseError("malformed"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_of_later(path: Path, package: str) -> bool:
    """Whether a later version of Gcam wrote the file; a look at it changes nothing. False where there is
    none, or what is there is no database.
    """
    if not path.is_file():
        return False
    known = {step.revision for step in ScriptDirectory.from_config(_config_for(package)).walk_revisions()}
    table = import_module(f"{package}.migrations").VERSION_TABLE
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute(f"SELECT version_num FROM {table}").fetchall()  # noqa: S608
    except sqlite3.Error:
        return False
    return any(version not in known for (version,) in found)


def _config_for(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(package) / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
