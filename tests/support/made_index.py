"""An index of as many clips as wanted, made in seconds and the same each time; there are no files to it."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.support.library import filled_library

DAY_S = 86_400.0
NOW = 1_795_000_000.0
CAMERAS = tuple(f"camera_{number}" for number in range(8))
RARE_ZONE = "Cellar"
"""Nothing moves there but once."""


def make_index(folder: Path, clips: int, days: float = 365.0) -> Path:
    """`days` of a busy house until `NOW`; one in two hundred is protected."""
    filled_library(folder).close()
    path = folder / "gcam.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(clips)")]
        rows = ([row.get(column) for column in columns] for row in _rows(clips, days))
        places = ",".join("?" * len(columns))
        connection.executemany(f"INSERT INTO clips VALUES ({places})", rows)
        folders = {path.rpartition("/")[0] for (path,) in connection.execute("SELECT path FROM clips")}
        connection.executemany("INSERT INTO folders (path) VALUES (?)", [(path,) for path in folders])
    return path


def _rows(clips: int, days: float) -> Iterator[dict[str, object]]:
    chance = random.Random(1)
    for number in range(clips):
        started_at = NOW - days * DAY_S * (1 - number / clips)
        camera_id = chance.choice(CAMERAS)
        day, stem = time.strftime("%Y-%m-%d %H-%M-%S", time.gmtime(started_at)).split()
        ended_at = started_at + chance.uniform(5, 60)
        zones = [RARE_ZONE] if number == clips // 2 else chance.choice([[], [], ["Path"], ["Door", "Path"]])
        yield {
            "id": f"{int(started_at * 1000):x}-{chance.getrandbits(40):010x}",
            "camera_id": camera_id,
            "camera_name": camera_id.replace("_", " ").title(),
            "kind": "manual" if number % 100 == 0 else "motion",
            "started_at": started_at,
            "ended_at": ended_at,
            "path": f"recordings/{camera_id}/{day}/{stem}-{number}.mp4",
            "thumbnail": f"thumbnails/{camera_id}/{day}/{stem}-{number}.jpg",
            "size_bytes": chance.randrange(10**5, 10**7),
            "frames": 300,
            "width": 800,
            "height": 600,
            "peak": chance.uniform(0, 40),
            "reason": "1.5 % of the picture moved, more than 0.4 %",
            "event_ids": json.dumps([f"{chance.getrandbits(64):x}"]),
            "zones": json.dumps(zones),
            "protected": number % 200 == 0,
            "ages_from": ended_at,
        }
