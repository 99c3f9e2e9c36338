"""Is the drive that holds the recordings there? Where it is not mounted, its folder is an empty one on
another disk: what is missing there is not gone. Blocking; one thread at a time.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
from pathlib import Path

from gcam_addon.disk.files import write_whole
from gcam_addon.disk.regular import Foreign, read_regular
from gcam_addon.errors import RecordingError
from gcam_addon.recording.library import Library
from gcam_addon.words.reason import Reason, because

MARK = ".gcam-drive"
"""A file beside the recordings with a name that the index knows."""
_GIVEN_UP_S = 7 * 86400.0
"""A drive that was away for so long was replaced."""
_ENOUGH = 20
_log = logging.getLogger(__name__)


class Drive:
    """RecordingError where the index fails."""

    def __init__(self, media_dir: Path, library: Library) -> None:
        self._media_dir = media_dir
        self._library = library
        self._was_away = False
        self._is_mark_told = False

    def is_away(self, now: float, *, is_short: bool) -> bool:
        """Asked before anything is taken for gone. `is_short`: what is there needs room, so a drive that is
        away is waited for no longer: its clips are hidden until it is back.
        """
        is_away = not self._is_there(now, is_short)
        if is_away and not self._was_away:
            _log.warning("%s", self.why_away())
        if self._was_away and not is_away:
            _log.info("the drive of %s is there again", self._media_dir)
        self._was_away = is_away
        return is_away

    def why_away(self) -> Reason:
        return because("drive_away", folder=self._media_dir)

    def _is_there(self, now: float, is_short: bool) -> bool:
        known, away_since = self._library.drive()
        mark = self._mark()
        if known is not None and mark == known:
            if away_since is not None:
                self._library.note_drive(known, None)
            return True
        is_given_up = away_since is not None and (is_short or now - away_since > _GIVEN_UP_S)
        if mark is not None or is_given_up or self._holds_clips(away_since):
            self._adopt(mark)
            return True
        if away_since is None:
            self._library.note_drive(known, now)
        return False

    def _holds_clips(self, away_since: float | None) -> bool:
        """Whether any of the oldest ones lies there; what was recorded since the drive went tells nothing."""
        oldest = self._library.earliest(_ENOUGH, math.inf if away_since is None else away_since)
        return not oldest or any((self._media_dir / clip.path).exists() for clip in oldest)

    def _mark(self) -> str | None:
        """None also where something bears its name that is nothing of Gcam's: the clips tell then."""
        path = self._media_dir / MARK
        try:
            return read_regular(path).decode().strip() or None
        except FileNotFoundError:
            return None
        except (Foreign, UnicodeDecodeError) as error:
            if not self._is_mark_told:
                _log.warning("left alone, it is not Gcam's: %s (%s)", path, error)
            self._is_mark_told = True
            return None
        except OSError as error:
            raise RecordingError(because("drive_unreadable", path=path, why=error)) from error

    def _adopt(self, mark: str | None) -> None:
        name = mark or secrets.token_hex(8)
        path = self._media_dir / MARK
        if mark is None and not os.path.lexists(path):
            try:
                write_whole(path, f"{name}\n".encode())
            except OSError as error:
                _log.debug("the drive can't be marked: %s", error)  # asked again the next time
        self._library.note_drive(name, None)
