"""What of all that moves counts in a mode, and how long whoever moves has to disarm. Pure."""

from __future__ import annotations

from gcam_addon.guard.inputs import Moved
from gcam_addon.model import Kind
from gcam_addon.model.guard import GuardMode

_ALL = frozenset(Kind)


def entry_s_of(mode: GuardMode, moved: Moved) -> float | None:
    """How long there is to disarm, 0: none at all. None: it does not count, or not yet."""
    entry_s = _by_place(mode, moved)
    return entry_s if entry_s is not None and _is_wanted(mode, moved) else None


def _by_place(mode: GuardMode, moved: Moved) -> float | None:
    """The shortest of where it moved. A zone that is watched for itself stands before its camera."""
    mine = {watch.zone: watch.entry_s for watch in mode.watches if watch.camera_id == moved.camera_id}
    whole = mine.get(None)
    places = [mine.get(zone, whole) for zone in moved.zones] or [whole]
    return min((entry_s for entry_s in places if entry_s is not None), default=None)


def _is_wanted(mode: GuardMode, moved: Moved) -> bool:
    """What nobody looked at counts. Where somebody does, what only some kinds count for waits for the name,
    or for the end.
    """
    if frozenset(mode.kinds) >= _ALL:
        return True
    if moved.what is not None:
        return not frozenset(mode.kinds).isdisjoint(moved.what)
    return moved.is_over or not moved.is_named
