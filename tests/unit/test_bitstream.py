"""Compressed streams as bytes: NAL units, Matroska headers, what libav says of them, and decoding."""

from __future__ import annotations

import io

import av
import cv2
import numpy as np
import pytest

from gcam_addon.bitstream import matroska, nal
from gcam_addon.bitstream.inter import InterDecoder
from gcam_addon.bitstream.tracks import templates, video_of, video_of_key
from gcam_addon.detectors.decode import Decoder
from gcam_addon.detectors.inter import AnyLooker
from gcam_addon.model import Codec, Size, Sound, Tracks, Unit, jpeg_unit
from gcam_addon.picture.jpeg import size_of
from tests.support.films import film
from tests.support.frames import jpeg_frames, mjpeg

BOTH = [Codec.H264, Codec.H265]


def annex_b(unit: Unit) -> bytes:
    data, at, found = unit.data, 0, []
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        found.append(b"\0\0\0\1" + data[at + 4 : at + 4 + length])
        at += 4 + length
    return b"".join(found)


@pytest.mark.parametrize("codec", BOTH)
def test_start_codes_become_lengths_and_nothing_else_changes(codec: Codec) -> None:
    for unit in film(codec, 20):
        assert nal.length_prefixed(annex_b(unit), codec) == unit.data


def test_delimiters_and_padding_are_no_part_of_the_picture() -> None:
    picture = b"\0\0\0\1\x09\xf0" + b"\0\0\1\x65\x88\x84" + b"\0\0\0"
    assert nal.length_prefixed(picture, Codec.H264) == b"\0\0\0\3\x65\x88\x84"
    assert list(nal.split(b"no start code")) == []


@pytest.mark.parametrize("codec", BOTH)
def test_a_key_unit_tells_what_the_stream_is(codec: Codec) -> None:
    size = Size(320, 240)
    key = film(codec, 2, size=size)[0]
    sets = _sets_of(codec, size)
    video = video_of_key(codec, b"".join(b"\0\0\0\1" + each for each in sets) + annex_b(key))
    assert (video.codec, video.size) == (codec, size)
    assert (
        InterDecoder().pictures(Unit(key.data, 0.0, 0.0, Tracks(video)))
        or "its picture comes with the next one"
    ), "libav can read what it says"


@pytest.mark.parametrize("codec", BOTH)
@pytest.mark.parametrize("sound", [True, False])
def test_libav_reads_the_header_that_is_spelled_here(codec: Codec, sound: bool) -> None:
    tracks = film(codec, 2, sound=sound)[0].tracks
    with templates(tracks) as like:
        assert video_of(like.video) == tracks.video
        assert (like.sound is not None) == sound
    written = matroska.header(tracks, {"title": "Entrée", "comment": "{}"}) + matroska.cluster_head(0, 0)
    with av.open(io.BytesIO(written)) as container:
        assert container.metadata["title"] == "Entrée"
        assert container.metadata["COMMENT"] == "{}"


