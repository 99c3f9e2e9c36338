"""The cameras that are plugged into this machine, as the kernel lists them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_CLASS = Path("sys/class/video4linux")
_BY_ID = Path("dev/v4l/by-id")


@dataclass(frozen=True, slots=True)
class Webcam:
    """`url` is what it is watched by: the same wherever it is plugged in, where it has a name for that."""

    name: str
    url: str


def webcams(root: Path = Path("/")) -> Sequence[Webcam]:
    """As they are listed; a Raspberry Pi's own camera where its program is installed."""
    links = _by_id(root)
    found = []
    for node in sorted((root / _CLASS).glob("video*"), key=lambda path: (len(path.name), path.name)):
        if _text(node / "index") != "0":  # the further nodes of one camera carry no pictures
            continue
        url = links.get(node.name, f"/dev/{node.name}")
        found.append(Webcam(_text(node / "name") or node.name, url))
    if shutil.which("rpicam-vid") or shutil.which("libcamera-vid"):
        found.append(Webcam("Raspberry Pi", "rpicam://0"))
    return found


def _by_id(root: Path) -> dict[str, str]:
    """The stable names, by the node's name."""
    try:
        links = sorted((root / _BY_ID).iterdir())
    except OSError:
        return {}
    return {link.readlink().name: f"/{_BY_ID / link.name}" for link in links if link.is_symlink()}


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()[:64]
    except OSError:
        return ""
