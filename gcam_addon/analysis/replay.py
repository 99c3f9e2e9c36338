"""A camera's clips looked at anew with given settings: pictures of a film in, events out. Synchronous.

The film is what the camera's recorder kept, turned and masked as it was then. It is decoded once for all
settings that are tried on it, and what is the same for both is named once. Comparing what they found is for
`comparison`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import av
import av.error
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from gcam_addon.analysis.course import Course, Found, Glance, found_in
from gcam_addon.assembly import build_processor
from gcam_addon.config.model import Camera
from gcam_addon.detectors.decode import Decoder
from gcam_addon.detectors.zones import rasterise
from gcam_addon.errors import RecordingError
from gcam_addon.interfaces import Bgr, Classifier, Look, Luma
from gcam_addon.model import Box, Cause, MotionEnded, MotionStarted, Named, Size, Unit, jpeg_unit
from gcam_addon.picture.orientation import of_frame, of_rotation, shown_size, turned
from gcam_addon.pipeline.handoff import Pace
from gcam_addon.pipeline.naming import EventNames, Seen, places, sighting
from gcam_addon.pipeline.processor import Analysis
from gcam_addon.words.reason import because

_LEAST_WARMUP_S: Final = 1.0


class Trial:
    """One set of settings tried on a film that is shown as the rotation `filmed` makes it. One thread.

    The detector learns its background from the pre-roll alone, so where that is short the warm-up is, too.
    """

    def __init__(self, camera: Camera, filmed: int, classifier: Classifier | None = None) -> None:
        pre_roll_s = camera.recording.pre_roll_s
        warmup_s = min(camera.detection.warmup_s, max(_LEAST_WARMUP_S, pre_roll_s - 1.0))
        self._settings = replace(camera.detection, warmup_s=warmup_s, tamper=False)
        self._camera = replace(camera, detection=self._settings)
        self._orientation = of_rotation((camera.rotation - filmed) % 360)
        self._scale = Decoder(self._settings.scale)
        self._private: Luma | None = None
        self._classifier = classifier if camera.naming.enabled else None
        self._found: list[Found] = []
        self._unwanted: list[Found] = []
        self._glances: list[Glance] = []
        self._active = False
        self._begin()

    def look(self, picture: Picture) -> None:
        """Look at the next picture, if the camera would have had it analysed."""
        fps = self._settings.active_fps if self._active else self._settings.idle_fps
        if not self._settings.enabled or not self._pace.take(picture.at, fps):
            return
        size = shown_size(picture.size, self._orientation)
        self._shown.luma = self._private_taken_out(
            turned(picture.luma(self._scale.divisor(size)), self._orientation)
        )
        for analysis in self._processor.process(jpeg_unit(b"", picture.at, picture.at, size)):
            if analysis.active and not self._active:
                self._pace.hurry(picture.at, self._settings.active_fps)
            self._active = analysis.active
            self._note(analysis.events)
            self._name(picture, analysis)
            self._glance(analysis, picture.at)

    def cut(self) -> Course:
        """The film breaks off here: what was found since the last cut. What comes next may show anything."""
        self._note(self._processor.finish())
        course = Course(self._found, self._unwanted, self._glances, enabled=self._settings.enabled)
        self._found, self._unwanted, self._glances = [], [], []
        self._begin()
        return course

    def _begin(self) -> None:
        self._shown = _Shown()
        self._processor = build_processor(self._camera, self._shown)
        self._pace = Pace()
        self._active = False
        self._names = EventNames(self._camera.naming)
        self._goes_on = False

    def _private_taken_out(self, luma: Luma) -> Luma:
        masks = self._camera.privacy_masks
        if not masks:
            return luma
        if self._private is None or self._private.shape != luma.shape:
            self._private = rasterise((), masks, (luma.shape[0], luma.shape[1])).counts
        assert self._private is not None
        return cv2.bitwise_and(luma, self._private).astype(np.uint8, copy=False)

    def _note(self, events: tuple[MotionStarted | MotionEnded, ...]) -> None:
        for event in events:
            self._goes_on = isinstance(event, MotionStarted)
            if isinstance(event, MotionStarted):
                self._names = EventNames(self._camera.naming)
                continue
            named, _ = self._names.named()
            unwanted = self._classifier is not None and self._names.unwanted(event.pts_s)
            (self._unwanted if unwanted else self._found).append(found_in(replace(event, named=named)))

    def _name(self, picture: Picture, analysis: Analysis) -> None:
        """Look at what moves as often as while it happens."""
        if self._classifier is None or not self._goes_on or not analysis.motion.moving:
            return
        there = places(analysis.motion, analysis.look.size)
        if there and self._names.is_due(picture.at):
            sightings = tuple(sighting(place, self._seen(picture, place.crops)) for place in there)
            self._names.add(Seen(picture.at, sightings, b""))

    def _seen(self, picture: Picture, crops: tuple[Box, ...]) -> Sequence[Named]:
        assert self._classifier is not None
        masks = self._camera.privacy_masks
        key = (self._orientation, masks, crops)
        if key not in picture.seen:
            shown = turned(picture.colours(), self._orientation)
            if masks:
                counts = rasterise((), masks, (shown.shape[0], shown.shape[1])).counts
                assert counts is not None
                shown = cv2.copyTo(shown, counts)
            picture.seen[key] = self._classifier.classify(shown.astype(np.uint8, copy=False), crops)
        return picture.seen[key]

    def _glance(self, analysis: Analysis, at: float) -> None:
        motion = analysis.motion
        if motion.cause is not Cause.QUIET:
            self._glances.append(Glance(at, motion.moving, motion.score, motion.reason))


class Picture:
    """One decoded picture of a film, made small as asked for; `at`: when it was taken, Unix seconds."""

    def __init__(self, decoded: av.VideoFrame, at: float, reformatter: VideoReformatter) -> None:
        self.at = at
        self._orientation = of_frame(decoded.rotation)
        self.size = shown_size(Size(decoded.width, decoded.height), self._orientation)
        self._decoded = decoded
        self._reformatter = reformatter
        self._lumas: dict[int, Luma] = {}
        self.seen: dict[object, Sequence[Named]] = {}
        """What was named in it already."""

    def luma(self, divisor: int) -> Luma:
        """Grey, as many times smaller; made once, however many ask."""
        if divisor not in self._lumas:
            grey = self._reformatter.reformat(
                self._decoded,
                width=-(-self._decoded.width // divisor),
                height=-(-self._decoded.height // divisor),
                format="gray",
                dst_color_range=ColorRange.JPEG,
                interpolation=Interpolation.AREA,
            )
            luma = turned(grey.to_ndarray(), self._orientation)
            self._lumas[divisor] = luma.astype(np.uint8, copy=False)
        return self._lumas[divisor]

    def colours(self) -> Bgr:
        """The whole of it."""
        shown = self._reformatter.reformat(self._decoded, format="bgr24", dst_color_range=ColorRange.JPEG)
        return turned(shown.to_ndarray(), self._orientation).astype(np.uint8, copy=False)


def pictures_of(video: Path, started_at: float) -> Iterator[Picture]:
    """All pictures of a clip. Raises `RecordingError` where it can't be read."""
    reformatter = VideoReformatter()
    try:
        with av.open(str(video)) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for decoded in container.decode(stream):
                if decoded.time is not None:
                    yield Picture(decoded, started_at + decoded.time, reformatter)
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise RecordingError(because("video_unreadable", file=video.name, why=error)) from error


class _Shown:
    """interfaces.Looker: the luma of the picture that is being looked at, where a JPEG would be decoded."""

    luma: Luma | None = None

    def look(self, unit: Unit, is_due: bool) -> tuple[Look, ...]:
        return (Look(self.luma, unit.pts_s, unit.received_at, unit.size, bytes),)
