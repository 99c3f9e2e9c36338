"""From a camera's byte stream to its JPEGs: a sans-I/O parser made for what boards really send.

Pictures are found by their own marks, not by the multipart framing: a picture begins at the next SOI; the
text before it may declare its length. So a missing first boundary, another spelling of it, garbage between
parts, parts that are no picture and plain JPEGs one after another need no special case.

HTTP (chunks, headers of the response) does not belong here: see `response`.
"""

from __future__ import annotations

import re

from gcam_addon.errors import ProtocolError
from gcam_addon.picture import jpeg
from gcam_addon.words.reason import because

MAX_BARREN_BYTES = 8 * 1024 * 1024
"""So much without one picture is no camera stream; also bounds a picture and the parser's memory."""

_MAX_GAP_BYTES = 4096  # a part's head has about 130 bytes; more than this is cut from the front
_FALSE_START_BYTES = 4096
_PICTURE = b"\xff\xd8\xff"
_NONE = -1

_LENGTH = re.compile(
    rb"(?:\A|\n)content-length[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?\n(?:[!-~][^\n]*+\n)*+\r?\n\Z", re.IGNORECASE
)
_BOUNDARY = re.compile(rb"(?:\A|\n)-*(--[^\s-][^\s]*?)(?:--)?\s")
_CLEAN = re.compile(rb"[\0\s]*+(?:--[^\n]*+\n\s*+)*+(?:[!-9;-~][^:\n]*+:[^\n]*+\n)*+[\0\s]*+")


def boundary_of(content_type: str) -> str | None:
    """The `boundary` parameter of a Content-Type value, unquoted; None where there is none."""
    found = re.search(r"""boundary\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,]+))""", content_type, re.IGNORECASE)
    return next((value for value in found.groups() if value), None) if found else None


