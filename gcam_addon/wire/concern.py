"""Which settings mean something for which of a camera's addresses: what means nothing there, changes nothing
there. What connects is given these alone, so none can be left out here unnoticed.
"""

from __future__ import annotations

from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import ConfigError
from gcam_addon.wire.address import (
    Address,
    DeviceAddress,
    FileAddress,
    HttpAddress,
    PiAddress,
    PushAddress,
    RtspAddress,
    parse,
)

_TIMEOUTS = ("connect_timeout_s", "stall_timeout_s")
_CAPTURE = ("capture_size", "capture_fps")
_MEANT: dict[type[Address], tuple[str, ...]] = {
    HttpAddress: (*_TIMEOUTS, "verify_tls", "poll_fps"),
    RtspAddress: (*_TIMEOUTS, "verify_tls", "rtsp_transport"),
    DeviceAddress: (*_TIMEOUTS, *_CAPTURE),
    PiAddress: (*_TIMEOUTS, *_CAPTURE),
    PushAddress: _TIMEOUTS,
    FileAddress: (),
}


def concerning_sd(source: SourceSettings) -> SourceSettings:
    """What concerns `url`, and nothing else."""
    return _concerning(source, source.url)


def concerning_hd(source: SourceSettings) -> SourceSettings | None:
    """What concerns `url_hd`, which stands in `url`; None where there is none."""
    return None if source.url_hd is None else _concerning(source, source.url_hd)


def changed(before: SourceSettings, after: SourceSettings) -> tuple[bool, bool]:
    """Whether what the first address sends has to begin anew, and what the second does."""
    return (
        concerning_sd(before) != concerning_sd(after),
        concerning_hd(before) != concerning_hd(after),
    )


def _concerning(source: SourceSettings, url: str) -> SourceSettings:
    try:
        meant = _MEANT[type(parse(url))]
    except ConfigError:  # whoever connects says so
        meant = ()
    return SourceSettings(url, **{name: getattr(source, name) for name in meant})
