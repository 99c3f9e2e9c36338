"""Which recorder a camera has."""

from __future__ import annotations

from gcam_addon.config.model import Camera, RecordingMode
from gcam_addon.interfaces import Recorder
from gcam_addon.recording.journal import JournalWriter
from gcam_addon.recording.recorder import ClipRecorder
from gcam_addon.recording.timelapse import TimelapseRecorder


def recorder_for(camera: Camera, journal: JournalWriter) -> Recorder:
    settings = camera.recording
    records = settings.enabled and settings.mode is not RecordingMode.OFF
    journal.introduce(camera.id, settings.pre_roll_max_bytes, records=records)
    if settings.enabled and settings.mode is RecordingMode.TIMELAPSE:
        return TimelapseRecorder(camera, journal)
    return ClipRecorder(camera, journal)
