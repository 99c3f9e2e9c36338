"""What travels between the desk and a node arrives as it was, and nothing else arrives."""

from __future__ import annotations

import ast
import contextlib
import json
import math
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.config.model import Camera, DetectionSettings, SourceSettings, Zone
from gcam_addon.errors import DiskError, StorageFull
from gcam_addon.machine.limits import Cost
from gcam_addon.model import (
    CameraState,
    Cause,
    Codec,
    Decision,
    DutyState,
    DutyStatus,
    EncodedFrame,
    Event,
    HdState,
    Motion,
    MotionEnded,
    Size,
    Sound,
    Status,
    Tracks,
    Video,
)
from gcam_addon.nodes import messages
from gcam_addon.nodes.codec import Garbled, packed, unpacked
from gcam_addon.nodes.messages import (
    Beat,
    Begin,
    Block,
    Close,
    Decided,
    Fares,
    Happened,
    JournalClosed,
    NodeEvent,
    Order,
    Picture,
    Problem,
    Sent,
    Showing,
    Start,
    Word,
)
from gcam_addon.nodes.problems import problem_of, raised
from gcam_addon.words.reason import Reason, because

TRACKS = Tracks(Video(Codec.H264, Size(640, 480), b"avcC"), Sound(16000, 1, b"\x14\x08"))
STATE = CameraState(
    "door",
    "Porte d’entrée",
    Status.CONNECTED,
    12.5,
    problem=because("no_camera", camera="door"),
    cause=Cause.QUIET,
    size=Size(640, 480),
    dropped=(("parse", 1), ("detect", 0)),
    hd=HdState(Status.LOST, 1.0, codec=Codec.H265),
)
CAMERA = Camera(
    "door",
    "Door",
    SourceSettings("http://user:secret@10.0.0.2/"),
    privacy_masks=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),),
    detection=DetectionSettings(zones=(Zone("path", ((0.0, 0.5), (1.0, 0.5), (1, 1))),)),
)
BEAT = Beat(
    (Fares("door", STATE, Showing(film=True, sd=TRACKS)), Fares("yard", None, None)),
    Problem("StorageFull", because("disk_silent")),
    0.5,
    (DutyState("journal", DutyStatus.RUNNING),),
    Cost(1.5, 2, 3),
)
ORDERS = (
    Begin("1", Path("/data/journal/worker-1"), None, 5, 2, 20, -1.5),
    Start(3, CAMERA),
    Block(None),
    Close(),
)
WORDS = (
    BEAT,
    Happened(MotionEnded("door", "e", 1.0, 2.0, 3.0, 4.0, because("disk_silent"), jpeg=b"\xff\xd8")),
    Picture(7, EncodedFrame(b"\xff\xd8\xff\xd9", 1.0, 2.0, Size(8, 8))),
    Sent(7, b"", -math.inf, 2.0, is_key=True, is_sound=False, tracks=TRACKS),
    Decided(7, Decision(1.0, Motion(True, 1.0, 2.0, Cause.MOTION, "so"), event=True)),
    JournalClosed(Path("/data/journal/worker-1/door-1-abcd.mkv")),
)


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_arrives_as_it_was(order: Order) -> None:
    assert unpacked(packed(order, Order), Order) == order


@pytest.mark.parametrize("word", WORDS)
def test_a_word_arrives_as_it_was(word: Word) -> None:
    assert unpacked(packed(word, Word), Word) == word


def test_a_sentence_can_be_said_in_other_languages_on_the_other_side() -> None:
    heard = unpacked(packed(BEAT, Word), Word).cameras[0].state.problem
    assert isinstance(heard, Reason)
    assert heard.in_language("fr") == because("no_camera", camera="door").in_language("fr")


def test_everything_that_may_travel_has_a_form() -> None:
    """Also what somebody adds to the model: it would fail only when it happens."""
    for kind in (*get_args(Order), *get_args(Word), *get_args(NodeEvent)):
        try:
            packed(object(), kind)
        except AttributeError:
            continue
        except TypeError as error:
            pytest.fail(f"{kind.__name__}: {error}")


def test_every_event_that_the_code_of_a_node_tells_can_travel() -> None:
    """Read from the sources of all that a node's process imports."""
    events = {kind.__name__ for kind in _all_of(get_args(Event))}
    told = {name for path in _sources_of_a_node() for name in _called_in(path)} & events
    assert told <= {kind.__name__ for kind in get_args(NodeEvent)}
    assert told >= {"MotionStarted", "MotionNamed", "MotionEnded", "RecordingChanged", "CameraChanged"}


def _all_of(kinds: Iterable[type]) -> Iterator[type]:
    for kind in kinds:
        yield kind
        yield from _all_of(kind.__subclasses__())


def _sources_of_a_node() -> list[Path]:
    script = (
        "import sys, gcam_addon.nodes.cli_worker\n"
        "for name, module in list(sys.modules.items()):\n"
        "    if name.startswith('gcam_addon.') and getattr(module, '__file__', None):\n"
        "        print(module.__file__)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [Path(line) for line in run.stdout.splitlines()]


def _called_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def test_a_problem_of_the_disk_is_the_same_on_the_other_side() -> None:
    for error in (StorageFull(because("disk_silent")), DiskError(because("disk_waits"))):
        problem = problem_of(error)
        assert problem is not None
        again = raised(problem)
        assert (type(again), again.said, again.code) == (type(error), error.said, error.code)


def _message(plain: Any, *beside: bytes) -> bytes:
    head = json.dumps([plain, [len(one) for one in beside]]).encode()
    return struct.pack(">I", len(head)) + head + b"".join(beside)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\x05",
        _message(["Close", []])[:-1],
        _message(["Close", []]) + b"more",
        _message(["Close", [1]]),
        _message(["Stop", ["1", "door"]]),
        _message(["Stop", [1, {"code": "nothing of ours", "params": {}}]]),
        _message(["Path", ["/etc/passwd"]]),
        _message(["Watch", [1, "door", "everything", False]]),
        _message(["Block", [["so"]]]),
        _message("Close"),
        _message({"Close": []}),
    ],
)
def test_what_is_garbled_is_nothing(data: bytes) -> None:
    with pytest.raises(Garbled):
        unpacked(data, Order)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_garbled(data: bytes) -> None:
    with contextlib.suppress(Garbled):
        unpacked(data, Word)


def test_each_kind_of_message_has_a_name_of_its_own() -> None:
    names = [kind.__name__ for kind in (*get_args(Order), *get_args(Word))]
    assert len(set(names)) == len(names)
    assert all(getattr(messages, name).__module__ == messages.__name__ for name in names)