def test_boards_journals_are_of_the_same_kind() -> None:
    frames = jpeg_frames(3)
    written = matroska.header(mjpeg(frames[0].size), {}) + b"".join(
        matroska.cluster_head(40 * index, len(frame.data)) + frame.data for index, frame in enumerate(frames)
    )
    with av.open(io.BytesIO(written)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert [bytes(packet) for packet in packets] == [frame.data for frame in frames]
        assert [packet.pts for packet in packets] == [0, 40, 80]
        assert all(packet.is_keyframe for packet in packets)


@pytest.mark.parametrize("codec", BOTH)
@pytest.mark.parametrize("bframes", [0, 2])
def test_every_picture_comes_out_with_its_own_time(codec: Codec, bframes: int) -> None:
    decoder, units = InterDecoder(), film(codec, 40, bframes=bframes)
    pictures = [picture for unit in units for picture in decoder.pictures(unit)]
    times = [picture.pts_s for picture in pictures]
    assert times == sorted(times)
    assert times == sorted(unit.pts_s for unit in units)[: len(times)]
    assert len(times) >= 36
    assert decoder.take_damaged() == 0


def test_nothing_is_decoded_before_a_key_and_damage_is_counted() -> None:
    decoder, units = InterDecoder(), film(n=40)
    assert [each for unit in units[1:10] for each in decoder.pictures(unit)] == []
    torn = Unit(b"\0\0\0\5garbage", 0.0, 0.0, units[0].tracks, is_key=True)
    assert decoder.pictures(torn) == ()
    assert decoder.take_damaged() == 1
    assert [each for unit in units[15:30] for each in decoder.pictures(unit)]


def test_a_camera_that_changes_its_size_is_followed() -> None:
    decoder = InterDecoder()
    for size in (Size(160, 120), Size(320, 240)):
        sizes = {each.size for unit in film(n=10, size=size) for each in decoder.pictures(unit)}
        assert sizes == {size}


@pytest.mark.parametrize("codec", BOTH)
def test_detection_sees_what_it_would_see_of_jpegs(codec: Codec) -> None:
    size = Size(640, 480)
    looker, scale = AnyLooker("1/4"), Decoder("1/4")
    looks = [look for unit in film(codec, 10, size=size) for look in looker.look(unit, is_due=True)]
    for look, jpeg in zip(looks, jpeg_frames(10, size), strict=False):
        expected = scale.decode(jpeg)
        assert look.luma is not None
        assert expected is not None
        assert look.luma.shape == expected.shape
        assert np.abs(look.luma.astype(int) - expected.astype(int)).mean() < 4
        assert size_of(look.jpeg()) == size


def test_only_what_is_due_is_shown_and_what_is_turned_is_shown_turned() -> None:
    looker = AnyLooker("1/2")
    units = film(n=12)
    turned = Tracks(
        type(units[0].tracks.video)(Codec.H264, Size(120, 160), units[0].tracks.video.setup, orientation=6)
    )
    looks = [
        look
        for index, unit in enumerate(units)
        for look in looker.look(
            Unit(unit.data, unit.pts_s, unit.received_at, turned, unit.is_key), is_due=index % 4 == 0
        )
    ]
    assert [look.pts_s for look in looks] == [units[index].pts_s for index in (0, 4, 8)]
    assert looks[0].luma is not None
    assert looks[0].luma.shape == (80, 60)
    assert looks[0].size == Size(120, 160)
    picture = cv2.imdecode(np.frombuffer(looks[0].jpeg(), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[:2] == (160, 120)


def test_a_unit_that_is_no_good_is_a_look_without_a_picture() -> None:
    looker, units = AnyLooker(), film(n=5)
    torn = Unit(b"\0\0\0\5garbage", units[0].pts_s, 1.0, units[0].tracks, is_key=True)
    (look,) = looker.look(torn, is_due=True)
    assert look.luma is None
    (jpeg,) = looker.look(jpeg_unit(b"no jpeg", 1.0, 1.0, Size(160, 120)), is_due=True)
    assert jpeg.luma is None


def test_sound_is_told_by_its_set_up() -> None:
    sound = film(n=30, sound=True)[0].tracks.sound
    assert isinstance(sound, Sound)
    assert (sound.rate, sound.channels) == (16_000, 1)
    assert len(sound.setup) >= 2


def _sets_of(codec: Codec, size: Size) -> list[bytes]:
    """The parameter sets out of avcC or hvcC, by libav's own filter."""
    tracks = film(codec, 2, size=size)[0].tracks
    with templates(tracks) as like:
        name = "h264_mp4toannexb" if codec is Codec.H264 else "hevc_mp4toannexb"
        filtered = av.BitStreamFilterContext(name, like.video)
        packet = av.Packet(film(codec, 2, size=size)[0].data)
        packet.is_keyframe, packet.stream = True, like.video
        (out,) = filtered.filter(packet)
        return list(nal.parameter_sets(bytes(out), codec))
