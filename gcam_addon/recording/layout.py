"""Where clips lie below the media folder, and how cameras' names become folder names. Local time."""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

RECORDINGS = "recordings"
THUMBNAILS = "thumbnails"
JOURNAL = "journal"
EXPORTS = "exports"
DAMAGED = "damaged"
PARTIAL = ".part"

_WORKERS = re.compile(r"worker-[1-9]\d*")
_FORBIDDEN = set('<>:"/\\|?*')  # Windows' list covers everybody's; shares and USB sticks are read there
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
_NAME_BYTES = 120
_OWN_NAME = re.compile(r"\d\d-\d\d-\d\d(-\d+)?\.(mp4|mkv|jpg)(\.part)?")


@dataclass(frozen=True, slots=True)
class Place:
    """A clip's own names, absolute; `partial` exists from `claim` on, and reserves the others."""

    video: Path
    thumbnail: Path
    partial: Path

    @property
    def original(self) -> Path:
        return original_of(self.video)

    @property
    def partial_original(self) -> Path:
        """A kill leaves nothing that looks finished: partial files are cleared away at the next start."""
        return self.original.with_name(self.original.name + PARTIAL)

    def abandon(self) -> None:
        """Nothing is to stay here. OSError."""
        for path in (self.thumbnail, self.video, self.original, self.partial_original, self.partial):
            with suppress(NotADirectoryError):
                path.unlink(missing_ok=True)


def journal_of(journals: Path, worker: int) -> Path:
    """Where a worker's journals lie among the others: what it leaves behind is told from what goes on."""
    return journals / f"worker-{worker}"


def all_journals(journals: Path) -> list[Path]:
    """`journals` and those of workers in it, also where somebody removed it. OSError."""
    found = journals.iterdir() if journals.is_dir() else ()
    return [journals, *sorted(path for path in found if is_of_worker(path))]


def is_of_worker(path: Path) -> bool:
    return _WORKERS.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink()


def safe_name(name: str) -> str:
    """`name` as a folder every file system takes; accents and spaces stay. Never empty."""
    composed = unicodedata.normalize("NFC", name)
    kept = "".join("_" if char in _FORBIDDEN or not char.isprintable() else char for char in composed)
    kept = kept.encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .")
    if kept.split(".")[0].upper() in _RESERVED:
        kept = f"_{kept}"
    return kept or "camera"


def claim(media_dir: Path, camera_name: str, started_at: float) -> Place:
    """Names that no other clip has, now or soon: `-2`, `-3` … where the second is taken (two clips in a
    second, cameras of one name, the hour that summer time repeats). OSError.
    """
    for place in _places(media_dir, camera_name, started_at):
        place.partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(place.partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            continue
        # Looked at after the claim: another worker renames its partial file only while it holds the name.
        if not place.video.exists() and not place.original.exists() and not place.thumbnail.exists():
            return place
        place.partial.unlink()
    raise AssertionError("unreachable: the places never end")


def _places(media_dir: Path, camera_name: str, started_at: float) -> Iterator[Place]:
    start = datetime.fromtimestamp(started_at).astimezone()
    folder = Path(safe_name(camera_name)) / start.strftime("%Y-%m-%d")
    for number in itertools.count(1):
        stem = start.strftime("%H-%M-%S") + (f"-{number}" if number > 1 else "")
        yield place_of(media_dir, media_dir / RECORDINGS / folder / f"{stem}.mp4")


def place_of(media_dir: Path, video: Path) -> Place:
    return Place(
        video=video,
        thumbnail=thumbnail_of(media_dir, video),
        partial=video.with_name(video.name + PARTIAL),
    )


def is_own(name: str) -> bool:
    """Whether a file is called as Gcam calls a clip's; what is not is nobody's business here."""
    return _OWN_NAME.fullmatch(name) is not None


def relative(media_dir: Path, path: Path) -> str:
    """As `Clip.path` spells it."""
    return path.relative_to(media_dir).as_posix()


def remove_empty_parents(path: Path, root: Path) -> None:
    """Remove `path`'s folder and those above it while they are empty, never `root` itself."""
    for folder in path.parents:
        if folder == root or not folder.is_relative_to(root):
            return
        try:
            folder.rmdir()
        except OSError:  # not empty, or gone already
            return


def original_of(video: Path) -> Path:
    """The camera's own JPEGs, where they are kept: beside the MP4."""
    return video.with_suffix(".mkv")


def thumbnail_of(media_dir: Path, video: Path) -> Path:
    below = video.relative_to(media_dir / RECORDINGS)
    return (media_dir / THUMBNAILS / below).with_suffix(".jpg")


def bytes_of(video: Path) -> int:
    """What a clip takes on disk, its original included. OSError where the video is gone."""
    original = original_of(video)
    return video.stat().st_size + (original.stat().st_size if original.exists() else 0)
