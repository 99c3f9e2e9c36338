"""What `gcam detect` prints: one JSON object a line, or a table for people. Makes text; prints nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from gcam_addon.analysis.analyser import AnalysedFrame, FoundEvent
from gcam_addon.model import Cause, Kind, kinds_of

TABLE_HEAD = f"{'start':>11} {'end':>11} {'length':>9} {'pictures':>15}  what"

_CAUSES = {
    Cause.MOTION: "motion",
    Cause.QUIET: "nothing moves",
    Cause.SETTLING: "warming up",
    Cause.ILLUMINATION: "ignored: light",
    Cause.REPETITIVE: "ignored: repetition",
    Cause.TOO_SMALL: "too small to count",
    Cause.UNCONFIRMED: "not for long enough",
    Cause.MASKED: "masked",
    Cause.UNDECODABLE: "damaged",
}


def frame_line(frame: AnalysedFrame) -> str:
    """One JSON line on one picture."""
    motion = frame.motion
    return json.dumps(
        {
            "type": "frame",
            "index": frame.index,
            "t": round(frame.t_s, 3),
            "score": motion.score,
            "motion": motion.moving,
            "threshold": round(motion.threshold, 3),
            "cause": motion.cause.value,
            "reason": motion.reason,
        }
    )


def event_line(event: FoundEvent) -> str:
    """One JSON line on one event."""
    return json.dumps(
        {
            "type": "event",
            "start": round(event.start_s, 3),
            "end": round(event.end_s, 3),
            "start_index": event.start_index,
            "end_index": event.end_index,
            "peak": event.peak,
            "reason": event.reason,
            "what": kinds_of(event.named),
            "named": [one.told() for one in event.named],
        }
    )


def event_row(event: FoundEvent) -> str:
    """One row of the table."""
    length = f"{event.end_s - event.start_s:.1f} s"
    pictures = f"{event.start_index}-{event.end_index}"
    kinds = ", ".join(kind for kind in kinds_of(event.named) or () if kind is not Kind.UNNAMED)
    what = f"{kinds}: {event.reason}" if kinds else event.reason
    return f"{_clock(event.start_s):>11} {_clock(event.end_s):>11} {length:>9} {pictures:>15}  {what}"


def summary(
    events: Sequence[FoundEvent], causes: Counter[Cause], length_s: float, took_s: float
) -> Sequence[str]:
    """What to say at the end: how much moved, why the rest did not count, how long it took."""
    frames = causes.total()
    moved_s = sum(event.end_s - event.start_s for event in events)
    count = {0: "No event", 1: "1 event"}.get(len(events), f"{len(events)} events")
    speed = f", {length_s / took_s:.0f} times real time" if took_s > 0 and length_s > took_s else ""
    lines = [
        f"{count}, {moved_s:.1f} s of motion in {length_s:.1f} s ({frames} pictures in {took_s:.1f} s{speed})"
    ]
    if frames:
        shares = (f"{_CAUSES[cause]} {100 * n / frames:.0f} %" for cause, n in causes.most_common())
        lines.append(f"Pictures: {', '.join(shares)}")
    return lines


def _clock(seconds: float) -> str:
    minutes, rest_s = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest_s:04.1f}"
