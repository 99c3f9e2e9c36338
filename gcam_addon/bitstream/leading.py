"""Pictures that come behind a key and are shown before it, where groups are open: they build on what came
before the key, too (H.265's RASL; in H.264 whatever lies so behind a key that is no IDR). Where decoding
begins with that key they are no good. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gcam_addon.bitstream.nal import kind_of
from gcam_addon.model import Codec, Unit

_INTRA: Final = 1
_KEYS: Final = frozenset({_INTRA, 5})
"""Of H.264: a slice of any picture, and that of an IDR."""
_OPEN: Final = frozenset({16, 21})
"""Of H.265: BLA_W_LP and CRA."""
_RASL: Final = frozenset({8, 9})


class Leading:
    """Behind one key."""

    def __init__(self, key: Unit) -> None:
        self._key_s = key.pts_s
        self.may_come = _is_open(key)

    def is_lost(self, unit: Unit) -> bool:
        """Whether it is of no use without what came before the key. Ask in order."""
        if not self.may_come or unit.is_sound:
            return False
        if unit.is_key or unit.pts_s > self._key_s:
            self.may_come = unit.pts_s == self._key_s  # it is asked for itself
            return False
        codec = unit.tracks.video.codec
        return codec is Codec.H264 or any(kind in _RASL for kind in _kinds(unit, codec))


def _is_open(key: Unit) -> bool:
    codec = key.tracks.video.codec
    if not codec.is_inter:
        return False
    kinds = frozenset(_kinds(key, codec))
    return kinds & _KEYS == {_INTRA} if codec is Codec.H264 else not kinds.isdisjoint(_OPEN)


def _kinds(unit: Unit, codec: Codec) -> Iterator[int]:
    data, at = unit.data, 0
    while at + 4 < len(data):
        yield kind_of(data[at + 4 : at + 6], codec)
        at += 4 + int.from_bytes(data[at : at + 4])
