"""Whether a camera still sees its place: covered, blinded or turned away, told by its small pictures. Pure.

How it works, and what it can't tell: docs/design/tampering.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from enum import Enum
from typing import Final

import numpy as np

from gcam_addon.config.model import DetectionSettings
from gcam_addon.interfaces import Luma
from gcam_addon.model import Polygon
from gcam_addon.model.guard import Tamper
from gcam_addon.pipeline.outlines import Glimpse, Outlines, Reference, glimpse, outlines, seen_part

HOLD_S: Final = {Tamper.COVERED: 10.0, Tamper.BLINDED: 15.0, Tamper.TURNED: 20.0}
"""For so long it has to be so before it is told: people, cars and headlights pass."""
CLEAR_S: Final = 3.0
LEARN_S: Final = 20.0
"""From which the first reference is made."""
ADOPT_S: Final = 60.0
"""After so long another light of the same place is known, too."""
ACCEPT_S: Final = 900.0
"""After so long a camera that looks elsewhere is one that was moved for good."""
_CALM_EVERY_S: Final = 2.0
_DOUBTFUL_EVERY_S: Final = 1.0
_EARLY_S: Final = 0.05
"""Counts as in time."""
_FADES_S: Final = 180.0
_GAP_S: Final = 5.0
"""Nobody looked for so long: what lasts, lasts since it was seen again."""
_MOST_KNOWN: Final = 4
_BACK_S: Final = 8.0

_LEAST: Final = 0.04
"""Outlines that a place needs, so that it can be told from another."""
_SAME: Final = 0.15
_OTHER: Final = 0.05
_STEADY: Final = 0.15
_GONE: Final = 0.8
"""Share of the outlines' places that have none any more: what is before the lens hides all of them."""
_DARK: Final = 45
"""Grey level: where hardly anything is brighter, the light may as well be off."""
_SHINES: Final = 0.35
"""Share of the picture that glares, and did not before …"""
_SPOT: Final = 0.03
"""… or this much, where all the rest is gone: the camera adapted to a torch."""
_MUCH_GONE: Final = 0.4
_SIDE: Final = 0.25
"""Likeness of one side, the rest of which something large may hide."""
_OWN: Final = 0.4
"""How much of the outlines there were another place has at least."""
_PART: Final = 0.2
"""Share of the bright places that a hand hides, and leaves, as it comes."""


class _Unsure(Enum):
    """What is neither as usual nor tamper."""

    DARK = "dark"
    OTHERWISE = "otherwise"  # the place in another light, or much before it
    UNSTEADY = "unsteady"


_Verdict = Tamper | _Unsure | None


class Tampering:
    """One camera's. Worker; one thread at a time."""

    def __init__(self, settings: DetectionSettings, masks: Sequence[Polygon] = ()) -> None:
        """`masks`: what of its picture is blackened."""
        self._is_wanted = settings.tamper
        self._seen = seen_part(masks)
        self._shape: tuple[int, ...] = ()
        self._place = _Place()

    @property
    def told(self) -> Tamper | None:
        """What is known by now."""
        return self._place.told

    def retune(self, settings: DetectionSettings) -> None:
        if settings.tamper != self._is_wanted:
            self._is_wanted = settings.tamper
            self._place = _Place()

    def see(self, luma: Luma | None, pts_s: float) -> Tamper | None:
        """What is known by now. Most pictures are only glanced at. None: it is damaged."""
        if luma is None or not self._is_wanted:
            return self.told
        if luma.shape != self._shape:
            self._shape, self._place = luma.shape, _Place()
        self._place.glance(luma, pts_s)
        if self._place.is_due(pts_s):
            self._place.look(outlines(luma, self._seen), pts_s)
        return self.told


