"""From units to a journal and on to an MP4: what the camera sent is in it, bit for bit, at its own time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from gcam_addon.errors import RecordingError
from gcam_addon.model import ClipKind, Codec, Size, Unit
from gcam_addon.picture.jpeg import size_of
from gcam_addon.recording.encoder import Encoded, Interrupted
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile, tags
from gcam_addon.recording.journal_reader import comment_of, facts_of
from gcam_addon.recording.remuxer import remux
from gcam_addon.recording.thumbnails import small_picture
from tests.support.films import film

FACTS = ClipFacts("door-1", "door", "Entrée", ClipKind.MOTION, 1_700_000_100.0, reason="1 % moved")


UNTIMED = bytes.fromhex("0142c016ffe100126742c0168c8d40501e93506060607844235001000468ce3c80")
"""What a decoder of H.264 is told first, as Chromium's encoder has it: nothing of time."""


def journal_of(folder: Path, units: list[Unit]) -> Path:
    file = JournalFile(folder, FACTS, units[0].tracks)
    for unit in units:
        file.append(unit)
    file.close()
    return file.path


def made(folder: Path, units: list[Unit], orientation: int = 1) -> tuple[Path, Encoded]:
    target = folder / "clip.mp4"
    return target, remux(journal_of(folder, units), target, tags(FACTS), orientation)


def packets_of(video: Path, kind: str) -> list[tuple[bytes, float, bool]]:
    with av.open(str(video)) as container:
        stream = container.streams.video[0] if kind == "video" else container.streams.audio[0]
        return [
            (bytes(packet), float(packet.pts * packet.time_base), packet.is_keyframe)
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None
        ]


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize("bframes", [0, 2])
def test_every_unit_is_in_the_mp4_as_it_was_sent(tmp_path: Path, codec: Codec, bframes: int) -> None:
    units = film(codec, 45, bframes=bframes)
    video, result = made(tmp_path, units)
    found = packets_of(video, "video")
    assert [data for data, _, _ in found] == [unit.data for unit in units]
    assert [is_key for _, _, is_key in found] == [unit.is_key for unit in units]
    first_s = units[0].pts_s
    assert [at_s - found[0][1] for _, at_s, _ in found] == pytest.approx(
        [unit.pts_s - first_s for unit in units], abs=0.001
    )
    assert (result.frames, result.size, result.damaged) == (45, Size(160, 120), 0)
    assert result.duration_s == pytest.approx(44 / 15, abs=0.002)
    with av.open(str(video)) as container:
        assert len(list(container.decode(video=0))) == 45
        assert comment_of(container).startswith('{"gcam"')
        assert container.streams.video[0].codec_context.codec_tag == (
            "hvc1" if codec is Codec.H265 else "avc1"
        )


@pytest.mark.parametrize("after", [0, 1, 2])
def test_the_last_picture_is_there_wherever_the_last_key_is(tmp_path: Path, after: int) -> None:
    """Of an encoder, such as a browser's, that does not tell how long a picture lasts."""
    told = film(n=45)
    tracks = replace(told[0].tracks, video=replace(told[0].tracks.video, setup=UNTIMED))
    units = [replace(unit, tracks=tracks) for unit in told]
    last_key = max(index for index, unit in enumerate(units) if unit.is_key)
    assert 0 < last_key < 42
    wanted = units[: last_key + 1 + after]
    video, _ = made(tmp_path, wanted)
    assert [data for data, _, _ in packets_of(video, "video")] == [unit.data for unit in wanted]


def test_sound_is_beside_the_pictures_on_a_grid_of_its_own(tmp_path: Path) -> None:
    units = film(n=60, sound=True)
    video, _ = made(tmp_path, units)
    sent = [unit for unit in units if unit.is_sound and unit.pts_s >= units[0].pts_s]
    heard = packets_of(video, "audio")
    assert [data for data, _, _ in heard] == [unit.data for unit in sent]
    steps = {round(after[1] - before[1], 4) for before, after in pairwise(heard)}
    assert steps == {1024 / 16_000}
    seen = packets_of(video, "video")
    apart_s = (heard[0][1] - seen[0][1]) - (sent[0].pts_s - units[0].pts_s)
    assert abs(apart_s) <= 0.001


