"""What a long history costs: `python benchmarks/many_events.py [EVENTS]`, 200,000 where nothing is said.

Nine in ten are of one camera. It is asked as the page asks for events of a place; CPU time, best of some
rounds; more than 50 ms is marked.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.many_clips import cost_ms, tell
from gcam_addon.history.places import Place
from gcam_addon.history.store import HistoryStore, Wanted
from gcam_addon.model import Region
from gcam_addon.picture.cells import meant
from tests.support.made_history import BUSY, CORNER, MIDDLE, QUIET, make_history
from tests.support.made_index import DAY_S, NOW

_EVENTS = 200_000
_ANSWER_MS = 50.0
_PAGE = 50
_WEEKS_AGO = NOW - 28 * DAY_S
_ALL_OVER = Region(0.0, 0.0, 1.0, 0.2, 20.0)
"""Nothing ever moved there but once: every tile of the upper fifth is looked at."""


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else _EVENTS
    with tempfile.TemporaryDirectory() as name:
        path = make_history(Path(name), events)
        store = HistoryStore(path)
        store.open()
        print(f"{events} events of two cameras, {path.stat().st_size / 1e6:.0f} MB")
        for question, ask in _questions(store).items():
            tell(question, cost_ms(ask), _ANSWER_MS)
        store.close()


def _questions(store: HistoryStore) -> dict[str, Callable[[], object]]:
    return {
        "newest 50": lambda: store.list(Wanted(), _PAGE),
        "50 in the middle": _listed(store, MIDDLE),
        "50 in a corner": _listed(store, CORNER),
        "50 along the top": _listed(store, _ALL_OVER),
        "50 of four weeks": lambda: store.list(_in(CORNER, after=_WEEKS_AGO), _PAGE),
        "50 of four weeks, then": lambda: store.list(_in(CORNER, before=_WEEKS_AGO), _PAGE),
        "50 of the quiet one": _listed(store, CORNER, QUIET),
        "the next 50": lambda: store.list(_in(MIDDLE, older_than=1000), _PAGE),
        "only new, a corner": lambda: store.list(_in(CORNER, reviewed=False), _PAGE),
        "how many in a corner": lambda: store.count(_in(CORNER)),
        "how many in the middle": lambda: store.count(_in(MIDDLE, after=_WEEKS_AGO)),
        "their days": lambda: store.quarters(_in(MIDDLE, after=_WEEKS_AGO)),
        "since when": lambda: store.unplaced_until(BUSY),
    }


def _listed(store: HistoryStore, region: Region, camera_id: str = BUSY) -> Callable[[], object]:
    return lambda: store.list(_in(region, camera_id), _PAGE)


def _in(
    region: Region,
    camera_id: str = BUSY,
    *,
    after: float | None = None,
    before: float | None = None,
    older_than: int | None = None,
    reviewed: bool | None = None,
) -> Wanted:
    return Wanted(
        camera_ids=frozenset({camera_id}),
        after=after,
        before=before,
        older_than=older_than,
        reviewed=reviewed,
        place=Place(camera_id, meant(region, 0)),
    )


if __name__ == "__main__":
    main()