class _Place:
    """What a camera showed so far."""

    def __init__(self) -> None:
        self.told: Tamper | None = None
        self._known: list[Reference] = []
        self._newcomer: Reference | None = None
        """What is seen in place of what is known."""
        self._glimpses: deque[tuple[float, Glimpse]] = deque()
        self._usual: Glimpse | None = None
        """When all was well last."""
        self._due_s = self._looked_s = float("-inf")
        self._suspected_s: float | None = None
        self._fine_s: float | None = None
        self._crept: bool | None = None
        """It became dark from one side, as under a hand; None: it is not dark."""

    def glance(self, luma: Luma, pts_s: float) -> None:
        self._glimpses.append((pts_s, glimpse(luma)))
        while pts_s - self._glimpses[0][0] > _BACK_S:
            self._glimpses.popleft()

    def is_due(self, pts_s: float) -> bool:
        return pts_s >= self._due_s

    def look(self, now: Outlines, pts_s: float) -> None:
        if pts_s - self._looked_s > _GAP_S:
            self._suspected_s = self._fine_s = None
        self._looked_s = pts_s
        is_calm = self._is_as_usual(now, pts_s)
        self._due_s = pts_s + (_CALM_EVERY_S if is_calm else _DOUBTFUL_EVERY_S) - _EARLY_S

    def _is_as_usual(self, now: Outlines, pts_s: float) -> bool:
        if not self._known:
            self._get_to_know(now, pts_s, LEARN_S)
            return bool(self._known)
        verdict = self._judge(now, pts_s)
        self._follow(verdict, pts_s)
        if self._newcomer is not None and verdict in (_Unsure.OTHERWISE, Tamper.TURNED):
            lasts_s = ACCEPT_S if verdict is Tamper.TURNED else ADOPT_S
            self._adopt(self._newcomer, pts_s, lasts_s)
        return verdict is None

    def _get_to_know(self, now: Outlines, pts_s: float, lasts_s: float) -> None:
        """Make a reference of what is seen, as long as it stays the same."""
        known = self._newcomer
        if known is None or pts_s - known.learned_s > _GAP_S or known.likeness(now) < _STEADY:
            self._newcomer = Reference(now, pts_s)
            return
        known.learn(now, pts_s, _FADES_S)
        if not self._known:
            self._adopt(known, pts_s, lasts_s)

    def _adopt(self, known: Reference, pts_s: float, lasts_s: float) -> None:
        if pts_s - known.since_s >= lasts_s and known.amount >= _LEAST:
            self._known = [known, *self._known][:_MOST_KNOWN]
            self._newcomer = None

    def _judge(self, now: Outlines, pts_s: float) -> _Verdict:
        usual = self._known[0]
        gone, glaring = usual.gone(now), usual.glaring(now)
        if (glaring >= _SHINES and gone >= _MUCH_GONE) or (glaring >= _SPOT and gone >= _GONE):
            return Tamper.BLINDED
        if gone >= _GONE:
            return self._without_outlines(now)
        self._crept = None
        if self._recognises(now, pts_s):
            return None
        if glaring >= _SPOT and gone >= _MUCH_GONE:
            return Tamper.BLINDED
        return self._compared(now, pts_s)

    def _without_outlines(self, now: Outlines) -> _Verdict:
        if now.brightest >= _DARK:
            return Tamper.COVERED
        if self._crept is None:
            self._crept = self._became_dark_from_a_side()
        return Tamper.COVERED if self._crept else _Unsure.DARK

    def _became_dark_from_a_side(self) -> bool:
        if self._usual is None:
            return False
        bright = self._usual > 2 * _DARK
        if bright.mean() < _PART:
            return False
        before = self._usual[bright].astype(np.float32)
        for _, one in self._glimpses:
            share = one[bright] / before
            if (share < 0.3).mean() >= _PART and (share > 0.7).mean() >= _PART:
                return True
        return False

    def _recognises(self, now: Outlines, pts_s: float) -> bool:
        known = next((one for one in self._known if one.likeness(now) >= _SAME), None)
        if known is None:
            return False
        if known is not self._known[0]:
            self._known = [known, *(one for one in self._known if one is not known)]
        known.learn(now, pts_s, _FADES_S)
        self._newcomer, self._usual = None, self._glimpses[-1][1]
        return True

    def _compared(self, now: Outlines, pts_s: float) -> _Verdict:
        """What is neither as usual nor hidden."""
        newcomer, usual = self._newcomer, self._known[0]
        self._get_to_know(now, pts_s, ADOPT_S)
        if newcomer is not self._newcomer:
            return _Unsure.UNSTEADY
        if now.amount < max(_LEAST, _OWN * usual.amount):
            return _Unsure.OTHERWISE
        if any(one.likeness(now) > _OTHER or one.likeness_of_a_side(now) > _SIDE for one in self._known):
            return _Unsure.OTHERWISE
        return Tamper.TURNED

    def _follow(self, verdict: _Verdict, pts_s: float) -> None:
        """Tell what has lasted for long enough."""
        if isinstance(verdict, Tamper):
            self._fine_s = None
            self._suspected_s = pts_s if self._suspected_s is None else self._suspected_s
            if pts_s - self._suspected_s >= HOLD_S[verdict]:
                self.told = verdict
        elif verdict is None:
            self._suspected_s = None
            self._fine_s = pts_s if self._fine_s is None else self._fine_s
            if pts_s - self._fine_s >= CLEAR_S:
                self.told = None
        elif self.told is None:
            self._suspected_s = None
