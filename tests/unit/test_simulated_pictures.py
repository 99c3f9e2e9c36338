"""What simulated cameras show is made when it is asked for; where it is kept, once."""

from __future__ import annotations

import numpy as np
import pytest

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes.view import Array

SMALL = Adjustments(Size(32, 24), 12)


class Counted:
    """media.Footage of 2 s: grey by the moment."""

    size = None
    duration_s = 2.0

    def __init__(self) -> None:
        self.made = 0

    def picture(self, t_s: float, size: Size) -> Array:
        self.made += 1
        return np.full((size.height, size.width, 3), round(t_s % self.duration_s * 100), np.uint8)

    def original(self, t_s: float) -> bytes | None:
        return None


@pytest.mark.parametrize(("keeps", "made"), [(True, 20), (False, 60)])
async def test_what_is_kept_is_made_once(keeps: bool, made: int) -> None:
    footage = Counted()
    pictures = Pictures(footage, keeps=keeps)
    rounds = [[await pictures.jpeg(begin + n / 10, SMALL) for n in range(20)] for begin in (0.0, 2.0, 4.0)]
    assert rounds[0] == rounds[1] == rounds[2]
    assert len(set(rounds[0])) == 20
    assert footage.made == made


async def test_other_adjustments_have_other_pictures() -> None:
    pictures = Pictures(Counted(), keeps=True)
    large = Adjustments(Size(64, 48), 12)
    assert await pictures.jpeg(1.0, SMALL) != await pictures.jpeg(1.0, large)
    assert await pictures.jpeg(3.0, SMALL) == await pictures.jpeg(1.0, SMALL)


async def test_it_keeps_no_more_than_it_may() -> None:
    footage = Counted()
    pictures = Pictures(footage, keeps=True)
    for n in range(1500):
        await pictures.jpeg(n / 1000, SMALL)
    assert footage.made == 1500
    await pictures.jpeg(1499 / 1000, SMALL)
    assert footage.made == 1500
    await pictures.jpeg(0.0, SMALL)  # went long ago
    assert footage.made == 1501
