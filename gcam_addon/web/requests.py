"""Which of what a client asks for it may see."""

from __future__ import annotations

from collections.abc import Sequence

from gcam_addon.access.principal import Principal


def cameras_asked(asked: Sequence[str], principal: Principal) -> frozenset[str] | None:
    """Those of `asked` that `principal` sees, without any all it sees; None: all there are."""
    if not asked:
        return principal.cameras
    return frozenset(camera_id for camera_id in asked if principal.sees(camera_id))
