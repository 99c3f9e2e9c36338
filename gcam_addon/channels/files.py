"""What a letter brings with it, as bytes and the name it has there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from gcam_addon.disk.regular import read_regular
from gcam_addon.errors import ChannelRefused
from gcam_addon.model.alerts import Letter
from gcam_addon.words.reason import because

PICTURE = "picture.jpg"
CLIP = "clip.mp4"
MOST_CLIP_BYTES = 50 * 1000 * 1000
"""More is taken by no service, and would be held in memory whole."""


@dataclass(frozen=True, slots=True)
class Content:
    """Empty where there is nothing to show. `left_out`: what is too large to be sent at all."""

    data: bytes = field(default=b"", repr=False)
    name: str = ""
    left_out: tuple[str, ...] = ()

    def without(self) -> Content:
        """The letter goes alone."""
        return Content(left_out=(*self.left_out, self.name))


async def content_of(letter: Letter, most_clip_bytes: int = MOST_CLIP_BYTES) -> Content:
    """The clip where there is one, else the picture. Raises `ChannelRefused` for a clip that is gone."""
    if letter.clip is None:
        return Content(letter.picture, PICTURE if letter.picture else "")
    try:
        return await asyncio.to_thread(_clip, letter.clip, most_clip_bytes)
    except OSError as error:
        raise ChannelRefused(because("channel_clip_gone", why=error)) from error


def _clip(path: Path, most_bytes: int) -> Content:
    if path.stat().st_size > most_bytes:
        return Content(left_out=(CLIP,))
    return Content(read_regular(path), CLIP)