class MultipartParser:
    """Bytes in, whole JPEGs out, each as soon as its last byte is in.

    A declared length is believed when SOI and EOI stand where it says they do; otherwise the picture ends at
    its EOI, at the boundary, or where the next picture begins. `dropped` counts what was no usable picture.
    The result depends on the bytes alone, never on how they were cut into calls.
    """

    def __init__(self, boundary: str | None = None) -> None:
        self.dropped = 0
        self._delimiter = _delimiter(boundary.encode("latin-1", "replace") if boundary else b"")
        self._delimiter_seen = False
        self._buffer = bytearray()
        self._scanned = 0  # no picture, or within one no boundary, begins before this offset of the buffer
        self._marks_from = 0  # within a picture: neither EOI nor SOI begins before this
        self._next_from = 0  # within one of declared length: no other picture begins before this
        self._barren_bytes = 0
        self._rubbish = False  # since the last picture something came that is neither framing nor padding
        self._in_picture = False  # then the buffer begins with SOI
        self._length: int | None = None  # declared, and not yet found to be wrong
        self._is_exact = False  # the length that was declared last was right
        self._is_framed = False  # the boundary that was known before stands before this picture
        self._is_over = False
        self._scan_at = _NONE

    @property
    def is_within_picture(self) -> bool:
        """A picture has begun and not ended: lost, if nothing follows."""
        return self._in_picture

    @property
    def missing_bytes(self) -> int:
        """So many bytes have to come before there is another picture, by a declared length that was right
        last time; 0: nobody knows.
        """
        if not self._in_picture or self._length is None or not self._is_exact:
            return 0
        return max(0, self._length - len(self._buffer))

    def feed(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        """The JPEGs that `data` completes, in order: from SOI to EOI, a missing EOI added.

        Raises ProtocolError after 8 MiB without any; the parser then starts anew.
        """
        self._buffer += data
        self._barren_bytes += len(data)
        pictures = self._taken()
        if pictures:
            self._barren_bytes = len(self._buffer)
        elif self._barren_bytes > MAX_BARREN_BYTES:
            self._start_anew()
            raise ProtocolError(because("no_picture_among"))
        return pictures

    def finish(self) -> list[bytes]:
        """Nothing follows: what is whole, and was held back by a length that promised more."""
        self._is_over, self._length = True, None
        return self._taken()

    def _taken(self) -> list[bytes]:
        pictures: list[bytes] = []
        while self._step(pictures) and self._barren_bytes <= MAX_BARREN_BYTES:
            pass
        return pictures

    def _step(self, pictures: list[bytes]) -> bool:
        """Go on by one picture or gap; False when more bytes are needed."""
        if not self._in_picture:
            return self._seek()
        if self._length is not None:
            return self._take_declared(pictures, self._length)
        return self._take_scanned(pictures)

    def _seek(self) -> bool:
        buffer = self._buffer
        at = buffer.find(_PICTURE, self._scanned)
        if at < 0:
            if len(buffer) > 2 * _MAX_GAP_BYTES:
                self._cut_gap(len(buffer))
            self._scanned = max(0, len(buffer) - len(_PICTURE) + 1)
            return False
        if at > _MAX_GAP_BYTES:
            at = self._cut_gap(at)
        self._length = self._read_gap(bytes(buffer[:at])) if at else None
        del buffer[:at]
        self._in_picture = True
        self._scanned = 0
        self._scan_at = _NONE
        return True

    def _cut_gap(self, stop: int) -> int:
        """Forget what is too far before `stop` to be a part's head; the new offset of `stop`."""
        surplus = max(0, stop - _MAX_GAP_BYTES)
        if self._buffer[:surplus].strip(jpeg.PADDING):
            self._rubbish = True
        del self._buffer[:surplus]
        return stop - surplus

    def _read_gap(self, gap: bytes) -> int | None:
        """Learn from what lies between two pictures; the length declared for the next, if credible."""
        if not _CLEAN.fullmatch(gap):
            self._rubbish = True
        self._is_framed = self._delimiter_seen and self._delimiter in gap
        if not self._delimiter_seen:
            self._learn_delimiter(gap)
        found = None if self._is_over else _LENGTH.search(gap)
        length = int(found[1]) if found else 0
        return length if 0 < length <= MAX_BARREN_BYTES else None

    def _learn_delimiter(self, gap: bytes) -> None:
        if self._delimiter and self._delimiter in gap:
            self._delimiter_seen = True
        elif found := _BOUNDARY.search(gap):
            self._delimiter = _delimiter(found[1])
            self._delimiter_seen = True

    def _take_declared(self, pictures: list[bytes], length: int) -> bool:
        buffer = self._buffer
        cut = self._find_delimiter(length)
        if not self._is_framed and self._is_overtaken(cut if cut >= 0 else length):
            self._length, self._is_exact = None, False
            return True
        if cut < 0 and len(buffer) < length:
            return False
        stop = cut if cut >= 0 else length
        end = jpeg.end_of_picture(buffer, stop)
        self._is_exact = cut < 0 and end is not None
        if end is not None:
            self._emit(pictures, end, stop)
        elif cut >= 0:
            self._drop(cut)
        else:  # no EOI where it should be: the length may be wrong, or the EOI is missing
            self._length = None
            self._scanned = 0
        return True

    def _is_overtaken(self, stop: int) -> bool:
        """Another picture begins before `stop`: the declared length is wrong, and no boundary has said so."""
        stop = min(stop, len(self._buffer))
        if self._scan_at < 0:
            self._scan_at = self._marks_from = self._next_from = jpeg.find_scan(self._buffer, stop)
        if self._scan_at < 0:
            return False
        at = self._buffer.find(_PICTURE, self._next_from, stop)
        self._next_from = max(self._next_from, stop - len(_PICTURE) + 1)
        return at >= 0

    def _take_scanned(self, pictures: list[bytes]) -> bool:
        cut = self._find_delimiter(len(self._buffer))
        stop = cut if cut >= 0 else len(self._buffer)
        if self._scan_at < 0:
            self._scan_at = self._marks_from = jpeg.find_scan(self._buffer, stop)
        if self._scan_at == jpeg.BROKEN:
            self._resume_behind_false_start()
            return True
        end = self._find_end(stop, cut >= 0) if self._scan_at >= 0 else _NONE
        if end >= 0:
            self._emit(pictures, end, end)
        elif cut >= 0:  # torn within its header
            self._drop(cut)
        return end >= 0 or cut >= 0

    def _find_end(self, stop: int, is_cut: bool) -> int:
        """Where the picture ends: behind its EOI, before another SOI, at the boundary; or _NONE yet."""
        eoi = self._buffer.find(jpeg.EOI, self._marks_from, stop)
        soi = self._buffer.find(_PICTURE, self._marks_from, stop if eoi < 0 else eoi)
        self._marks_from = max(self._marks_from, stop - len(_PICTURE) + 1)
        if soi >= 0:
            return soi
        if eoi >= 0:
            return eoi + len(jpeg.EOI)
        return stop if is_cut else _NONE

    def _find_delimiter(self, stop: int) -> int:
        """Offset of the boundary in the part of the picture before `stop`; or _NONE."""
        if not self._delimiter:
            return _NONE
        at = self._buffer.find(self._delimiter, self._scanned, stop)
        seen = min(stop, len(self._buffer))
        self._scanned = max(self._scanned, seen - len(self._delimiter) + 1)
        return at

    def _emit(self, pictures: list[bytes], end: int, resume: int) -> None:
        with memoryview(self._buffer) as view:
            pictures.append(jpeg.mended(bytes(view[:end])))
        self._leave_picture(resume)

    def _drop(self, resume: int) -> None:
        self.dropped += 1
        self._leave_picture(resume)

    def _leave_picture(self, resume: int) -> None:
        self.dropped += self._rubbish
        self._rubbish = False
        del self._buffer[:resume]
        self._in_picture = False
        self._scanned = 0

    def _resume_behind_false_start(self) -> None:
        """It looked like the begin of a picture and is none: it becomes part of the gap.

        It counts as 4 KiB without a picture: false starts cost time, so they must not come without end.
        """
        self._barren_bytes += _FALSE_START_BYTES
        self._rubbish = True
        self._in_picture = False
        self._scanned = 2

    def _start_anew(self) -> None:
        self._buffer.clear()
        self._barren_bytes = 0
        self._rubbish = True
        self._in_picture = False
        self._scanned = 0


def _delimiter(boundary: bytes) -> bytes:
    """What to look for in the stream: dashes are trimmed, as some declare them and some do not."""
    core = boundary.strip(b"-\"' \t\r\n")
    if not core:
        return b""
    return b"--" + core if len(core) > 4 else b"\n--" + core  # a short one could occur in a picture