def test_silence_within_sound_stays_as_long_as_it_was(tmp_path: Path) -> None:
    units = [unit for unit in film(n=60, sound=True) if not (unit.is_sound and 101.0 < unit.pts_s < 102.0)]
    heard = [at_s for _, at_s, _ in packets_of(made(tmp_path, units)[0], "audio")]
    sent = [unit.pts_s for unit in units if unit.is_sound]
    assert 1.0 < _widest(sent) == pytest.approx(_widest(heard), abs=0.002)


def _widest(times_s: list[float]) -> float:
    return max(after - before for before, after in pairwise(times_s))


@pytest.mark.parametrize(("orientation", "counterclockwise"), [(6, -90), (3, 180), (8, 90)])
def test_how_it_is_to_be_shown_is_noted_and_nothing_is_decoded(
    tmp_path: Path, orientation: int, counterclockwise: int
) -> None:
    units = film(n=20)
    video, result = made(tmp_path, units, orientation)
    assert result.size == (Size(160, 120) if orientation == 3 else Size(120, 160))
    assert [data for data, _, _ in packets_of(video, "video")] == [unit.data for unit in units]
    with av.open(str(video)) as container:
        assert abs(next(container.decode(video=0)).rotation) == abs(counterclockwise)


def test_a_journal_cut_anywhere_ends_with_its_last_whole_unit(tmp_path: Path) -> None:
    units = film(n=30, sound=True)
    path = journal_of(tmp_path, units)
    whole = path.read_bytes()
    for cut in (len(whole) - 1, len(whole) // 2, len(whole) // 3):
        path.write_bytes(whole[:cut])
        result = remux(path, tmp_path / "clip.mp4", tags(FACTS), 1)
        found = [data for data, _, _ in packets_of(tmp_path / "clip.mp4", "video")]
        pictures = [unit.data for unit in units if not unit.is_sound]
        assert found == pictures[: len(found)]
        assert result.frames == len(found) > 0
        end = whole.index(pictures[len(found) - 1]) + len(pictures[len(found) - 1])
        assert cut - end < max(map(len, pictures)) + 1000, "no more than the unit that was cut is missing"
    assert facts_of(path) == FACTS


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize(("at", "by_s"), [(10, 1.0), (5, 1.9), (16, 5.0)])
def test_times_that_go_back_cost_no_picture(tmp_path: Path, codec: Codec, at: int, by_s: float) -> None:
    units = film(codec, 45)
    units = [*units[:at], *(replace(unit, pts_s=unit.pts_s - by_s) for unit in units[at:])]
    video, result = made(tmp_path, units)
    found = packets_of(video, "video")
    assert [data for data, _, _ in found] == [unit.data for unit in units]
    assert all(first <= then for (_, first, _), (_, then, _) in pairwise(found))
    assert result.frames == 45


def test_it_stops_where_the_program_does_and_the_journal_stays(tmp_path: Path) -> None:
    path = journal_of(tmp_path, film(n=30))
    with pytest.raises(Interrupted):
        remux(path, tmp_path / "clip.mp4", tags(FACTS), 1, lambda: True)
    assert path.exists()


def test_without_a_picture_there_is_no_clip(tmp_path: Path) -> None:
    path = journal_of(tmp_path, [unit for unit in film(n=30, sound=True) if unit.is_sound])
    with pytest.raises(RecordingError):
        remux(path, tmp_path / "clip.mp4", tags(FACTS), 1)


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_thumbnail_is_a_key_turned_as_it_is_shown(tmp_path: Path, orientation: int) -> None:
    path = journal_of(tmp_path, film(n=40, size=Size(640, 480), gop=20))
    small = small_picture(path, orientation)
    assert size_of(small) == (Size(320, 240) if orientation == 1 else Size(320, 427))
