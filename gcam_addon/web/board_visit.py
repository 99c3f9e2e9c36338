"""Visits to the boards with Gcam's firmware that cameras are."""

from __future__ import annotations

from gcam_addon.boards import gcam_board
from gcam_addon.boards.visit import Visit
from gcam_addon.clock import Clock
from gcam_addon.config.model import Camera
from gcam_addon.errors import ConfigError
from gcam_addon.wire.address import HttpAddress, parse
from gcam_addon.words.reason import because


def visit_to(camera: Camera, clock: Clock) -> Visit:
    """Raises `ConfigError` where the camera can be no such board."""
    address = parse(camera.source.url)
    if not isinstance(address, HttpAddress):
        raise ConfigError(because("no_gcam_board", camera=camera.name))
    return Visit(gcam_board.home_of(address), clock, verify_tls=camera.source.verify_tls)
