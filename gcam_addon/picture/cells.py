"""Where in a picture something moved, as coarsely as it is kept of every event: the cells of a grid, as the
bits of one number. It lies over the picture as the camera sends it: what is kept stays true where that is
shown turned later. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor
from typing import Final

from gcam_addon.model import Region
from gcam_addon.picture.orientation import of_rotation, stored_polygon

ACROSS: Final = 32
DOWN: Final = 24
_SIDE: Final = 8
_BITS: Final = _SIDE * _SIDE
TILES: Final = ACROSS * DOWN // _BITS
"""The grid in squares of eight by eight cells: each is a number that SQLite can compare by itself, and what
moved is in few of them.
"""
_SLIVER: Final = 0.25
"""So much of a cell on its edge a rectangle may touch without meaning it: hands are not that exact."""


def touched(regions: Iterable[Region], rotation: int) -> int:
    """Every cell that one of them touches. `rotation`: by how many degrees clockwise the picture is shown
    turned.
    """
    cells = 0
    for region in regions:
        left, top, right, bottom = _stored(region, rotation)
        cells |= _block(_from(left, ACROSS), _from(top, DOWN), _to(right, ACROSS), _to(bottom, DOWN))
    return cells


def meant(region: Region, rotation: int) -> int:
    """The cells of a rectangle that somebody drew on the picture as it is shown; one at least."""
    left, top, right, bottom = _stored(region, rotation)
    (first, last), (upper, lower) = _meant(left, right, ACROSS), _meant(top, bottom, DOWN)
    return _block(first, upper, last, lower)


def tiles_of(cells: int) -> tuple[int, ...]:
    """As so many signed numbers of 64 bits."""
    words = (cells >> _BITS * tile & 2**_BITS - 1 for tile in range(TILES))
    return tuple(word - 2**_BITS if word >> _BITS - 1 else word for word in words)


def _stored(region: Region, rotation: int) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) in the picture as the camera sends it."""
    x, y = region.x, region.y
    corners = ((x, y), (x + region.width, y + region.height))
    (ax, ay), (bx, by) = stored_polygon(corners, of_rotation(rotation))
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _block(left: int, top: int, right: int, bottom: int) -> int:
    """The cells from `left`, `top` on, before `right`, `bottom`."""
    cells = 0
    for row in range(top, bottom):
        for column in range(left, right):
            tile = row // _SIDE * (ACROSS // _SIDE) + column // _SIDE
            cells |= 1 << tile * _BITS + row % _SIDE * _SIDE + column % _SIDE
    return cells


_EXACT: Final = 1e-6


def _from(place: float, cells: int) -> int:
    return min(max(floor(place * cells + _EXACT), 0), cells - 1)


def _to(place: float, cells: int) -> int:
    return min(max(ceil(place * cells - _EXACT), 1), cells)


def _meant(begin: float, end: float, cells: int) -> tuple[int, int]:
    first, last = floor(begin * cells + _SLIVER), ceil(end * cells - _SLIVER)
    if first >= last:
        first = floor((begin + end) / 2 * cells)
        last = first + 1
    first = min(max(first, 0), cells - 1)
    return first, min(max(last, first + 1), cells)
