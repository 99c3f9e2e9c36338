"""Settings to concrete parts of one camera: the only place that constructs them, importable on any node."""

from __future__ import annotations

from gcam_addon.config.model import Camera, DetectionSettings, DetectorName
from gcam_addon.detectors.adaptive import AdaptiveDetector
from gcam_addon.detectors.decode import Decoder
from gcam_addon.detectors.difference import DifferenceDetector
from gcam_addon.detectors.mog2 import Mog2Detector
from gcam_addon.interfaces import Detector
from gcam_addon.pipeline.processor import Processor
from gcam_addon.pipeline.tracker import Tracker


def build_detector(settings: DetectionSettings) -> Detector:
    """The detector that `settings` name, with an empty background."""
    match settings.detector:
        case DetectorName.ADAPTIVE:
            return AdaptiveDetector(settings)
        case DetectorName.DIFFERENCE:
            return DifferenceDetector(settings)
        case DetectorName.MOG2:
            return Mog2Detector(settings)


def build_processor(camera: Camera) -> Processor:
    """The camera's decoding, detecting and tracking."""
    settings = camera.detection
    return Processor(
        camera.id, Decoder(settings.scale), build_detector(settings), Tracker(camera.id, settings)
    )
