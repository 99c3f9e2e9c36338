"""A camera that another process runs, as the desk has it: what was told last, and who watches it here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from gcam_addon.config.model import Camera
from gcam_addon.live.relay import Relay
from gcam_addon.live.units import UnitRelay
from gcam_addon.model import (
    CameraState,
    Decision,
    EncodedFrame,
    Event,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Named,
    Tracks,
    Unit,
)
from gcam_addon.nodes.messages import Decided, Picture, Seen, Sent, Showing, Word

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Thing:
    """Of a camera."""

    camera_id: str
    what: Seen
    hd: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """How the node is asked for something, and no more."""

    begin: Callable[[Feed], None]
    end: Callable[[Feed], None]


class Feed:
    """What a node sends of one thing while anybody here watches; it comes once, however many do. `put` gets
    what comes.
    """

    def __init__(
        self, thing: Thing, asking: Asking, put: Callable[[Word], None], over: Callable[[], None]
    ) -> None:
        self.thing = thing
        self.put = put
        self.stream = 0
        """Under which number it comes; the node's business."""
        self._over = over
        self._asking = asking
        self._watching = 0
        self._is_asked_for = False

    def over(self) -> None:
        """Nothing more comes for now: who watches is to leave, and who comes asks for it again."""
        self._is_asked_for = False
        self._over()

    @contextmanager
    def watched(self) -> Iterator[None]:
        self._watching += 1
        if not self._is_asked_for:
            self._is_asked_for = True
            self._asking.begin(self)
        try:
            yield
        finally:
            self._watching -= 1
            if not self._watching and self._is_asked_for:
                self._is_asked_for = False
                self._asking.end(self)


class FarRelay(Relay[_T]):
    """Filled only while somebody watches."""

    feed: Feed

    async def watch(self) -> AsyncGenerator[_T, None]:
        with self.feed.watched():
            async with aclosing(super().watch()) as seen:
                async for one in seen:
                    yield one


class FarUnits(UnitRelay):
    """Filled only while somebody watches; what the camera sends is known all the same."""

    feed: Feed

    async def watch(self) -> AsyncGenerator[Sequence[Unit], None]:
        with self.feed.watched():
            async with aclosing(super().watch()) as seen:
                async for units in seen:
                    yield units

    def know(self, tracks: Tracks | None) -> None:
        if tracks is not None:
            self.tracks = tracks
        elif self.tracks is not None:
            self.end()


class _Stream:
    """What people watch of one address."""

    def __init__(self, camera_id: str, asking: Asking, *, hd: bool) -> None:
        self._tracks: Tracks | None = None
        self.pictures = FarRelay[EncodedFrame]()
        self.units = FarUnits()

        def leave_units(feed: Feed) -> None:
            asking.end(feed)
            self.units.forget()  # the next one who comes begins with what is newest then

        pictures = Thing(camera_id, Seen.PICTURES, hd)
        self.pictures.feed = Feed(pictures, asking, self._show, self.pictures.dismiss)
        units = Thing(camera_id, Seen.UNITS, hd)
        self.units.feed = Feed(units, Asking(asking.begin, leave_units), self._pass_on, self.units.end)

    @property
    def skipped(self) -> int:
        return self.pictures.skipped + self.units.skipped

    def forget(self) -> None:
        self.pictures.forget()
        self.units.forget()

    def dismiss(self) -> None:
        self.units.end()
        self.pictures.forget()
        self.pictures.dismiss()

    def close(self) -> None:
        self.units.end()
        self.pictures.close()

    def _show(self, word: Word) -> None:
        if isinstance(word, Picture):
            self.pictures.publish(word.frame)

    def _pass_on(self, word: Word) -> None:
        if not isinstance(word, Sent):
            return
        self._tracks = word.tracks or self._tracks
        assert self._tracks is not None
        self.units.publish(
            Unit(word.data, word.pts_s, word.received_at, self._tracks, word.is_key, word.is_sound)
        )


class FarCamera:
    """All methods: loop."""

    def __init__(self, camera: Camera, state: CameraState, asking: Asking) -> None:
        self.camera = camera
        self.state = state
        self.showing = Showing()
        self.event: MotionStarted | None = None
        """That goes on."""
        self._named: tuple[Named, ...] = ()
        self._sd = _Stream(camera.id, asking, hd=False)
        self._hd = _Stream(camera.id, asking, hd=True)
        self.decisions = FarRelay[Decision]()
        decisions = Thing(camera.id, Seen.DECISIONS)
        self.decisions.feed = Feed(decisions, asking, self._decide, self.decisions.dismiss)

    @property
    def epoch(self) -> int:
        return self._sd.pictures.epoch

    @property
    def skipped(self) -> int:
        return self.showing.skipped + self._sd.skipped + self._hd.skipped

    def pictures(self, hd: bool) -> FarRelay[EncodedFrame]:
        """Large ones the node itself takes from elsewhere where there are none."""
        return (self._hd if hd else self._sd).pictures

    def units(self, hd: bool) -> FarUnits:
        return (self._hd if hd and self.showing.film else self._sd).units

    def know(self, showing: Showing) -> None:
        self.showing = showing
        self._sd.units.know(showing.sd)
        self._hd.units.know(showing.hd)

    def hear(self, event: Event) -> None:
        """What happens here is not over as long as nobody says so."""
        match event:
            case MotionStarted():
                self.event, self._named = event, ()
            case MotionNamed():
                self._named = event.named
            case MotionEnded():
                self.event, self._named = None, ()

    def cut_off(self, pts_s: float, at: float) -> MotionEnded | None:
        """How an event ends of whose end nobody can tell any more; None where nothing happens."""
        began, named = self.event, self._named
        if began is None:
            return None
        self.event, self._named = None, ()
        return MotionEnded(
            began.camera_id,
            began.event_id,
            pts_s,
            began.started_at,
            ended_at=max(at, began.started_at),
            peak=began.score,
            reason=began.reason,
            zones=began.zones,
            jpeg=began.jpeg,
            named=named,
            cells=began.cells,
        )

    def by_hand_s(self, at: float) -> float:
        """How long it is still to be recorded by hand."""
        return max(0.0, (self.state.manual_until or 0.0) - at)

    def begin_anew(self) -> None:
        """Another process runs it: nothing goes on where it was."""
        self._sd.units.forget()
        self._hd.units.forget()

    def forget(self) -> None:
        """Nobody is to see any more what is private now."""
        self._sd.forget()
        self._hd.forget()

    def dismiss(self) -> None:
        """It is switched off: who watches is to notice, and nobody is to see the last of it."""
        self._sd.dismiss()
        self._hd.dismiss()
        self.decisions.dismiss()

    def close(self) -> None:
        """End everybody's watching."""
        self._sd.close()
        self._hd.close()
        self.decisions.close()

    def _decide(self, word: Word) -> None:
        if isinstance(word, Decided):
            self.decisions.publish(word.decision)
