"""A process to be killed: records a camera of 50 frames a second. Each of its lines says how many frames it
has handed over, and how many of them were on disk by then.

python -m tests.support.recording_process MEDIA_DIR
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import Camera, SourceSettings, StorageSettings
from gcam_addon.duties import Duties
from gcam_addon.model import MotionStarted
from gcam_addon.recording.service import Recordings
from tests.support.frames import jpeg_frames


async def record(media_dir: Path) -> None:
    clock = SystemClock()
    recordings = Recordings(StorageSettings(media_dir, media_dir), clock, duties=Duties(clock))
    await recordings.start(lambda _event: None)
    camera = Camera("door", "Door", SourceSettings("http://x"))
    recorder = recordings.recorder_for(camera)
    frames = jpeg_frames(500, fps=50)
    recorder.note(
        MotionStarted("door", "e1", frames[0].pts_s, 0.0, 6.5, "somebody came", (), (), frames[9].data)
    )
    for count, frame in enumerate(frames, start=1):
        recorder.push(frame, active=True)
        sys.stdout.write(f"{count} {count - recorder.queued}\n")
        sys.stdout.flush()
        await asyncio.sleep(1 / 50)


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
