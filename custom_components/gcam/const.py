"""Names that more than one module of the integration needs."""

import logging
from typing import Final

DOMAIN: Final = "gcam"
LOGGER: Final = logging.getLogger(__package__)
REPAIRS_GUIDE: Final = "https://github.com/gcam-project/gcam/blob/main/docs/guide/repairs.md"

API_LEVEL: Final = 1
"""What this integration needs a Gcam to speak at least; see `api_level` in its description."""

NEEDED_PERMISSIONS: Final = frozenset({"view", "playback", "control"})
"""What a token has to allow."""

CONF_APP: Final = "app"
"""Slug of the app (add-on) that told of itself, for links to its page."""
CONF_LIVE_VIEW: Final = "live_view"
LIVE_H264: Final = "h264"
LIVE_MJPEG: Final = "mjpeg"
