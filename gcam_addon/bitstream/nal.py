"""NAL units, which H.264 and H.265 pictures are made of: cameras send them with start codes between (Annex
B), files keep them with their lengths before (MP4, Matroska). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from gcam_addon.model import Codec

_START = b"\0\0\1"
_AUD = {Codec.H264: 9, Codec.H265: 35}
_PARAMETERS = {Codec.H264: frozenset({7, 8}), Codec.H265: frozenset({32, 33, 34})}


def split(annex_b: bytes) -> Iterator[bytes]:
    """The NAL units, without start codes and padding."""
    begin = annex_b.find(_START)
    while begin >= 0:
        begin += 3
        end = annex_b.find(_START, begin)
        nal = annex_b[begin:end] if end >= 0 else annex_b[begin:]
        if nal := nal.rstrip(b"\0"):
            yield nal
        begin = end


def length_prefixed(annex_b: bytes, codec: Codec) -> bytes:
    """As files keep them; delimiters of access units are left out."""
    aud = _AUD[codec]
    return b"".join(len(nal).to_bytes(4, "big") + nal for nal in split(annex_b) if kind_of(nal, codec) != aud)


def parameter_sets(annex_b: bytes, codec: Codec) -> tuple[bytes, ...]:
    """Those of the unit, in order: as long as they are the same, so is the stream's description."""
    wanted = _PARAMETERS[codec]
    return tuple(nal for nal in split(annex_b) if kind_of(nal, codec) in wanted)


def kind_of(nal: bytes, codec: Codec) -> int:
    """`nal_unit_type`."""
    return nal[0] & 31 if codec is Codec.H264 else nal[0] >> 1 & 63
