"""Which folders changed since they were last looked at. A folder's own times change with every entry that
comes, goes or is renamed, so one that looks as it did is not listed again: what it holds is known.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)
_UNSETTLED_S = 10.0
"""What changed so recently may change again without its times telling: some disks count in seconds."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder that changed. `files`: names of its regular files. `looks`: how to know it again; None: it has
    just changed, or not all of it could be read, so it is listed again the next time.
    """

    path: str
    files: frozenset[str]
    looks: str | None


class Walk:
    """One walk over `root` and all below it; paths are relative to `media_dir`, with `/`. `known`: how
    folders looked when they were last listed, None where that is not known.
    """

    def __init__(self, media_dir: Path, root: str, known: Mapping[str, str | None], now: float) -> None:
        self._media_dir = media_dir
        self._root = root
        self._known = {path: looks for path, looks in known.items() if _is_below(path, root)}
        self._now = now
        self._seen: set[str] = set()
        self._below: dict[str, list[str]] = {}
        for path in self._known:
            self._below.setdefault(path.rpartition("/")[0], []).append(path)

    def changed(self) -> Iterator[Listing]:
        waiting = [self._root]
        while waiting:
            path = waiting.pop()
            self._seen.add(path)
            try:
                looks, is_settled = _looks_of(self._media_dir / path, self._now)
                if looks == self._known.get(path):
                    waiting += self._below.get(path, [])
                    continue
                files, folders, is_whole = _entries_of(self._media_dir, path)
            except FileNotFoundError:
                self._seen.discard(path)
                continue
            except OSError as error:
                _log.warning("the folder %s can't be read: %s", _shown(path), error.strerror)
                self._keep(path)
                continue
            waiting += folders
            yield Listing(path, files, looks if is_settled and is_whole else None)

    def vanished(self) -> list[str]:
        """Known folders that are gone; after `changed`."""
        return [path for path in self._known if path not in self._seen]

    def _keep(self, path: str) -> None:
        """Nobody knows what has become of what lies below."""
        self._seen |= {other for other in self._known if _is_below(other, path)}


def _looks_of(folder: Path, now: float) -> tuple[str, bool]:
    """And whether it has been so for a while."""
    state = folder.stat()
    changed_at = max(state.st_mtime, state.st_ctime)
    looks = f"{state.st_ino}-{state.st_mtime_ns}-{state.st_ctime_ns}"
    return looks, abs(now - changed_at) > _UNSETTLED_S


def _entries_of(media_dir: Path, path: str) -> tuple[frozenset[str], list[str], bool]:
    """(files, folders, whether every entry could be asked). What has a name that is no text belongs to
    another program and is left alone, and so is what is neither file nor folder: a pipe has no end.
    """
    files, folders, is_whole = set[str](), list[str](), True
    with os.scandir(media_dir / path) as entries:
        for entry in entries:
            place = f"{path}/{entry.name}"
            try:
                place.encode()
                if entry.is_dir(follow_symlinks=False):
                    folders.append(place)
                elif entry.is_file():
                    files.add(entry.name)
            except UnicodeEncodeError:
                _log.warning("left alone, its name is no text: %s", _shown(place))
            except OSError as error:
                _log.warning("%s can't be read: %s", place, error.strerror)
                files.add(entry.name)  # it is there, whatever it is
                is_whole = False
    return frozenset(files), folders, is_whole


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def _shown(path: str) -> str:
    return ascii(path) if not path.isprintable() else path
