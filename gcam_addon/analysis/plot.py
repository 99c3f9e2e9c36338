"""A picture of an analysis: scores, threshold, causes and events over time, under a strip of pictures.

Needs matplotlib, an optional extra.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import cv2

from gcam_addon.analysis.analyser import AnalysedFrame, FoundEvent
from gcam_addon.errors import ConfigError
from gcam_addon.model import Cause
from gcam_addon.picture.pixels import decoded

STRIP_PICTURES: Final = 8

_COLOURS: Final = {
    Cause.MOTION: "#d62728",
    Cause.QUIET: "#e8ede8",
    Cause.SETTLING: "#b0b7bf",
    Cause.ILLUMINATION: "#f2c14e",
    Cause.REPETITIVE: "#4f9d69",
    Cause.TOO_SMALL: "#9ec5e8",
    Cause.UNCONFIRMED: "#8e7cc3",
    Cause.MASKED: "#7f7f7f",
    Cause.UNDECODABLE: "#000000",
}
_LEAST_SCORE: Final = 0.01  # the scale is logarithmic

Picture = tuple[float, bytes]
"""A moment (seconds) and its JPEG."""


def check_plotting() -> None:
    """Raises `ConfigError` where matplotlib is missing: better before the analysis than after it."""
    _pyplot()


def plot_analysis(
    frames: Sequence[AnalysedFrame],
    events: Sequence[FoundEvent],
    pictures: Sequence[Picture],
    *,
    title: str,
    path: Path,
) -> None:
    """Write a PNG (or whatever `path` ends with). `pictures`: shown above, in order."""
    plt = _pyplot()
    shown = pictures[:STRIP_PICTURES]
    figure = plt.figure(figsize=(14, 6.8), layout="constrained")
    grid = figure.add_gridspec(3, STRIP_PICTURES, height_ratios=(2, 5, 0.8))
    for column, (t_s, jpeg) in enumerate(shown):
        _draw_picture(figure.add_subplot(grid[0, column]), t_s, jpeg)
    scores = figure.add_subplot(grid[1, :])
    causes = figure.add_subplot(grid[2, :], sharex=scores)
    _draw_scores(scores, frames, events, [t_s for t_s, _ in shown])
    _draw_causes(causes, frames, plt)
    figure.suptitle(title)
    try:
        figure.savefig(path, dpi=110)
    except (OSError, ValueError) as error:
        raise ConfigError(f"The plot can't be written to {path}: {error}", field="plot") from error
    finally:
        plt.close(figure)


def _draw_picture(axes: Any, t_s: float, jpeg: bytes) -> None:
    picture = decoded(jpeg, cv2.IMREAD_REDUCED_COLOR_2)
    axes.set_axis_off()
    axes.set_title(f"{t_s:.1f} s", fontsize=9)
    if picture is not None:
        axes.imshow(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def _draw_scores(
    axes: Any, frames: Sequence[AnalysedFrame], events: Sequence[FoundEvent], moments: Sequence[float]
) -> None:
    times = [frame.t_s for frame in frames]
    scores = [max(_LEAST_SCORE, frame.motion.score) for frame in frames]
    thresholds = [max(_LEAST_SCORE, frame.motion.threshold) for frame in frames]
    axes.set_yscale("log")
    axes.set_xlim(times[0], max(times[-1], times[0] + 0.1))
    axes.set_ylim(_LEAST_SCORE, 100)
    axes.set_ylabel("% of the picture")
    axes.plot(times, scores, color="#30363d", linewidth=0.8, label="score")
    axes.plot(times, thresholds, color="#d62728", linewidth=0.8, linestyle="--", label="threshold")
    for number, event in enumerate(events):
        label = "event" if number == 0 else None
        axes.axvspan(event.start_s, event.end_s, color="#d62728", alpha=0.15, linewidth=0, label=label)
    for t_s in moments:
        axes.axvline(t_s, color="#9ec5e8", linewidth=0.6)
    axes.legend(loc="upper right", fontsize=9)
    axes.tick_params(labelbottom=False)


def _draw_causes(axes: Any, frames: Sequence[AnalysedFrame], plt: Any) -> None:
    for begin, end in _runs(frames):
        first = frames[begin]
        until_s = frames[min(end, len(frames) - 1)].t_s
        axes.axvspan(first.t_s, until_s, color=_COLOURS[first.motion.cause], linewidth=0)
    present = sorted({frame.motion.cause for frame in frames}, key=list(_COLOURS).index)
    patches = [plt.Rectangle((0, 0), 1, 1, color=_COLOURS[cause]) for cause in present]
    names = [cause.value.replace("_", " ") for cause in present]
    axes.legend(patches, names, loc="upper center", bbox_to_anchor=(0.5, -0.9), ncols=9, fontsize=9)
    axes.set_yticks([])
    axes.set_ylabel("why", rotation=0, ha="right", va="center")
    axes.set_xlabel("seconds")


def _runs(frames: Sequence[AnalysedFrame]) -> list[tuple[int, int]]:
    """(first, one past the last) of every stretch with one cause."""
    edges = [
        index
        for index in range(1, len(frames))
        if frames[index].motion.cause is not frames[index - 1].motion.cause
    ]
    return list(zip([0, *edges], [*edges, len(frames)], strict=True)) if frames else []


def _pyplot() -> Any:
    try:
        import matplotlib as mpl  # noqa: PLC0415  (an optional extra)
        from matplotlib import pyplot as plt  # noqa: PLC0415
    except ImportError as error:
        message = "--plot needs matplotlib: pip install 'gcam-addon[plot]'"
        raise ConfigError(message, field="plot") from error
    mpl.use("agg")
    return plt
