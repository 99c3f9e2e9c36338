"""Ground truth: when an actor can really be seen, found by painting it and counting its pixels."""

from __future__ import annotations

from functools import cache

import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.actors import Actor
from gcam_addon.simulator.scenes.cutout import Look, paint_shapes
from gcam_addon.simulator.scenes.script import Script
from gcam_addon.simulator.scenes.stage import build
from gcam_addon.simulator.scenes.view import Array, View

Truth = tuple[float, float, str]
"""(start_s, end_s, what)."""

_SIZE = Size(320, 240)
_STEP_S = 0.1
_VISIBLE_PX = 20  # of 76,800: 0.03 % of the picture


@cache
def visible_spans(script: Script) -> tuple[Truth, ...]:
    """Every stretch of time in which an actor shows at least 0.03 % of the picture, by start."""
    if not script.actors:
        return ()
    view = View(script.setting.lens, _SIZE)
    depth_m = build(view, 1, script.setting.paint).depth_m
    return tuple(sorted(span for actor in script.actors for span in _spans(actor, view, depth_m)))


def _spans(actor: Actor, view: View, depth_m: Array) -> list[Truth]:
    canvas = np.zeros((_SIZE.height, _SIZE.width, 3), np.uint8)
    spans: list[Truth] = []
    since: float | None = None
    look = Look(np.ones(3, np.float32), 0.0)
    count = round((actor.path.end_s - actor.path.start_s) / _STEP_S) + 2
    for index in range(count):
        t_s = round(actor.path.start_s + index * _STEP_S, 3)
        shapes = actor.shapes(t_s)
        seen = bool(shapes) and paint_shapes(canvas, depth_m, view, shapes, look) >= _VISIBLE_PX
        if seen and since is None:
            since = t_s
        if not seen and since is not None:
            spans.append((since, t_s, actor.what))
            since = None
    return spans
