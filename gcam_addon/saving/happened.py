"""Motion as a running Gcam's history tells of it, and which of it is wanted. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from gcam_addon.errors import ProtocolError

CLIP_WITHIN_S: Final = 2 * 86_400.0
"""How long after its end a clip is waited for that nobody says will not come."""
_INTERRUPTED = "interrupted"
"""Gcam ended before the clip was made: the next run makes it of what is left, mostly."""
_UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the history. `ended_at` None: it lasts; `code`: why there is no clip."""

    id: int
    camera_id: str
    started_at: float
    ended_at: float | None = None
    code: str | None = None
    clip_id: str | None = None
    picture: bool = False
    what: frozenset[str] = frozenset()

    @classmethod
    def told(cls, entry: Mapping[str, Any]) -> Self:
        """Raises ProtocolError."""
        try:
            ended_at, clip_id, code = (entry[name] for name in ("ended_at", "clip_id", "code"))
            read = cls(
                int(entry["id"]),
                str(entry["camera_id"]),
                float(entry["started_at"]),
                None if ended_at is None else float(ended_at),
                None if code is None else str(code),
                None if clip_id is None else str(clip_id),
                bool(entry["picture"]),
                frozenset(map(str, entry["what"] or ())),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ProtocolError(f"its history has an entry that can't be read ({error!r})") from error
        if not math.isfinite(read.started_at):
            raise ProtocolError("its history has an entry without a time")
        return read


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be saved; empty: of whichever camera, and whatever moved."""

    cameras: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    clips: bool = False

    @property
    def key(self) -> str:
        """The same for the same wish, in every run."""
        cameras, kinds = ",".join(sorted(self.cameras)), ",".join(sorted(self.kinds))
        return f"cameras={cameras} kinds={kinds} {'clips' if self.clips else 'pictures'}"

    def wants(self, one: Happened) -> bool:
        return one.code != _UNWANTED and (not self.kinds or bool(self.kinds & one.what))

    def is_settled(self, one: Happened, now: float) -> bool:
        """Nothing of it will come that is not there by `now`."""
        if one.ended_at is None:
            return False
        is_clip_awaited = one.clip_id is None and one.code in (None, _INTERRUPTED)
        return not (self.clips and is_clip_awaited and now - one.ended_at < CLIP_WITHIN_S)
