"""The journal's container: Matroska with one MJPEG track, as bytes. No files here.

libavformat writes the header (tracks, tags); the clusters are spelled here, one per frame, because its
muxer holds a cluster back until the next frame arrives: what is on disk must end with the newest frame.
See docs/design/recording.md and RFC 9559.
"""

from __future__ import annotations

from fractions import Fraction

import av

from gcam_addon.errors import RecordingError
from gcam_addon.model import Size
from gcam_addon.words.reason import because

TIME_BASE = Fraction(1, 1000)
"""Matroska counts milliseconds."""

_CLUSTER, _TIMESTAMP, _SIMPLE_BLOCK = b"\x1f\x43\xb6\x75", b"\xe7", b"\xa3"
_BLOCK_HEAD = b"\x81\x00\x00\x80"  # track 1, 0 ms after the cluster, keyframe
_TIMESTAMP_BYTES = 10  # id, length, 8 bytes


def header(size: Size, tags: dict[str, str]) -> bytes:
    """What a file starts with; its length is left open, so it is whole after every cluster."""
    sink = _Memory()
    try:
        with av.open(sink, "w", format="matroska", options={"live": "1"}) as container:
            container.metadata.update(tags)
            stream = container.add_stream("mjpeg")
            stream.width, stream.height = size.width, size.height
            stream.pix_fmt = "yuvj422p"
            stream.time_base = TIME_BASE
            container.start_encoding()
            return bytes(sink.written)
    except (av.FFmpegError, ValueError) as error:
        raise RecordingError(
            because("no_matroska", width=size.width, height=size.height, why=error)
        ) from error


def cluster_head(pts_ms: int, jpeg_bytes: int) -> bytes:
    """What stands before a frame's JPEG bytes; both together are one whole cluster."""
    block_bytes = len(_BLOCK_HEAD) + jpeg_bytes
    cluster_bytes = _TIMESTAMP_BYTES + len(_SIMPLE_BLOCK) + 8 + block_bytes
    return b"".join(
        (
            _CLUSTER,
            _length(cluster_bytes),
            _TIMESTAMP,
            b"\x88",
            pts_ms.to_bytes(8, "big"),
            _SIMPLE_BLOCK,
            _length(block_bytes),
            _BLOCK_HEAD,
        )
    )


def _length(count: int) -> bytes:
    """An EBML length in its eight-byte spelling."""
    return (count | 1 << 56).to_bytes(8, "big")


class _Memory:
    """A file that can't seek, so the muxer comes back for nothing."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)
