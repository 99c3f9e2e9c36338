"""SQLite files, by SQLAlchemy, for this user alone, their schemas kept up by Alembic: what every index here
begins with.

Which tables there are and what they mean belongs to whoever keeps them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa


class LaterSchema(Exception):  # noqa: N818
    """A later version of Gcam wrote the file."""


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
    """Check the file and run the migrations of `<package>.migrations` that it lacks.

    Raises `sqlalchemy.exc.DatabaseError` for a file that is no intact database, and `LaterSchema`.
    """
    known = revisions(package)
    with engine.begin() as connection:
        if connection.scalar(sa.text("PRAGMA quick_check")) != "ok":
            raise sa.exc.DatabaseError("PRAGMA quick_check", None, sqlite3.DatabaseError("malformed"))
        found = _revision_of(connection, package)
        if found is not None and found not in known:
            raise LaterSchema(found)
        if found != known[-1]:
            _migrate(connection, package)


def one_of(names: sa.Column[list[str] | None], wanted: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether one of these plain words is in a JSON list of them."""
    return sa.or_(*(sa.func.instr(names, sa.literal(f'"{word}"', sa.Text)) > 0 for word in sorted(wanted)))


def is_of_later(path: Path, package: str) -> bool:
    """Whether a later version of Gcam wrote the file; a look at it changes nothing. False where there is
    none, or what is there is no database.
    """
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute(f"SELECT version_num FROM {_version_table(package)}").fetchall()  # noqa: S608
    except sqlite3.Error:
        return False
    return any(version not in revisions(package) for (version,) in found)


def revisions(package: str) -> list[str]:
    """Of `<package>.migrations`, the newest last. By the names of their modules: `<what>_<revision>.py`."""
    there = [Path(file.name) for file in (files(package) / "migrations" / "versions").iterdir()]
    steps = [file.stem for file in there if file.suffix == ".py" and file.stem != "__init__"]
    return sorted(step.rpartition("_")[2] for step in steps)


def _revision_of(connection: sa.Connection, package: str) -> str | None:
    """The last migration that was run; None: none was."""
    table = _version_table(package)
    is_there = sa.text("SELECT count(*) FROM sqlite_master WHERE name = :name")
    if not connection.scalar(is_there, {"name": table}):
        return None
    found: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {table}"))  # noqa: S608
    return found


def _version_table(package: str) -> str:
    return str(import_module(f"{package}.migrations").VERSION_TABLE)


def _migrate(connection: sa.Connection, package: str) -> None:
    # Here, since a start that finds everything up to date does without it: 0.2 s on a PC, a second on a Pi.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files(package) / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
