"""Settings to concrete parts of one camera: the only place that constructs them, importable on any node."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from gcam_addon.boards.board import Board
from gcam_addon.boards.pushing_board import pushing_board
from gcam_addon.boards.recognise import recognise
from gcam_addon.classifiers.ssd import SsdClassifier, is_there
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera, DetectionSettings, DetectorName
from gcam_addon.detectors.adaptive import AdaptiveDetector
from gcam_addon.detectors.difference import DifferenceDetector
from gcam_addon.detectors.inter import AnyLooker
from gcam_addon.detectors.mog2 import Mog2Detector
from gcam_addon.duties import Duties
from gcam_addon.errors import ProtocolError
from gcam_addon.interfaces import Classifier, Detector, Looker, Recorder, Source
from gcam_addon.model import Event, MotionNamed
from gcam_addon.pipeline.gate import ConnectGate
from gcam_addon.pipeline.handoff import Broken, Deliver, Handoff, Threads
from gcam_addon.pipeline.intake import Intake, PassOn
from gcam_addon.pipeline.namer import Namer
from gcam_addon.pipeline.processor import Processor
from gcam_addon.pipeline.runner import CameraRunner, Outlets, Parts
from gcam_addon.pipeline.tampering import Tampering
from gcam_addon.pipeline.tracker import Tracker
from gcam_addon.sources.arriving import ArrivingSource
from gcam_addon.sources.candidates import KnownStreams, places_of
from gcam_addon.sources.device import DeviceSource
from gcam_addon.sources.http import HttpSource
from gcam_addon.sources.pi import PiSource
from gcam_addon.sources.replay import ReplaySource
from gcam_addon.sources.rtsp import RtspSource
from gcam_addon.wire.address import (
    DeviceAddress,
    FileAddress,
    HttpAddress,
    PiAddress,
    PushAddress,
    RtspAddress,
    parse,
)
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.wire.concern import concerning_hd, concerning_sd
from gcam_addon.words.reason import because


def build_detector(settings: DetectionSettings) -> Detector:
    """The detector that `settings` name, with an empty background."""
    match settings.detector:
        case DetectorName.ADAPTIVE:
            return AdaptiveDetector(settings)
        case DetectorName.DIFFERENCE:
            return DifferenceDetector(settings)
        case DetectorName.MOG2:
            return Mog2Detector(settings)


def build_processor(camera: Camera, looker: Looker | None = None) -> Processor:
    """The camera's decoding, detecting and tracking. `looker`: for pictures that come in another way."""
    settings = camera.detection
    looker = looker or AnyLooker(settings.scale)
    tracker = Tracker(camera.id, settings, camera.rotation)
    tampering = Tampering(settings, camera.privacy_masks)
    return Processor(camera.id, looker, build_detector(settings), tracker, tampering)


@dataclass(frozen=True, slots=True)
class Naming:
    """Who says what moves, for all cameras, one after the other."""

    classifier: Classifier
    threads: Executor
    """One."""


def build_classifier() -> Classifier | None:
    """Reads nothing yet. None where Gcam was built without its model."""
    return SsdClassifier() if is_there() else None


@dataclass(frozen=True, slots=True)
class Shared:
    """What all cameras of one process share."""

    clock: Clock
    detection: Threads
    mask_pool: Executor
    """Threads that apply privacy masks: before everything else, also before what is recorded."""
    gate: ConnectGate
    recorder_for: Callable[[Camera], Recorder]
    publish: Callable[[Event], None]
    rng: random.Random
    duties: Duties
    arrivals: Arrivals
    naming: Naming | None = None
    """None: nobody says what moves."""


def build_source(
    camera: Camera,
    clock: Clock,
    duties: Duties,
    known: KnownStreams | None = None,
    arrivals: Arrivals | None = None,
) -> Source:
    """One run of the camera's pictures, not yet connected. `known` remembers over the runs where a bare
    host's stream was found. Raises `ConfigError` for an address that can't be read.
    """
    source, address = concerning_sd(camera.source), parse(camera.source.url)
    if isinstance(address, FileAddress):
        return ReplaySource(address.path, clock=clock, realtime=True, loop=True)
    if isinstance(address, RtspAddress):
        return RtspSource(source, clock, duties)
    if isinstance(address, DeviceAddress):
        return DeviceSource(source, clock, duties)
    if isinstance(address, PiAddress):
        return PiSource(source, clock, duties)
    if isinstance(address, PushAddress):
        return ArrivingSource(replace(camera, source=source), clock, arrivals or Arrivals(), duties)
    return HttpSource(source, clock, known, duties)


def hd_of(camera: Camera) -> Camera:
    """The same camera as seen through its second address."""
    source = concerning_hd(camera.source)
    assert source is not None
    return replace(camera, source=source)


def asked_fps(source: Source) -> float | None:
    """How many pictures a second a camera that is read is asked for; None where it sends them itself."""
    return source.asked_fps if isinstance(source, HttpSource) else None


async def board_of(camera: Camera, clock: Clock, arrivals: Arrivals) -> Board:
    """Asks the camera's board what it is, leaving its stream alone. Raises `SourceError`."""
    address = parse(camera.source.url)
    if isinstance(address, RtspAddress):
        raise ProtocolError(because("no_board_rtsp", camera=camera.name))
    if isinstance(address, PushAddress):
        return pushing_board(camera, arrivals)
    if not isinstance(address, HttpAddress):
        raise ProtocolError(because("no_board", camera=camera.name))
    watched = [there for there in map(parse, camera.source.urls) if isinstance(there, HttpAddress)]
    return await recognise(address, clock, avoid=places_of(watched), verify_tls=camera.source.verify_tls)


def build_runner(camera: Camera, outlets: Outlets, shared: Shared) -> CameraRunner:
    """The camera's life."""

    def handoff_for(current: Camera, deliver: Deliver, broken: Broken) -> Handoff:
        return Handoff(shared.detection, build_processor, current, deliver, broken)

    def intake_for(current: Camera, pass_on: PassOn) -> Intake:
        return Intake(current, shared.mask_pool, pass_on)

    def namer_for(current: Camera, told: Callable[[MotionNamed], None]) -> Namer:
        assert shared.naming is not None
        return Namer(current, shared.naming.classifier, shared.naming.threads, told)

    known: KnownStreams = {}
    known_hd: KnownStreams = {}
    parts = Parts(
        open_source=lambda current: build_source(
            current, shared.clock, shared.duties, known, shared.arrivals
        ),
        open_hd=lambda current: build_source(hd_of(current), shared.clock, shared.duties, known_hd),
        pause=shared.arrivals.pause,
        intake_for=intake_for,
        handoff_for=handoff_for,
        namer_for=None if shared.naming is None else namer_for,
        recorder_for=shared.recorder_for,
        outlets=outlets,
        publish=shared.publish,
        clock=shared.clock,
        gate=shared.gate,
        rng=shared.rng,
    )
    return CameraRunner(camera, parts)
