"""What boards cost before and after a change: this checkout and another commit, side by side in one run.

    python benchmarks/before.py COMMIT [--cameras 8] [--rounds 6]

Each watches boards of its own that show the same pictures; CPU is read of both in the same windows, so that
whatever else the machine does disturbs both alike. Both use this checkout's libraries.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from cost import disable
from processes import Boards, Gcam

_ROOT = Path(__file__).parents[1]
_OFF = {"mqtt": "off", "retention": {"min_free_bytes": 0}}
_FPS = 15.0
_SETTLE_S = 10.0
_KINDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "detection on, nothing moves": ("garden-empty", {}),
    "detection off": ("garden-empty", {"detection": {"enabled": False}}),
    "something moves, recorded": ("garden-wind-person", {"recording": {"mode": "continuous"}}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("commit", help="what to compare this checkout with")
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=6, help="windows of 10 s each")
    args = parser.parse_args()
    print("| CPU ms per picture | before | after | after : before, middle (least, most) |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="gcam-before-") as name, _checkout(args.commit, name) as before:
        for number, (kind, (scene, camera)) in enumerate(_KINDS.items()):
            folder = Path(name) / str(number)
            folder.mkdir()
            for what, pairs in _measured(before, folder, scene, camera, args).items():
                _row(f"{kind}{what}", pairs)


@contextmanager
def _checkout(commit: str, folder: str) -> Iterator[Path]:
    path = Path(folder) / "checkout"
    git = ["git", "-C", str(_ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(path), commit], check=True)
    try:
        yield path
    finally:
        subprocess.run([*git, "remove", "--force", str(path)], check=False)


Pairs = list[tuple[float, float]]
"""Before and after, by window."""


def _measured(
    before: Path, folder: Path, scene: str, camera: dict[str, Any], args: argparse.Namespace
) -> dict[str, Pairs]:
    count = args.cameras
    with ExitStack() as stack:
        both = []
        for name, checkout in (("before", before), ("after", _ROOT)):
            (folder / name).mkdir()
            boards = stack.enter_context(Boards(scene, count, _FPS, folder / name))
            gcam = Gcam(boards.urls(), folder / name / "data", camera, _OFF, checkout=checkout)
            both.append(stack.enter_context(gcam))
        for gcam in both:
            gcam.wait(count)
        time.sleep(_SETTLE_S)
        begun = [gcam.cpu_s() for gcam in both]
        windows = [_window(both) for _ in range(args.rounds)]
        if "recording" not in camera:
            return {"": windows}
        for gcam in both:
            disable(gcam)
        for gcam in both:
            while gcam.unfinished():
                time.sleep(0.2)
        return {": receiving, detecting, keeping": windows, ": MP4s, too": [_whole(both, begun)]}


def _window(both: list[Gcam]) -> tuple[float, float]:
    """Without the threads that encode: they lag behind as they like."""
    frames = [gcam.frames() for gcam in both]
    used = [_prompt_s(gcam) for gcam in both]
    time.sleep(10.0)
    costs = [
        1000 * (_prompt_s(gcam) - used_s) / (gcam.frames() - got)
        for gcam, used_s, got in zip(both, used, frames, strict=True)
    ]
    return costs[0], costs[1]


def _prompt_s(gcam: Gcam) -> float:
    by_thread = gcam.cpu_by_thread_s()
    return by_thread["loop"] + by_thread["workers"]


def _whole(both: list[Gcam], begun: list[float]) -> tuple[float, float]:
    costs = [
        1000
        * (gcam.cpu_s() - used_s)
        / sum(c["frames"] for c in gcam.get("/api/v1/clips?limit=1000")["clips"])
        for gcam, used_s in zip(both, begun, strict=True)
    ]
    return costs[0], costs[1]


def _row(kind: str, pairs: Pairs) -> None:
    before, after = (statistics.median(costs) for costs in zip(*pairs, strict=True))
    ratios = [two / one for one, two in pairs]
    spread = f" ({min(ratios):.2f}, {max(ratios):.2f})" if len(ratios) > 1 else ""
    print(f"| {kind} | {before:.3f} | {after:.3f} | {statistics.median(ratios):.2f}{spread} |", flush=True)


if __name__ == "__main__":
    main()
