"""Compressing like another JPEG: quality and sampling read back from real headers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcam_addon.pipeline.compression import Compression, compression_of
from tests.support.jpegs import jpeg

SOFT = cv2.resize(
    np.random.default_rng(7).integers(0, 255, (30, 40, 3), np.uint8),
    (320, 240),
    interpolation=cv2.INTER_CUBIC,
)


def encoded(quality: int, sampling: int) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    return cv2.imencode(".jpg", SOFT, options)[1].tobytes()


def pixels(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.parametrize("quality", [20, 30, 50, 63, 75, 80, 90, 95, 100])
@pytest.mark.parametrize("sampling", [0x411111, 0x221111, 0x211111, 0x121111, 0x111111])
def test_quality_and_sampling_are_found(quality: int, sampling: int) -> None:
    found = compression_of(encoded(quality, sampling))
    assert found.quality == pytest.approx(quality, abs=1)
    assert found.luma_sampling == sampling >> 16
    assert not found.is_grey


def test_compressed_alike_it_is_as_large_and_looks_the_same() -> None:
    first = encoded(80, 0x211111)
    second = cv2.imencode(".jpg", pixels(first), compression_of(first).options())[1].tobytes()
    assert len(second) == pytest.approx(len(first), rel=0.05)
    assert cv2.PSNR(pixels(first), pixels(second)) > 42
    assert compression_of(second) == compression_of(first)


def test_grey_stays_grey() -> None:
    assert compression_of(jpeg(1, grey=True)).is_grey


@given(st.binary(max_size=300))
def test_garbage_has_the_usual_compression_or_some(data: bytes) -> None:
    compression_of(data)
    assert 10 <= compression_of(b"\xff\xd8\xff\xdb" + data).quality <= 100


def test_nothing_known_is_the_usual() -> None:
    assert compression_of(b"") == Compression()
