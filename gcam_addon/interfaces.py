"""The seams of Gcam. Read this page and `model/`, and you have read the architecture.

A seam exists where there are two real implementations, or several rooms want the same: what one room alone
wants lies there (`web/recordings.py`, `mqtt/broker.py`). Constructors are not part of a Protocol: only
`assembly.py` (cameras) and `app.py` (the rest) construct. Who may call from where is said per method:
«loop» is the asyncio thread, «worker» one thread of the detection pool, at most one at a time per camera.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from gcam_addon.config.model import Camera, DetectionSettings
from gcam_addon.model import (
    ANY_CLIP,
    Box,
    CameraState,
    Clip,
    ClipFilter,
    Day,
    Decision,
    Discarded,
    EncodedFrame,
    Event,
    Motion,
    Named,
    Recorded,
    Rest,
    Size,
    Storage,
    Stored,
    Trashed,
    Unit,
    Usage,
)
from gcam_addon.model.alerts import Letter, Receipt
from gcam_addon.model.board_health import BoardHealth

Luma = npt.NDArray[np.uint8]
"""A small grey picture, shape (height, width)."""
Bgr = npt.NDArray[np.uint8]
"""A picture in colour, as OpenCV has it: shape (height, width, 3)."""


class Source(Protocol):
    """One run of one camera. Never reconnects: the runner does."""

    def units(self) -> AsyncGenerator[Unit, None]:
        """Loop. What the camera sends, in the order in which it is decoded, from a key of its pictures on;
        `Unit.tracks` changes where the camera changes what it sends. Yields until the camera ends the run; a
        live camera's end is a `SourceError`, a file's is the normal end of the iteration. Closing the
        iterator closes the connection. Where the reader is slow the camera waits, or units up to the next key
        are dropped and counted: nothing grows.
        """

    @property
    def dropped(self) -> int:
        """Parts received that were no usable picture, so far (torn, garbage, not an image)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What detection is shown of one picture."""

    luma: Luma | None
    """As it is to be shown; None: damaged."""
    pts_s: float
    received_at: float
    size: Size
    """Of the whole picture, as shown."""
    jpeg: Callable[[], bytes]
    """Worker. The whole picture for people; empty where there is none."""


@runtime_checkable
class Paced(Protocol):
    """A source whose camera can be asked for fewer pictures while it goes on."""

    @property
    def paced_fps(self) -> float | None:
        """How many a second at most the camera sends by now; None: as many as there are."""

    def pace(self, fps: float | None) -> None:
        """Loop. Ask for so many from now on, None: for all. Returns at once; asked until the camera obeys."""


@runtime_checkable
class Prompt(Protocol):
    """A source that hands every unit on as soon as it is there, instead of waking who waits for it."""

    async def hand_to(self, take: Callable[[Unit], None]) -> None:
        """Loop. In place of `units`, and ends as that does; cancelling it closes the connection. What `take`
        raises ends it, too.
        """


class Looker(Protocol):
    """Makes looks of a camera's units, one camera's for its whole life."""

    def look(self, unit: Unit, is_due: bool) -> Sequence[Look]:
        """Worker. Those pictures of due units that are ready: none where this one's comes later. Of a stream
        in which pictures build on those before, all units are shown, in order, from a key on, due or not.
        Never raises for what a camera sends.
        """


class Detector(Protocol):
    """Decides what moves. Owns its background; pure: same pictures and times in, same decisions out."""

    def detect(self, luma: Luma, pts_s: float, detail: float = 1.0) -> Motion:
        """Worker. `luma` may change its shape between calls (the camera's frame size changed). `detail`: how
        many of the camera's own pixels one of it stands for.
        """

    def is_calm(self, luma: Luma) -> bool:
        """Worker. Whether nothing can have moved, by a first look that learns nothing: `detect` would tell
        nothing of what came shortly before, either. False where that can't be told.
        """

    def retune(self, settings: DetectionSettings) -> None:
        """Worker. Decide by these from now on; what was learned stays. Never another detector or scale."""

    def reset(self) -> None:
        """Worker. Forget the background: the next pictures may show another scene (reconnect)."""


class Classifier(Protocol):
    """Says what is to be seen in parts of a picture. Slow: never asked by who may not wait."""

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        """A thread of its own, one at a time. All that it sees in them, also with a low score, the boxes
        relative to the whole picture. Never `UNNAMED`: who asks knows what moved.
        """


class Recorder(Protocol):
    """Turns units into clips; owns pre-roll, post-roll and maximum length. Never blocks its caller."""

    def push(self, unit: Unit, active: bool) -> None:
        """Loop. Called with every unit; `active` says that it is to be kept."""

    def note(self, event: Event) -> None:
        """Loop. What happened meanwhile (motion started or ended), for the clip's index entry."""

    def rename(self, camera: Camera) -> None:
        """Loop. The same camera under another name: that of the next clip."""

    def close(self) -> None:
        """Loop. The run is over (reconnect, shutdown): end an open clip, keep what it has. Idempotent;
        a later `push` begins anew.
        """

    def hand_over(self) -> Rest:
        """Loop. Ends as `close` does; what it leaves to the recorder that takes its place."""

    def take_over(self, rest: Rest) -> None:
        """Loop. Before the first `push`: this one takes the place of another."""

    @property
    def queued(self) -> int:
        """Units handed over and not yet on disk."""

    @property
    def dropped(self) -> int:
        """Units that should have been kept and were not (the disk can't follow, or is full), so far."""


class Sink(Protocol):
    """Somebody who wants to know: MQTT, web pages, notifiers."""

    def publish(self, event: Event) -> None:
        """Loop. Returns at once; a sink has its own bounded queue, so a slow one hurts only itself."""


class Channel(Protocol):
    """Carries alerts to one receiver. Keeps nothing: who sends tries again, and says what was sent before."""

    async def send(self, letter: Letter) -> Receipt:
        """Loop. Returns when the receiver's server has taken it. What `follows` another takes its place, or
        stands beside it, as the channel allows. Raises `ChannelError`.
        """

    async def close(self) -> None: ...


class Engine(Protocol):
    """Runs cameras, here or elsewhere. What crosses it is frozen, and travels: see `nodes.codec`."""

    async def start(self, camera: Camera) -> None:
        """Start the camera, or apply changed settings to a running one, touching no other camera; a
        connection goes on that the change does not concern.
        """

    async def stop(self, camera_id: str) -> None:
        """Stop it; an event in progress is kept."""

    async def close(self) -> None:
        """Stop all; returns when every journal is closed."""

    def subscribe(self, sink: Sink) -> None:
        """Tell `sink` of everything from now on."""

    def states(self) -> Mapping[str, CameraState]:
        """The newest state of every started camera, by id."""

    def state(self, camera_id: str) -> CameraState | None:
        """That of one, if it was started: costs as much as one."""

    def watch(self, camera_id: str, *, hd: bool = False) -> AsyncGenerator[EncodedFrame, None]:
        """The camera's pictures from now on; a slow reader skips to the newest. `hd`: those of its second
        address while there are any, else those of the first; ends when that changes. Raises `NotFound`.
        """

    def decisions(self, camera_id: str) -> AsyncGenerator[Decision, None]:
        """What the camera's detector decides from now on, picture by picture; a slow reader skips to the
        newest. Costs nothing while nobody reads. Raises `NotFound`.
        """

    def epoch(self, camera_id: str) -> int:
        """Changes when no picture from before may be shown any more (a new privacy mask): whoever keeps
        pictures in another form drops them then.
        """

    def skipped(self, camera_id: str) -> int:
        """Pictures that slow viewers of the camera did without, so far; 0 for none that runs."""

    async def snapshot(self, camera_id: str, *, hd: bool = False) -> EncodedFrame | None:
        """The newest picture, if there is one; of a compressed camera it is made. `hd` as in `watch`. Raises
        `NotFound`.
        """

    def record(self, camera_id: str, seconds: float | None) -> None:
        """Record by hand for `seconds` from now on; None or 0 stops. Raises `NotFound`."""

    def note_lamp(self, camera_id: str, level: int | None) -> None:
        """What the camera's lamp does now, for its state; None: it has none, or none is known of."""

    def note_board(self, camera_id: str, health: BoardHealth | None) -> None:
        """How the camera's board fares, for its state; None: it does not tell."""

    def calm(self, camera_id: str) -> None:
        """Gcam itself changes what the camera's picture shows: for a moment nothing begins to move."""


class Cameras(Protocol):
    """The cameras a person edits: what the web pages and MQTT commands change. Changes are stored first,
    then applied; they never interrupt another camera. Invalid ones raise `ConfigError` and change nothing.
    """

    def list(self) -> Sequence[Camera]: ...

    def get(self, camera_id: str) -> Camera:
        """Raises `NotFound`."""

    async def add(self, settings: Mapping[str, Any], avoid: Collection[str] = ()) -> Camera:
        """`settings` as in `cameras.json`; `id` is made from `name` where it is missing, none of `avoid`."""

    async def update(self, camera_id: str, changes: Mapping[str, Any]) -> Camera:
        """`changes` is merged into the camera's settings, e.g. `{"detection": {"sensitivity": 60}}`."""

    async def remove(self, camera_id: str) -> None: ...

    async def arrange(self, camera_ids: Sequence[str]) -> None:
        """These take, in this order, the places that they have among all now. Raises `NotFound`."""


class Clips(Protocol):
    """The index of recordings. Implementations do their disk work off the loop."""

    async def list(self, wanted: ClipFilter = ANY_CLIP, *, limit: int = 100) -> Sequence[Clip]:
        """Newest first."""

    async def get(self, clip_id: str) -> Clip:
        """Raises `NotFound`."""

    async def protect(self, clip_id: str, protected: bool) -> Clip: ...

    async def delete(self, clip_id: str) -> None:
        """Into the trash, for some days. Refuses a protected clip with `AccessDenied`."""

    async def restore(self, clip_id: str) -> Clip:
        """Out of the trash. Raises `NotFound` when it was emptied."""

    async def trash(self, camera_ids: frozenset[str] | None, limit: int) -> Trashed:
        """What may be had back, of those cameras (None: of all)."""

    async def trashed(self, clip_id: str) -> Discarded:
        """Raises `NotFound`."""

    async def empty_trash(self, camera_ids: frozenset[str] | None, clip_id: str | None = None) -> int:
        """Deletes that one, or all, of those cameras for good; returns how many."""

    async def stored(self) -> Sequence[Stored]:
        """How much there is per camera, by name; cameras without a clip are left out."""

    async def days(self, wanted: ClipFilter, timezone: tzinfo | None = None) -> Sequence[Day]:
        """What there is per day of `timezone` (None: this machine's), oldest first; days without a clip are
        left out.
        """

    async def cameras(self, wanted: ClipFilter) -> Sequence[Recorded]:
        """What there is per camera, by name; cameras without a clip are left out."""

    async def delete_all(self, camera_id: str) -> int:
        """All clips of a camera, protected ones too, and what is still being made of it; returns how many."""

    async def storage(self) -> Storage: ...

    async def usage(self, since: float) -> Usage: ...
