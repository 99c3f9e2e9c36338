"""Why something can't be recorded, as it travels."""

from __future__ import annotations

from typing import Final

from gcam_addon.errors import DiskError, LaterVersion, RecordingError, RecordingSlow, StorageFull
from gcam_addon.nodes.messages import Problem

_KINDS: Final = {
    kind.__name__: kind for kind in (RecordingError, DiskError, StorageFull, RecordingSlow, LaterVersion)
}


def problem_of(error: RecordingError | None) -> Problem | None:
    return None if error is None else Problem(type(error).__name__, error.said)


def raised(problem: Problem) -> RecordingError:
    return _KINDS[problem.kind](problem.said)


def raised_if_any(problem: Problem | None) -> RecordingError | None:
    return None if problem is None else raised(problem)
