"""What a minute of film takes in bytes, time and memory, and how much of the picture it keeps, by preset.

    python benchmarks/films.py [--footage FILE] [--seconds 20] [--presets ultrafast,leisure,medium:30]

Two inputs, VGA at 15 pictures a second: the procedural scene, and with `--footage` a film to which a
sensor's noise is added, both as the JPEGs a board sends. Every film is made by Gcam's own encoder of a
journal and read back: no picture may be missing. PSNR and SSIM are those of the light, beside the JPEG's.
`leisure` is what Gcam does while no clip waits, a number is the CRF. Each has a process of its own, for its
memory.
Results: docs/design/recording.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from gcam_addon.config.model import EncoderSettings
from gcam_addon.model import ClipKind, Size, jpeg_unit
from gcam_addon.recording.encoder import Encoder
from gcam_addon.recording.facts import ClipFacts
from gcam_addon.recording.journal_file import JournalFile
from gcam_addon.recording.journal_reader import count_frames, opened, packets
from gcam_addon.simulator.adjustments import Adjustments, adjusted
from gcam_addon.simulator.media import Footage, SceneFootage, VideoFootage
from gcam_addon.simulator.scenes.named import open_scene
from gcam_addon.simulator.scenes.scene import encode

_FPS = 15
_PRESETS = "ultrafast,leisure,superfast:28,veryfast,faster:30,medium:30"
_Luma = npt.NDArray[np.uint8]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", default="garden-wind-person")
    parser.add_argument("--footage", type=Path, help="a film of a real camera")
    parser.add_argument("--noise", type=float, default=3.0, help="the sensor's, of 255, added to --footage")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--presets", default=_PRESETS)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one is not None:
        print(json.dumps(_made(args.one, args.presets)))
        return
    size = Size(*(int(side) for side in args.size.split("x")))
    inputs: dict[str, tuple[Footage, float]] = {
        f"scene {args.scene}": (SceneFootage(open_scene(args.scene, seed=1)), 0.0)
    }
    if args.footage is not None:
        inputs[f"footage {args.footage.stem}"] = (VideoFootage(args.footage), args.noise)
    print("| | preset (CRF) | CPU ms a picture | MB a minute | of the first | PSNR dB | SSIM | memory MB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="gcam-films-") as name:
        for title, (footage, noise) in inputs.items():
            journal = _journal(Path(name) / title.split()[0], footage, noise, size, args.seconds)
            _rows(title, journal, args.presets.split(","), args.seconds)


def _rows(title: str, journal: Path, presets: list[str], seconds: float) -> None:
    first = 0.0
    for preset in presets:
        command = [sys.executable, __file__, "--one", str(journal), "--presets", preset]
        one = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        minute_mb = one["bytes"] / 1e6 * 60 / seconds
        first = first or minute_mb
        print(
            f"| {title} | {preset} | {one['cpu_ms']:.2f} | {minute_mb:.1f} | {minute_mb / first:.2f} "
            f"| {one['psnr']:.1f} | {one['ssim']:.3f} | {one['memory_mb']:.0f} |",
            flush=True,
        )


def _journal(folder: Path, footage: Footage, noise: float, size: Size, seconds: float) -> Path:
    """What a board would have sent of it."""
    folder.mkdir()
    rng = np.random.default_rng(1)
    facts = ClipFacts("film", "film", "Film", ClipKind.MOTION, 1_700_000_000.0)
    wanted = Adjustments(size)
    file: JournalFile | None = None
    for number in range(round(seconds * _FPS)):
        picture = adjusted(footage.picture(number / _FPS % footage.duration_s, size), wanted)
        if noise:
            grain = rng.normal(0.0, noise, (size.height, size.width, 1))
            picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
        jpeg = encode(picture, wanted.jpeg_quality)
        unit = jpeg_unit(jpeg, number / _FPS, number / _FPS, size)
        file = file or JournalFile(folder, facts, unit.tracks)
        file.append(unit)
    assert file is not None
    file.close()
    return file.path


def _made(journal: Path, how: str) -> dict[str, float]:
    """One film of it, and what it cost. Decoding and converting count: they are part of it."""
    preset, _, quality = how.partition(":")
    settings, at_leisure = EncoderSettings(), preset == "leisure"
    if not at_leisure:
        settings = replace(settings, preset=preset, quality=int(quality or settings.quality))
    target = journal.with_suffix(f".{preset}.mp4")
    before_kb = _most_kb()
    begun_s = time.process_time()
    made = Encoder(settings).encode(journal, target, {}, at_leisure=at_leisure)
    cpu_ms = 1000 * (time.process_time() - begun_s) / made.frames
    memory_mb = (_most_kb() - before_kb) / 1024
    if made.damaged or made.frames != count_frames(journal):
        raise SystemExit(f"{how}: {made.frames} of {count_frames(journal)} pictures are in the film")
    psnr, ssim = _likeness(journal, target)
    size_bytes = target.stat().st_size
    return {"cpu_ms": cpu_ms, "bytes": size_bytes, "psnr": psnr, "ssim": ssim, "memory_mb": memory_mb}


def _most_kb() -> int:
    """That this program held until now; what its parent held, as `getrusage` does, is left out."""
    status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0])


def _likeness(journal: Path, film: Path) -> tuple[float, float]:
    """(PSNR of all pictures' light together, the middle SSIM)."""
    errors, likenesses = [], []
    for was, became in zip(_sent(journal), _shown(film), strict=True):
        errors.append(float(np.mean((was.astype(np.float32) - became) ** 2)))
        likenesses.append(_ssim(was.astype(np.float32), became.astype(np.float32)))
    return 10 * float(np.log10(255**2 / np.mean(errors))), float(np.mean(likenesses))


def _sent(journal: Path) -> Iterator[_Luma]:
    with opened(journal) as source:
        for packet in packets(source):
            yield cv2.imdecode(np.frombuffer(bytes(packet), np.uint8), cv2.IMREAD_GRAYSCALE).astype(np.uint8)


def _shown(film: Path) -> Iterator[_Luma]:
    """Full range, as a player shows it."""
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            yield frame.reformat(format="gray", dst_color_range="JPEG").to_ndarray()


def _ssim(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """Wang and others, 2004: windows of 11 pixels, sigma 1.5."""

    def middle(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    mean, other_mean = middle(one), middle(other)
    spread, other_spread = middle(one * one) - mean**2, middle(other * other) - other_mean**2
    both = middle(one * other) - mean * other_mean
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * mean * other_mean + c1) * (2 * both + c2)
    return float(np.mean(above / ((mean**2 + other_mean**2 + c1) * (spread + other_spread + c2))))


if __name__ == "__main__":
    main()
