"""Where something moved, as cells."""

from __future__ import annotations

import pytest

from gcam_addon.model import Region
from gcam_addon.picture.cells import ACROSS, DOWN, TILES, meant, tiles_of, touched

WHOLE = Region(0.0, 0.0, 1.0, 1.0, 100.0)


def region(x: float, y: float, width: float, height: float) -> Region:
    return Region(x, y, width, height, 100 * width * height)


def cell(column: int, row: int) -> int:
    """The one whose middle lies there."""
    cells = touched([region((column + 0.4) / ACROSS, (row + 0.4) / DOWN, 0.2 / ACROSS, 0.2 / DOWN)], 0)
    assert cells.bit_count() == 1
    return cells


def test_every_cell_has_a_bit_of_its_own() -> None:
    cells = {cell(column, row) for column in range(ACROSS) for row in range(DOWN)}
    assert len(cells) == ACROSS * DOWN
    assert sum(cells) == touched([WHOLE], 0) == 2 ** (ACROSS * DOWN) - 1


def test_what_moves_is_in_every_cell_that_it_touches() -> None:
    assert touched([region(1.9 / ACROSS, 3 / DOWN, 0.2 / ACROSS, 1 / DOWN)], 0) == cell(1, 3) | cell(2, 3)
    assert touched([], 0) == 0
    both = [region(0, 0, 0.01, 0.01), region(0.99, 0.99, 0.01, 0.01)]
    assert touched(both, 0) == cell(0, 0) | cell(ACROSS - 1, DOWN - 1)


@pytest.mark.parametrize("most", [1.0 + 1e-9, 1.1])
def test_a_region_on_the_edge_stays_in_the_picture(most: float) -> None:
    assert touched([region(31.5 / ACROSS, 0, most - 31.5 / ACROSS, 0.01)], 0) == cell(31, 0)


def test_a_hand_that_touches_a_sliver_of_a_cell_does_not_mean_it() -> None:
    drawn = region(1.9 / ACROSS, 3.1 / DOWN, 2.2 / ACROSS, 1 / DOWN)
    assert meant(drawn, 0) == cell(2, 3) | cell(3, 3)
    assert meant(region(1.95 / ACROSS, 3.95 / DOWN, 0.1 / ACROSS, 0.1 / DOWN), 0).bit_count() == 1
    assert meant(region(0.999, 0.999, 0.001, 0.001), 0) == cell(31, 23)
    assert meant(WHOLE, 0) == touched([WHOLE], 0)


@pytest.mark.parametrize(
    ("rotation", "shown"),
    [(0, (0.25, 0.5)), (90, (0.375, 0.25)), (180, (0.625, 0.375)), (270, (0.5, 0.625))],
)
def test_the_grid_lies_over_the_picture_as_the_camera_sends_it(
    rotation: int, shown: tuple[float, float]
) -> None:
    """An eighth of the picture, below the left of its middle, wherever that is shown."""
    as_sent = region(0.25, 0.5, 0.125, 0.125)
    turned = region(*shown, 0.125, 0.125)
    assert touched([turned], rotation) == meant(turned, rotation) == touched([as_sent], 0)


def test_tiles_are_what_sqlite_can_keep() -> None:
    tiles = tiles_of(touched([WHOLE], 0))
    assert tiles == (-1,) * TILES
    assert tiles_of(cell(0, 0))[0] == 1
    assert tiles_of(cell(7, 7))[0] == -(2**63)
    assert sum(bits != 0 for bits in tiles_of(cell(20, 20))) == 1
