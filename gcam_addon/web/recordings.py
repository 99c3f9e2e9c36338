"""What the web pages want of recordings, beside their index: single pictures, exports, links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from gcam_addon.model import Clip, Export, Share


class ClipPictures(Protocol):
    """Single pictures out of clips, decoded off the loop, a few at a time. `at_s` counts from a clip's first
    frame. Raise `NotFound` where the file or the moment is not there.
    """

    async def picture(self, clip: Clip, at_s: float, *, width: int, exact: bool) -> bytes:
        """JPEG, at most `width` pixels wide: the frame shown at `at_s`, or, where that need not be exact, the
        key frame before it, which costs a fraction.
        """

    async def times(self, clip: Clip) -> Sequence[float]:
        """When each frame is shown, ascending."""

    async def original(self, clip: Clip, at_s: float) -> bytes:
        """The camera's own JPEG of that frame, where the originals were kept."""


class Exports(Protocol):
    """Ranges of recordings made into one file, one after the other in the background."""

    def list(self) -> Sequence[Export]:
        """Newest first."""

    def get(self, export_id: str) -> Export:
        """Raises `NotFound`."""

    async def add(self, camera_id: str, after: float, before: float, by: str) -> Export:
        """Raises `ConfigError` for a range that can't be, `NotFound` where nothing was recorded in it."""

    async def remove(self, export_id: str) -> None:
        """Stops it where it is being made, and deletes the file."""

    def path_of(self, export_id: str) -> Path:
        """The file of one that is done. Raises `NotFound`."""


class Shares(Protocol):
    """Links to single clips for people without an account. Whether who made one may still show it is not
    asked here.
    """

    async def list(self, clip_id: str | None = None) -> Sequence[tuple[Share, Clip]]:
        """Those that have not expired and whose clip is there, oldest first; None: of all clips."""

    async def add(self, clip_id: str, hours: float, maker_id: str, name: str) -> tuple[str, Share]:
        """The link's secret, told this once, and the share. Raises `ConfigError` for too many."""

    async def remove(self, share_id: str) -> None: ...

    async def shown_by(self, secret: str) -> tuple[Share, Clip]:
        """What the link shows. Raises `NotFound` where it is wrong or outdated, or the clip is gone."""

    async def use(self, share: Share) -> None:
        """It is being watched."""
