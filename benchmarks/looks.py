"""What turning and masking a camera's pictures cost: `python benchmarks/looks.py`. Ratios are what counts.

Pictures of a simulated garden, VGA 4:2:2 as a board sends them; CPU time of one thread, best of some rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.picture.orientation import of_rotation, oriented
from gcam_addon.pipeline.blanking import Blanking
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.scenes import open_scene

_VGA = Size(640, 480)
_PICTURES = 40
_ROUNDS = 5
_MASK = ((0.6, 0.0), (1.0, 0.0), (1.0, 0.5), (0.6, 0.5))


def main() -> None:
    cv2.setNumThreads(1)
    jpegs = _pictures()
    blanking = Blanking((_MASK,))
    small = _cost_ms(jpegs, lambda jpeg: _decoded(jpeg, cv2.IMREAD_REDUCED_GRAYSCALE_8))
    turned = _cost_ms(jpegs, lambda jpeg: oriented(jpeg, of_rotation(90)))
    masked = _cost_ms(jpegs, lambda jpeg: blanking.apply(jpeg, 1))
    print(f"{len(jpegs)} pictures, {sum(map(len, jpegs)) / len(jpegs) / 1000:.1f} kB each")
    for name, cost_ms in (("decode at 1/8", small), ("turned", turned), ("with a privacy mask", masked)):
        print(f"{name:<20} {cost_ms:7.4f} ms {cost_ms / small:7.3f} decodes at 1/8")
    left = np.s_[:, : _VGA.width // 2]
    both = ((_decoded(jpeg)[left], _decoded(blanking.apply(jpeg, 1) or b"")[left]) for jpeg in jpegs)
    print(f"outside the mask     {min(cv2.PSNR(*pair) for pair in both):.1f} dB at least")


def _pictures() -> list[bytes]:
    scene = SceneFootage(open_scene("garden-busy"))
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        80,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    ]
    shown = (scene.picture(number / 4, _VGA) for number in range(_PICTURES))
    return [cv2.imencode(".jpg", picture, options)[1].tobytes() for picture in shown]


def _decoded(jpeg: bytes, flags: int = cv2.IMREAD_COLOR) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags)


def _cost_ms(jpegs: list[bytes], work: Callable[[bytes], object]) -> float:
    """Per picture."""
    best = float("inf")
    for _ in range(_ROUNDS):
        start_s = time.thread_time()
        for jpeg in jpegs:
            work(jpeg)
        best = min(best, time.thread_time() - start_s)
    return 1000 * best / len(jpegs)


if __name__ == "__main__":
    main()
