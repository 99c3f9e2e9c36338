"""NAL units, which H.264 and H.265 pictures are made of: cameras send them with start codes between (Annex
B), files keep them with their lengths before (MP4, Matroska). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gcam_addon.model import Codec

_START = b"\0\0\1"
_AUD = {Codec.H264: 9, Codec.H265: 35}
_KEYS = {Codec.H264: frozenset({5}), Codec.H265: frozenset(range(16, 22))}
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


def annex_b(unit: bytes, setup: Sequence[bytes] = ()) -> bytes:
    """Of a unit with lengths: with start codes, `setup` before it."""
    parts, at = list(setup), 0
    while at + 4 <= len(unit):
        length = int.from_bytes(unit[at : at + 4], "big")
        parts.append(unit[at + 4 : at + 4 + length])
        at += 4 + length
    return b"".join(b"\0\0\0\1" + nal for nal in parts)


def parameter_sets(annex_b: bytes, codec: Codec) -> tuple[bytes, ...]:
    """Those of the unit, in order: as long as they are the same, so is the stream's description."""
    wanted = _PARAMETERS[codec]
    return tuple(nal for nal in split(annex_b) if kind_of(nal, codec) in wanted)


def is_key(annex_b: bytes, codec: Codec) -> bool:
    """Whether decoding can begin with the unit."""
    return any(kind_of(nal, codec) in _KEYS[codec] for nal in split(annex_b))


def begins_picture(annex_b: bytes, codec: Codec) -> bool:
    """Whether the first slice in it is a picture's first: else it is a later part of one."""
    slices, head = (range(1, 6), 1) if codec is Codec.H264 else (range(32), 2)
    first = next((nal for nal in split(annex_b) if kind_of(nal, codec) in slices), b"")
    return len(first) > head and bool(first[head] & 0x80)


def sets_in(setup: bytes, codec: Codec) -> Iterator[bytes]:
    """The parameter sets that avcC or hvcC holds (ISO/IEC 14496-15)."""
    at, arrays = (5, 2) if codec is Codec.H264 else (23, setup[22] if len(setup) > 22 else 0)
    for index in range(arrays):
        if codec is Codec.H264:
            count, at = setup[at] & (31 if index == 0 else 255), at + 1
        else:
            count, at = int.from_bytes(setup[at + 1 : at + 3], "big"), at + 3
        for _ in range(count):
            length = int.from_bytes(setup[at : at + 2], "big")
            nal, at = setup[at + 2 : at + 2 + length], at + 2 + length
            if nal and kind_of(nal, codec) in _PARAMETERS[codec]:  # some keep remarks of the encoder there
                yield nal


def kind_of(nal: bytes, codec: Codec) -> int:
    """`nal_unit_type`."""
    return nal[0] & 31 if codec is Codec.H264 else nal[0] >> 1 & 63
