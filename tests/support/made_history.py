"""A history of as many events as wanted, made in seconds and the same each time: people cross the picture,
each on a path of their own; in one corner something moved but once.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gcam_addon.history.store import HistoryStore
from gcam_addon.model import Region
from gcam_addon.picture.cells import TILES, tiles_of, touched
from tests.support.made_index import DAY_S, NOW

BUSY, QUIET = "street", "yard"
"""Nine in ten happen before the first."""
CORNER = Region(0.9, 0.0, 0.1, 0.1, 1.0)
MIDDLE = Region(0.4, 0.5, 0.2, 0.2, 4.0)
_PATHS = 200


def make_history(folder: Path, events: int, days: float = 90.0) -> Path:
    """`days` of them until `NOW`."""
    path = folder / "events.db"
    store = HistoryStore(path)
    store.open()
    store.close()
    entries, places = zip(*_rows(events, days), strict=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        names = ",".join(entries[0])
        slots = ",".join("?" * len(entries[0]))
        connection.executemany(
            f"INSERT INTO entries ({names}) VALUES ({slots})", (tuple(one.values()) for one in entries)
        )
        connection.executemany(f"INSERT INTO places VALUES ({','.join('?' * (3 + TILES))})", places)
    return path


def _rows(events: int, days: float) -> Iterator[tuple[dict[str, object], tuple[object, ...]]]:
    chance = random.Random(1)
    paths = [tiles_of(_path(chance)) for _ in range(_PATHS)]
    once = tiles_of(touched([CORNER], 0))
    for number in range(events):
        camera_id = QUIET if number % 10 == 0 else BUSY
        started_at = NOW - days * DAY_S * (1 - number / events)
        yield (
            {
                "id": number + 1,
                "key": f"{camera_id}-{number}",
                "kind": "motion",
                "camera_id": camera_id,
                "camera_name": camera_id.title(),
                "started_at": started_at,
                "ended_at": started_at + chance.uniform(3, 60),
                "score": chance.uniform(0, 40),
                "reason": "1.5 % of the picture moved, more than 0.4 %",
                "zones": "[]",
                "picture": True,
            },
            (
                camera_id,
                number + 1,
                started_at,
                *(once if number == events // 2 + 1 else chance.choice(paths)),
            ),
        )


def _path(chance: random.Random) -> int:
    """Across the lower three quarters, from left to right or back."""
    begin, end = chance.uniform(0.3, 0.7), chance.uniform(0.3, 0.7)
    height = chance.uniform(0.05, 0.25)
    steps = [step / 40 for step in range(36)]
    return touched(
        [Region(x, begin + (end - begin) * x, height / 3, height, 100 * height * height / 3) for x in steps],
        0,
    )
