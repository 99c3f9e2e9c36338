"""Room on the disk: measures it, deletes what retention names, and says whether recording is possible.
Blocking, for a worker thread, one at a time; when it looks is `service.py`'s business.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.config.model import RecordingSettings, RetentionSettings
from gcam_addon.errors import DiskError, RecordingError, StorageFull
from gcam_addon.model import Clip, Storage
from gcam_addon.recording import disk, layout
from gcam_addon.recording.drive import Drive
from gcam_addon.recording.finisher import Finisher
from gcam_addon.recording.library import Library
from gcam_addon.recording.removal import remove_clips
from gcam_addon.recording.retention import TRASH_S, Removal, Stock, keep_days_of, missing_bytes, plan
from gcam_addon.recording.silence import Silence
from gcam_addon.recording.trash_list import TrashList

_LEAST_ROOM_BYTES = 1024 * 1024
"""Less than this is a full disk, whatever the floor."""
_AT_ONCE = 50
"""So many clips are claimed and deleted in one go."""
_MOST_A_LOOK = 500
"""Where room is not short, more than these wait for the next look: a look is to stay short."""
_EVER = float("inf")
_DAY_S = 86400.0
_STEP_S = 1.0
"""Of the wall clock: by less it is only corrected."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at the disk found and did. `problem`: recording is not possible, and why. `is_done`:
    there is nothing more to delete now.
    """

    storage: Storage
    removed: tuple[Removal, ...]
    problem: RecordingError | None
    is_done: bool = True


class Keeper:
    """Keeps the disk below its limits."""

    def __init__(
        self,
        media_dir: Path,
        settings: RetentionSettings,
        library: Library,
        finisher: Finisher,
        clock: Clock,
        *,
        silence: Silence,
    ) -> None:
        self._media_dir = media_dir
        self._silence = silence
        self.settings = settings
        self._library = library
        self._finisher = finisher
        self._clock = clock
        self._drive = Drive(media_dir, library)
        self._trash_list = TrashList(media_dir, library.trash)
        self._is_away = False
        self._must_reconcile = True
        self._began_at = clock.wall()
        self._offset_s = clock.wall() - clock.monotonic()

    def measure(self) -> Storage:
        """RecordingError."""
        total, free = self._disk()
        clips, clips_bytes = self._library.totals()
        with self._silence.asking():
            unfinished, unfinished_bytes = self._finisher.unfinished()
        notice = self._drive.why_away() if self._is_away else None
        _, trash_bytes = self._library.trash.totals()
        taken_bytes = clips_bytes + unfinished_bytes + trash_bytes
        return Storage(total, free, taken_bytes, clips, unfinished, notice=notice)

    def must_reconcile(self, *, blocked: bool) -> bool:
        """Asked before each look: whether the index has to be compared with the folder first, since Gcam
        began, the drive came back, or the index was found corrupt and begun anew. RecordingError.
        """
        self._must_reconcile |= self._library.mend()
        is_short = blocked or self._missing_bytes() > 0
        self._is_away = self._drive.is_away(self._clock.wall(), is_short=is_short)
        self._must_reconcile |= self._is_away
        return self._must_reconcile and not self._is_away

    def reconciled(self) -> None:
        """It agrees with the folder."""
        self._must_reconcile = False

    def empty_trash(self, cameras: Mapping[str, RecordingSettings], *, blocked: bool) -> int:
        """What nobody misses goes first: what lay in the trash for long or is older than clips may become,
        and where room is short, or recording is `blocked`, as much as is needed, the oldest first. Returns
        how many bytes are to be freed still. RecordingError.
        """
        if self._is_away:
            return 0
        now, trash = self._clock.wall(), self._library.trash
        aged = {camera_id: self._aged_before(now, own) for camera_id, own in cameras.items()}
        self._remove_all(lambda: trash.claim_oldest(now - TRASH_S, _AT_ONCE))
        self._remove_all(lambda: trash.claim_aged(self._aged_before(now, None), aged, _AT_ONCE))
        self._empty_over_own_limits(cameras)
        self._remove_all(lambda: trash.claim_oldest(_EVER, 1) if self._is_short(blocked=blocked) else ())
        return self._missing_bytes()

    def look(self, cameras: Mapping[str, RecordingSettings], *, blocked: bool) -> Round:
        """Apply retention, then see whether one can record; where recording is `blocked`, by writing.
        RecordingError.
        """
        now = self._clock.wall()
        self._follow_clock(now)
        storage = self.measure()
        if self._is_away:
            return self._told(storage, blocked=blocked)
        if not self._must_reconcile:
            self._trash_list.keep()
        most = None if blocked or missing_bytes(storage.free_bytes, self.settings) else _MOST_A_LOOK
        stock = Stock(storage, self._library.holdings(), self._library.oldest)
        planned = plan(stock, self.settings, cameras, now)
        removals, removed, tried = islice(planned, most), list[Removal](), 0
        while some := list(islice(removals, _AT_ONCE)):
            tried += len(some)
            removed += self._remove(some)
        if removed:
            storage = self.measure()
        seen = self._told(storage, blocked=blocked)
        return replace(seen, removed=tuple(removed), is_done=most is None or tried < most)

    def _told(self, storage: Storage, *, blocked: bool) -> Round:
        problem = self._no_room(storage) or (self._refusal() if blocked else None)
        return Round(storage if problem is None else troubled(storage, problem), (), problem)

    def _follow_clock(self, now: float) -> None:
        """What was indexed while the clock was behind is as young as it is."""
        stepped_s = now - self._clock.monotonic() - self._offset_s
        if abs(stepped_s) < _STEP_S:
            return
        if stepped_s > 0:
            self._library.rejuvenate(self._began_at, now - stepped_s, stepped_s)
        self._began_at += stepped_s
        self._offset_s += stepped_s

    def _remove(self, removals: Sequence[Removal]) -> Sequence[Removal]:
        """Claimed first: what somebody protects meanwhile stays."""
        claimed = self._library.claim([removal.clip.id for removal in removals])
        gone = {clip.id for clip in remove_clips(self._library, self._media_dir, claimed)}
        removed = [removal for removal in removals if removal.clip.id in gone]
        for removal in removed:
            _log.info("deleted %s: %s", removal.clip.path, removal.why)
        return removed

    def _empty_over_own_limits(self, cameras: Mapping[str, RecordingSettings]) -> None:
        limits = {camera_id: own.max_bytes for camera_id, own in cameras.items() if own.max_bytes is not None}
        if not limits:
            return
        held = {holding.camera_id: holding.size_bytes for holding in self._library.holdings()}
        for camera_id, most in limits.items():
            self._shrink_trash_of(camera_id, max(0, most - held.get(camera_id, 0)))

    def _shrink_trash_of(self, camera_id: str, most_bytes: int) -> None:
        trash, own = self._library.trash, frozenset({camera_id})
        self._remove_all(
            lambda: trash.claim_oldest(_EVER, 1, camera_id) if trash.totals(own)[1] > most_bytes else ()
        )

    def _aged_before(self, now: float, own: RecordingSettings | None) -> float:
        return now - keep_days_of(self.settings, own) * _DAY_S

    def _is_short(self, *, blocked: bool) -> bool:
        most = self.settings.max_bytes
        return (
            blocked or self._missing_bytes() > 0 or (most is not None and self.measure().clips_bytes > most)
        )

    def _remove_all(self, claim: Callable[[], Sequence[Clip]]) -> None:
        while clips := claim():
            if not remove_clips(self._library, self._media_dir, clips):
                return  # they stay claimed, and are tried again

    def _missing_bytes(self) -> int:
        _, free = self._disk()
        return missing_bytes(free, self.settings)

    def _disk(self) -> tuple[int, int]:
        """(total, free), bytes."""
        try:
            with self._silence.asking():
                usage = shutil.disk_usage(self._media_dir)
        except OSError as error:
            raise disk.translated(error, self._media_dir) from error
        return usage.total, usage.free

    def _no_room(self, storage: Storage) -> StorageFull | None:
        floor = max(self.settings.min_free_bytes, _LEAST_ROOM_BYTES)
        if storage.free_bytes < floor:
            return disk.below_floor(storage.free_bytes, floor)
        return None

    def _refusal(self) -> DiskError | None:
        return disk.refusal(self._media_dir / layout.JOURNAL)


def troubled(storage: Storage, problem: RecordingError) -> Storage:
    """The same disk, where `problem` stopped recording."""
    return replace(storage, problem=problem.said, problem_code=problem.code)
