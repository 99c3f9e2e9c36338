"""Which clips lie in the trash, written beside them. The index knows it, and may be lost: made anew from the
folders, it would bring back what was deleted. Blocking; one thread at a time.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gcam_addon.disk.files import write_whole
from gcam_addon.disk.regular import read_regular
from gcam_addon.recording.trash import Trash

NAME = ".gcam-trash"
"""A file beside the recordings: since when each clip has lain there, by id."""
_log = logging.getLogger(__name__)


class TrashList:
    """RecordingError where the index fails. A list that can't be written is logged, no more."""

    def __init__(self, media_dir: Path, trash: Trash) -> None:
        self._path = media_dir / NAME
        self._trash = trash
        self._written: Mapping[str, float] | None = None
        self._told: str | None = None

    def keep(self) -> None:
        """Bring it up to date. Only where the index agrees with the folder."""
        lying = self._trash.since()
        if lying == self._written or (self._written is None and lying == trash_list(self._path.parent)):
            self._written = lying
            return
        try:
            self._write(lying)
        except OSError as error:
            if str(error) != self._told:
                _log.warning("what lies in the trash could not be written down: %s", error)
            self._told = str(error)
        else:
            self._written, self._told = lying, None

    def _write(self, lying: Mapping[str, float]) -> None:
        with suppress(FileNotFoundError):
            read_regular(self._path)  # what is not Gcam's is left alone
        write_whole(self._path, json.dumps(lying).encode())


def trash_list(media_dir: Path) -> Mapping[str, float]:
    """Since when, by clip. Empty where there is no list, or nothing of Gcam's bears its name."""
    path = media_dir / NAME
    try:
        told = json.loads(read_regular(path))
        return {str(clip_id): _moment(at) for clip_id, at in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("not known what lay in the trash: %s (%s)", path, error)
        return {}


def _moment(told: object) -> float:
    if not isinstance(told, int | float) or not math.isfinite(told):
        raise ValueError(told)
    return float(told)
