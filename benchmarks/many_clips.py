"""What a large index costs: `python benchmarks/many_clips.py [CLIPS]`, 200,000 where nothing is said.

An index is made of a busy house's year, then asked as retention and the page ask. CPU time, best of some
rounds; more than 20 ms for a look or 50 ms for an answer is marked.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gcam_addon.clock import ManualClock
from gcam_addon.config.model import RetentionSettings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.model import ANY_CLIP, Clip, ClipFilter, ClipKind
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.keeper import Keeper
from gcam_addon.recording.library import Library
from gcam_addon.recording.silence import Silence
from tests.support.made_index import CAMERAS, DAY_S, NOW, RARE_ZONE, make_index

_CLIPS = 200_000
_ROUNDS = 5
_LOOK_MS, _ANSWER_MS = 20.0, 50.0
_SOME = frozenset(CAMERAS[:3])
_MONTH = ClipFilter(after=NOW - 30 * DAY_S, before=NOW)


def main() -> None:
    clips = int(sys.argv[1]) if len(sys.argv) > 1 else _CLIPS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = make_index(folder, clips)
        library = Library(path, lambda: NOW)
        print(f"{clips} clips of {len(CAMERAS)} cameras, {path.stat().st_size / 1e6:.0f} MB")
        tell("opened", cost_ms(lambda: _opened(library)), None)
        _lies_there(folder, library)
        look = _look(folder, library)
        tell("a look of retention", cost_ms(look), _LOOK_MS)
        for question, ask in _questions(library).items():
            tell(question, cost_ms(ask), _ANSWER_MS)
        library.close()


def _questions(library: Library) -> dict[str, Callable[[], object]]:
    """What the page asks, and what costs most of what it could ask."""
    deep = library.list(ClipFilter(before=NOW - 300 * DAY_S), limit=1)[0]
    return {
        "newest 100": _listed(library),
        "newest 1000": lambda: library.list(limit=1000),
        "100 of a camera": _listed(library, ClipFilter(frozenset(CAMERAS[:1]))),
        "100 of three cameras": _listed(library, ClipFilter(_SOME)),
        "100 by hand": _listed(library, ClipFilter(kinds=frozenset({ClipKind.MANUAL}))),
        "100 in a zone": _listed(library, ClipFilter(zone="Path")),
        "100 protected": _listed(library, ClipFilter(protected=True)),
        "100, ten months on": _listed(library, ClipFilter(older_than=(deep.started_at, deep.id))),
        "a kind there is not": _listed(library, ClipFilter(kinds=frozenset({ClipKind.TIMELAPSE}))),
        "a zone entered once": _listed(library, ClipFilter(zone=RARE_ZONE)),
        "a length there is not": _listed(library, ClipFilter(min_length_s=1000.0)),
        "a score there is not": _listed(library, ClipFilter(min_score=101.0)),
        "cameras there are not": _listed(library, ClipFilter(frozenset({"x", "y"}))),
        "days of a month": lambda: library.days(_MONTH),
        "days of the year": lambda: library.days(ANY_CLIP),
        "cameras of a month": lambda: library.cameras(_MONTH),
        "cameras of the year": lambda: library.cameras(ANY_CLIP),
        "stored per camera": library.stored,
        "usage of a week": lambda: library.usage(NOW - 7 * DAY_S),
        "totals": library.totals,
        "an hour of a camera": lambda: library.overlapping(CAMERAS[0], NOW - 3600, NOW),
    }


def _listed(library: Library, wanted: ClipFilter = ANY_CLIP) -> Callable[[], object]:
    return lambda: library.list(wanted, limit=100)


def _look(folder: Path, library: Library) -> Callable[[], object]:
    """With a limit that holds: nothing has to go."""
    clock = ManualClock(wall_offset_s=NOW)
    settings = StorageSettings(folder, folder, RetentionSettings(400.0, 10**15, 0))
    finisher = Finisher(settings, library, _unheard, clock=clock, duties=Duties(clock))
    keeper = Keeper(folder, settings.retention, library, finisher, clock, silence=Silence(clock))

    def look() -> None:
        keeper.must_reconcile(blocked=False)
        keeper.empty_trash({}, blocked=False)
        keeper.look({}, blocked=False)

    return look


def _lies_there(folder: Path, library: Library) -> None:
    """The drive is the right one."""
    oldest = folder / library.earliest(1, NOW)[0].path
    oldest.parent.mkdir(parents=True)
    oldest.touch()


def _unheard(_clip: Clip) -> None:
    """No clip is made here."""


def _opened(library: Library) -> None:
    library.close()
    library.open()


def cost_ms(work: Callable[[], object]) -> float:
    costs = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return min(costs) * 1000


def tell(what: str, cost_ms: float, most_ms: float | None) -> None:
    mark = " !" if most_ms is not None and cost_ms > most_ms else ""
    print(f"| {what:<22} | {cost_ms:7.1f} ms |{mark}")


if __name__ == "__main__":
    main()
