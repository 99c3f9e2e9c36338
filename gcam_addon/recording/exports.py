"""Exports: a range of one camera's recordings as one file, made in the background, one at a time."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import shutil
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from gcam_addon.clock import Clock
from gcam_addon.disk.regular import is_regular
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, GcamError, NotFound
from gcam_addon.machine.limits import give_way
from gcam_addon.machine.loop import in_threads
from gcam_addon.model import Clip, DutyStatus, Export, ExportState
from gcam_addon.recording import disk, layout
from gcam_addon.recording.joining import Cancelled, join
from gcam_addon.recording.library import Library
from gcam_addon.words.reason import because

LONGEST_S = 24 * 3600.0
KEEP_S = 24 * 3600.0
MOST = 50
_DUTY = "exports"
_OWN_NAME = re.compile(r"[0-9a-f]{16}\.mp4(\.part)?")
_log = logging.getLogger(__name__)


class ClipExports:
    """web.ports.Exports. Files are kept for a day (`forget_old`); those of an earlier run go at start.
    `threads` do what may hang with the disk, besides the making.
    """

    def __init__(
        self,
        library: Library,
        media_dir: Path,
        clock: Clock,
        floor_bytes: int,
        *,
        duties: Duties,
        threads: Executor,
    ) -> None:
        self._library = library
        self._media_dir = media_dir
        self._folder = media_dir / layout.EXPORTS
        self._clock = clock
        self.floor_bytes = floor_bytes
        self._exports: dict[str, Export] = {}
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._duties = duties
        self._threads = threads
        self._thread = duties.pool(_DUTY, 1, give_way)

    async def start(self) -> None:
        await in_threads(self._threads, self._clear_away)
        self._task = self._duties.task(_DUTY, self._work)

    async def stop(self) -> None:
        if self._task is not None:
            self._exports.clear()  # what is being made sees that nobody wants it
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await asyncio.to_thread(self._thread.shutdown)

    def list(self) -> Sequence[Export]:
        return sorted(self._exports.values(), key=lambda export: export.created_at, reverse=True)

    def get(self, export_id: str) -> Export:
        try:
            return self._exports[export_id]
        except KeyError:
            raise NotFound(because("no_export", export=export_id)) from None

    async def add(self, camera_id: str, after: float, before: float, by: str) -> Export:
        if not 0 < before - after <= LONGEST_S:
            raise ConfigError(because("export_range", hours=LONGEST_S / 3600), field="before")
        await self.forget_old()
        clips = await in_threads(self._threads, self._library.overlapping, camera_id, after, before)
        if not clips:
            raise NotFound(because("nothing_recorded"))
        if len(self._exports) >= MOST:  # nothing waits from here on: others may be asking
            raise ConfigError(because("many_exports", most=MOST), field="camera")
        export = Export(
            id=secrets.token_hex(8),
            camera_id=camera_id,
            camera_name=clips[0].camera_name,
            after=after,
            before=before,
            created_at=self._clock.wall(),
            created_by=by,
            clips=len(clips),
        )
        self._exports[export.id] = export
        self._waiting.put_nowait(export.id)
        return export

    async def remove(self, export_id: str) -> None:
        self.get(export_id)
        del self._exports[export_id]
        await in_threads(self._threads, self._file(export_id).unlink, missing_ok=True)

    async def spare(self, wanted_bytes: int) -> None:
        """Room is short: remove as many of those that are done, oldest first, as take so much."""
        done = [export for export in reversed(self.list()) if export.state is ExportState.DONE]
        for export in done:
            if wanted_bytes <= 0:
                return
            wanted_bytes -= export.size_bytes
            _log.info("an export of %s is removed to make room", export.camera_name)
            await self.remove(export.id)

    def path_of(self, export_id: str) -> Path:
        if self.get(export_id).state is not ExportState.DONE:
            raise NotFound(because("export_not_ready"))
        return self._file(export_id)

    async def forget_old(self) -> None:
        """To be called now and then."""
        oldest = self._clock.wall() - KEEP_S
        for export in self.list():
            if export.created_at < oldest:
                await self.remove(export.id)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            export_id = await self._waiting.get()
            if export_id not in self._exports:
                continue
            self._change(export_id, state=ExportState.RUNNING)
            try:
                length_s, size_bytes = await loop.run_in_executor(
                    self._thread, self._make, self._exports[export_id], loop
                )
            except Cancelled:
                pass
            except GcamError as error:
                self._change(export_id, state=ExportState.FAILED, problem=error.said)
            except Exception as error:  # noqa: BLE001  (the next one must be made all the same)
                self._duties.failed(_DUTY, error, DutyStatus.RUNNING, "makes the next one")
                self._change(export_id, state=ExportState.FAILED, problem=because("log_says"))
            else:
                done = {"state": ExportState.DONE, "progress": 1.0}
                self._change(export_id, **done, duration_s=length_s, size_bytes=size_bytes)

    def _progress(self, export_id: str, share: float) -> None:
        self._change(export_id, progress=round(share, 3))

    def _change(self, export_id: str, **changes: object) -> None:
        if export_id in self._exports:
            self._exports[export_id] = replace(self._exports[export_id], **changes)  # type: ignore[arg-type]

    def _make(self, export: Export, loop: asyncio.AbstractEventLoop) -> tuple[float, int]:
        """On the thread for it; `loop` is told how far it is. The file has its name only when it is whole."""

        def progress(share: float) -> None:
            loop.call_soon_threadsafe(self._progress, export.id, share)

        clips = self._there(self._library.overlapping(export.camera_id, export.after, export.before))
        target = self._file(export.id)
        partial = target.with_name(target.name + layout.PARTIAL)
        try:
            self._check_room(clips)
            length_s = join(
                clips,
                export.after,
                export.before,
                partial,
                progress=progress,
                cancelled=lambda: export.id not in self._exports,
            )
            partial.replace(target)
        except OSError as error:
            raise disk.translated(error, partial) from error
        finally:
            partial.unlink(missing_ok=True)
        if export.id not in self._exports:
            target.unlink(missing_ok=True)
            raise Cancelled("cancelled")
        return length_s, target.stat().st_size

    def _clear_away(self) -> None:
        """What an earlier run left; what others put there is left alone."""
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if _OWN_NAME.fullmatch(path.name) and is_regular(path):
                disk.clear_away(path)

    def _there(self, clips: Sequence[Clip]) -> Sequence[tuple[Clip, Path]]:
        found = [(clip, self._media_dir / clip.path) for clip in clips]
        found = [(clip, path) for clip, path in found if path.is_file()]
        if not found:
            raise NotFound(because("recordings_gone"))
        return found

    def _check_room(self, clips: Sequence[tuple[Clip, Path]]) -> None:
        """StorageFull before anything is written; recording needs what is left below the floor."""
        self._folder.mkdir(parents=True, exist_ok=True)
        needed = sum(clip.size_bytes for clip, _ in clips) * 11 // 10
        free = shutil.disk_usage(self._folder).free
        if free - needed < self.floor_bytes:
            raise disk.below_floor(free, self.floor_bytes + needed)

    def _file(self, export_id: str) -> Path:
        return self._folder / f"{export_id}.mp4"
