"""Which changes of a camera's settings would let it see, or keep, less than it does. Pure."""

from __future__ import annotations

from dataclasses import replace

from gcam_addon.config.model import Camera, DetectionSettings, RecordingMode


def blinds(old: Camera, new: Camera | None) -> bool:
    """None: it is removed. What only makes it see more, or differently named, is none."""
    if new is None:
        return True
    if any(was and not stays for was, stays in zip(_switches(old), _switches(new), strict=True)):
        return True
    if new.detection.sensitivity < old.detection.sensitivity:
        return True
    return _view(old) != _view(new)


def _switches(camera: Camera) -> tuple[bool, ...]:
    records = camera.recording.enabled and camera.recording.mode is not RecordingMode.OFF
    detection = camera.detection
    return camera.enabled, not camera.privacy, detection.enabled, detection.tamper, records


def _view(camera: Camera) -> tuple[object, ...]:
    """All else on which depends what it sees, and what is made of it."""
    usual = DetectionSettings()
    detection = replace(
        camera.detection, enabled=usual.enabled, sensitivity=usual.sensitivity, tamper=usual.tamper
    )
    return camera.source, camera.rotation, camera.privacy_masks, detection, camera.naming
