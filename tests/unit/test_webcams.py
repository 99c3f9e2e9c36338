"""What the kernel lists as cameras, in a folder that looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcam_addon.machine.webcams import Webcam, webcams


def plug(root: Path, node: str, name: str, index: int, by_id: str = "") -> None:
    folder = root / "sys/class/video4linux" / node
    folder.mkdir(parents=True)
    (folder / "name").write_text(name + "\n")
    (folder / "index").write_text(f"{index}\n")
    if by_id:
        links = root / "dev/v4l/by-id"
        links.mkdir(parents=True, exist_ok=True)
        (links / by_id).symlink_to(f"../../{node}")


@pytest.fixture(autouse=True)
def no_pi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_camera_has_several_nodes_and_one_of_them_counts(tmp_path: Path) -> None:
    plug(tmp_path, "video0", "HD Pro Webcam C920", 0, "usb-046d_C920-video-index0")
    plug(tmp_path, "video1", "HD Pro Webcam C920", 1, "usb-046d_C920-video-index1")
    plug(tmp_path, "video10", "Cheap one", 0)
    assert webcams(tmp_path) == [
        Webcam("HD Pro Webcam C920", "/dev/v4l/by-id/usb-046d_C920-video-index0"),
        Webcam("Cheap one", "/dev/video10"),
    ]


def test_a_pi_has_its_own(tmp_path: Path) -> None:
    program = tmp_path / "rpicam-vid"
    program.write_text("")
    program.chmod(0o755)
    assert webcams(tmp_path) == [Webcam("Raspberry Pi", "rpicam://0")]


def test_where_there_is_none(tmp_path: Path) -> None:
    assert webcams(tmp_path) == []
