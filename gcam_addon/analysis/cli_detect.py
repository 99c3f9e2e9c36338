"""`gcam detect`: its arguments, its progress bar and what it prints."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import cv2
from tqdm import tqdm

from gcam_addon.analysis import report
from gcam_addon.analysis.analyser import AnalysedFrame, Analyser, FoundEvent
from gcam_addon.analysis.dialling import WAITS_S, dialled
from gcam_addon.analysis.footage import Numbered, expected_count, live, recorded
from gcam_addon.analysis.plot import STRIP_PICTURES, Picture, check_plotting, plot_analysis
from gcam_addon.assembly import build_classifier, build_processor
from gcam_addon.config.load import parse_push_listen
from gcam_addon.config.model import Camera, DetectionSettings, DetectorName, PushSettings, SourceSettings
from gcam_addon.errors import ConfigError, SourceError
from gcam_addon.model import Cause
from gcam_addon.wire.address import PUSH_URL, PushAddress, dials_in, parse, redact
from gcam_addon.wire.arrivals import Arrivals
from gcam_addon.words.reason import because

_GAP_S = 1.0
_KEYED = "push://ID:SECRET@gcam"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe them on `parser`."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a video file, a folder of pictures, a webcam (/dev/video0), or a URL; "
        f"{_KEYED} of a camera that dials in",
    )
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        help="where a camera that dials in does (0.0.0.0:8485)",
    )
    parser.add_argument(
        "--fps",
        type=_positive,
        metavar="F",
        help="look at about F pictures per second (default: all); for pictures without times: their rate",
    )
    parser.add_argument(
        "--detector",
        choices=[name.value for name in DetectorName],
        default=DetectorName.ADAPTIVE.value,
        help="default: adaptive",
    )
    parser.add_argument(
        "--sensitivity", type=_sensitivity, default=50, metavar="N", help="1 to 100 (default: 50)"
    )
    parser.add_argument(
        "--gap",
        type=_positive,
        default=_GAP_S,
        metavar="S",
        help="seconds of quiet that end an event (default: 1)",
    )
    parser.add_argument("--seconds", type=_positive, metavar="S", help="stop after this much of it")
    parser.add_argument("--json", action="store_true", help="one JSON object per line instead of a table")
    parser.add_argument(
        "--frames-too", action="store_true", help="with --json: also a line for every picture"
    )
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw scores, reasons and events over time")


def run(args: argparse.Namespace) -> int:
    """Analyse and print; 0 when all went well. Raises `GcamError` where there is nothing to analyse."""
    cv2.setNumThreads(1)
    if args.plot is not None:
        check_plotting()
    path = Path(args.source)
    session = _Session(args)
    started_s = time.monotonic()
    try:
        if _is_recorded(path):
            _run_recorded(session, path, args)
        else:
            asyncio.run(_run_live(session, args))
    except KeyboardInterrupt:  # that is how a live analysis ends
        pass
    finally:
        session.finish()
    session.summarise(time.monotonic() - started_s)
    if args.plot is not None:
        session.plot(args.plot, path.name if _is_recorded(path) else redact(args.source))
    return 0


def _is_recorded(path: Path) -> bool:
    """A webcam has a place in the file system, and is none."""
    return path.exists() and not path.is_char_device()


def _run_recorded(session: _Session, path: Path, args: argparse.Namespace) -> None:
    frames = recorded(path, args.fps)
    with session.progress(None if args.fps else expected_count(path)) as bar:
        for index, unit, is_due in frames:
            if args.seconds is not None and unit.pts_s > args.seconds:
                return
            session.take(session.analyser.feed(index, unit, is_due))
            bar.update()


async def _run_live(session: _Session, args: argparse.Namespace) -> None:
    camera = _camera(args)
    if not dials_in(camera.source.url):
        await _look(session, camera, args, None)
        return
    where = parse_push_listen(args.listen) if args.listen else PushSettings()
    camera = _dialling(camera)
    async with dialled(camera, where, args.clock, args.duties) as (arrivals, port):
        session.say(f"Waiting for {camera.id}: gcam push HOST:{port} --key {camera.id}:SECRET")
        await _look(session, camera, args, arrivals)


async def _look(
    session: _Session, camera: Camera, args: argparse.Namespace, arrivals: Arrivals | None
) -> None:
    with session.progress(None) as bar, contextlib.suppress(TimeoutError):
        frames = live(camera, args.fps, args.clock, args.duties, arrivals)
        async with contextlib.aclosing(_watched(frames, session)) as watched, asyncio.timeout(None) as end:
            async for index, unit, is_due in watched:
                if args.seconds is not None and end.when() is None:  # from the first picture on
                    end.reschedule(asyncio.get_running_loop().time() + args.seconds)
                session.take(await asyncio.to_thread(session.analyser.feed, index, unit, is_due))
                bar.update(is_due)


def _dialling(camera: Camera) -> Camera:
    """As its sender knows it. Raises `ConfigError` where its address holds no key."""
    address = parse(camera.source.url)
    if not isinstance(address, PushAddress) or address.key is None or address.caller is None:
        raise ConfigError(because("detect_push", address=PUSH_URL, usual=_KEYED), field="source")
    return replace(camera, id=address.caller, source=replace(camera.source, stall_timeout_s=WAITS_S))


async def _watched(frames: AsyncGenerator[Numbered], session: _Session) -> AsyncGenerator[Numbered]:
    """A camera that goes away after it delivered pictures ends the analysis; what was found stays."""
    try:
        async with contextlib.aclosing(frames):
            async for item in frames:
                yield item
    except SourceError as error:
        if session.analyser.frames == 0:
            raise
        session.say(f"The camera ended the stream: {error}")


class _Session:
    """One analysis and what is printed about it."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.analyser = Analyser(build_processor(_camera(args)), build_classifier())
        self._as_json: bool = args.json
        self._frames_too: bool = args.json and args.frames_too
        self._keep_frames = args.plot is not None
        self._frames: list[AnalysedFrame] = []
        self._pictures: list[Picture] = []
        self._every = 1
        self._events: list[FoundEvent] = []
        self._causes: Counter[Cause] = Counter()

    @contextlib.contextmanager
    def progress(self, total: int | None) -> Iterator[tqdm[NoReturn]]:
        """A bar on a terminal, nothing elsewhere."""
        hidden = not sys.stderr.isatty()
        with tqdm(total=total, unit=" pictures", file=sys.stderr, disable=hidden, leave=False) as bar:
            yield bar

    def take(self, results: Iterable[tuple[AnalysedFrame, tuple[FoundEvent, ...]]]) -> None:
        """Count, keep for the plot and print what there is to print about each picture."""
        for frame, events in results:
            self._causes[frame.motion.cause] += 1
            if self._keep_frames:
                self._frames.append(replace(frame, jpeg=bytes))
                self._keep_picture(frame)
            if self._frames_too:
                self._print(report.frame_line(frame))
            self._tell(events)

    def finish(self) -> None:
        self._tell(self.analyser.finish())

    def summarise(self, took_s: float) -> None:
        if self._as_json:
            return
        if self._causes:
            for line in report.summary(self._events, self._causes, self.analyser.last_s, took_s):
                self._print(line)

    def plot(self, path: Path, title: str) -> None:
        if not self._frames:
            raise ConfigError("There is nothing to plot: no picture came", field="plot")
        plot_analysis(self._frames, self._events, self._strip(), title=title, path=path)
        self.say(f"Plot: {path}")

    def say(self, text: str) -> None:
        """To a person, beside the results."""
        tqdm.write(text, file=sys.stderr)

    def _tell(self, events: Iterable[FoundEvent]) -> None:
        for event in events:
            if not self._as_json and not self._events:
                self._print(report.TABLE_HEAD)
            self._events.append(event)
            self._print(report.event_line(event) if self._as_json else report.event_row(event))

    def _print(self, line: str) -> None:
        tqdm.write(line, file=sys.stdout)
        sys.stdout.flush()

    def _keep_picture(self, frame: AnalysedFrame) -> None:
        """Some pictures, evenly over a time that nobody knows in advance: thinned out as they grow many."""
        if (len(self._frames) - 1) % self._every == 0:
            self._pictures.append((frame.t_s, frame.jpeg()))
        if len(self._pictures) >= 8 * STRIP_PICTURES:
            self._pictures = self._pictures[::2]
            self._every *= 2

    def _strip(self) -> list[Picture]:
        """Pictures from the middle of up to four of the strongest events, and evenly chosen ones."""
        strongest = sorted(self._events, key=lambda event: -event.peak)[: STRIP_PICTURES // 2]
        middles = [(event.start_s + event.end_s) / 2 for event in strongest]
        chosen = {min(self._pictures, key=lambda picture: abs(picture[0] - t_s))[0] for t_s in middles}
        step = len(self._pictures) / STRIP_PICTURES
        for number in range(STRIP_PICTURES):
            if len(chosen) < STRIP_PICTURES:
                chosen.add(self._pictures[int((number + 0.5) * step)][0])
        return [picture for picture in self._pictures if picture[0] in chosen]


def _camera(args: argparse.Namespace) -> Camera:
    detection = DetectionSettings(
        detector=DetectorName(args.detector), sensitivity=args.sensitivity, event_gap_s=args.gap
    )
    return Camera(id="detect", name="detect", source=SourceSettings(url=args.source), detection=detection)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _sensitivity(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not within 1 to 100")
    return value
