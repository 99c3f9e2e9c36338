"""Joining clips of a compressed camera: copied, with sound, and turned as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from gcam_addon.analysis.replay import pictures_of
from gcam_addon.model import Clip, ClipKind, Codec, Size, Unit
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.joining import join
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.pictures import picture_at
from gcam_addon.recording.remuxer import remux
from tests.support.fakes import make_camera
from tests.support.films import film
from tests.support.web_fakes import make_clip


def clip_of(folder: Path, number: int, units: list[Unit], orientation: int = 1) -> tuple[Clip, Path]:
    facts = ClipFacts(f"door-{number}", "door", "Door", ClipKind.MOTION, units[0].received_at)
    file = JournalFile(folder, facts, units[0].tracks)
    for unit in units:
        file.append(unit)
    file.close()
    path = folder / f"{number}.mp4"
    remux(file.path, path, tags(facts), orientation)
    camera = make_camera("door")
    return replace(make_clip(facts.id, camera, units[0].received_at), ended_at=units[-1].received_at), path


def later(units: list[Unit], seconds: float) -> list[Unit]:
    return [replace(unit, received_at=unit.received_at + seconds) for unit in units]


def test_who_looks_at_a_clip_anew_sees_it_turned(tmp_path: Path) -> None:
    _, path = clip_of(tmp_path, 1, film(n=10), orientation=6)
    picture = next(pictures_of(path, 0.0))
    assert picture.size == Size(120, 160)
    assert picture.luma(2).shape == (80, 60)
    jpeg = picture_at(path, 0.0, 120, exact=True)
    shown = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown.shape == (160, 120)
    small = cv2.resize(shown, (60, 80), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - picture.luma(2).astype(int)).mean() < 6


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_a_cut_in_open_groups_begins_with_what_can_be_seen(tmp_path: Path, codec: Codec) -> None:
    units = film(codec, n=45, bframes=2, is_open=True)
    clip = clip_of(tmp_path, 1, units)
    target, cut = tmp_path / "joined.mp4", clip[0].started_at + 1.2
    join([clip], cut, 1e12, target, progress=lambda _: None, cancelled=lambda: False)
    shown = [unit for unit in units[units.index(_second_key(units)) :] if unit.pts_s > 100.99]
    with av.open(str(target)) as container:
        assert [bytes(packet) for packet in container.demux(video=0) if packet.size] == [
            unit.data for unit in shown
        ]
    with av.open(str(target)) as container:
        assert sum(not frame.is_corrupt for frame in container.decode(video=0)) == 30


def _second_key(units: list[Unit]) -> Unit:
    return [unit for unit in units if unit.is_key][1]


@pytest.mark.parametrize("orientation", [1, 6])
def test_two_clips_are_one_with_all_pictures_and_sound(tmp_path: Path, orientation: int) -> None:
    units = film(n=45, sound=True)
    clips = [
        clip_of(tmp_path, 1, units, orientation),
        clip_of(tmp_path, 2, later(units, 100), orientation),
    ]
    target = tmp_path / "joined.mp4"
    length_s = join(clips, 0.0, 1e12, target, progress=lambda _: None, cancelled=lambda: False)
    with av.open(str(target)) as container:
        video = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    with av.open(str(target)) as container:
        times = [float(packet.pts * packet.time_base) for packet in container.demux(audio=0) if packet.size]
    with av.open(str(target)) as container:
        frames = list(container.decode(video=0))
    assert video == 2 * [unit.data for unit in units if not unit.is_sound]
    assert len(frames) == 90
    assert abs(frames[0].rotation) == (90 if orientation == 6 else 0)
    assert times == sorted(times)
    assert len(times) >= 2 * sum(unit.is_sound for unit in units) - 6
    assert times[-1] == pytest.approx(length_s, abs=0.3)
