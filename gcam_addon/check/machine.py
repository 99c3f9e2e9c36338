"""Is the machine fit: Python, libraries, clock, video encoder. Blocking, short."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import sys
from datetime import UTC, datetime
from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext

from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.config.model import EncoderSettings, MqttMode, Settings

_LEAST_PYTHON = (3, 11)
_LIBRARIES = {  # distribution -> module
    "aiohttp": "aiohttp",
    "aiomqtt": "aiomqtt",
    "alembic": "alembic",
    "av": "av",
    "numpy": "numpy",
    "opencv-python-headless": "cv2",
    "prometheus-client": "prometheus_client",
    "sqlalchemy": "sqlalchemy",
    "voluptuous": "voluptuous",
}
_SOFTWARE = "libx264"
_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Whether this Python is new enough."""
    number = ".".join(str(part) for part in version)
    if version < _LEAST_PYTHON:
        least = ".".join(str(part) for part in _LEAST_PYTHON)
        return error("python", f"Python {number} is too old", f"install Python {least} or newer")
    return ok("python", f"Python {number} on {platform.system()} {platform.machine()}")


def check_libraries(settings: Settings) -> list[Finding]:
    """Whether everything that these settings need can be imported."""
    wanted = dict(_LIBRARIES)
    if settings.demo or settings.mqtt.mode is MqttMode.EMBEDDED:
        wanted["amqtt"] = "amqtt"
    broken = [finding for name, module in wanted.items() if (finding := _broken(name, module))]
    if broken:
        return broken
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in wanted)
    return [ok("libraries", f"all libraries are there: {versions}")]


def check_clock(now_at: float) -> Finding:
    """Whether clips would get a believable date."""
    now = datetime.fromtimestamp(now_at, UTC).astimezone() if 0 <= now_at < 1e11 else None
    if now is None or not _EARLIEST <= now <= _LATEST:
        shown = f"{now:%Y-%m-%d}" if now else f"Unix time {now_at:.0f}"
        return error(
            "clock",
            f"the machine's clock is wrong ({shown}): clips get wrong dates, and may be deleted too early",
            "switch on time synchronisation, such as `timedatectl set-ntp true`, or set the clock",
        )
    return ok("clock", f"the clock says {now:%Y-%m-%d %H:%M} {now.tzname()}")


def check_encoder(settings: EncoderSettings) -> Finding:
    """Whether clips can become H.264 MP4s: by really encoding a picture with the configured encoder."""
    problem = _encoder_problem(settings.codec, settings.preset)
    if problem is None:
        return ok("encoder", f"clips are encoded by {settings.codec}")
    if settings.codec != _SOFTWARE and _encoder_problem(_SOFTWARE, EncoderSettings().preset) is None:
        return warning(
            "encoder",
            f"the encoder {settings.codec} does not work here ({problem}); {_SOFTWARE} is used instead",
            "remove encoder.codec from the options, or install what this encoder needs",
        )
    return error(
        "encoder",
        f"no H.264 encoder works here ({problem}): clips stay in the journal and never become MP4s",
        "reinstall PyAV from its own wheels: pip install --force-reinstall --only-binary av av",
    )


def _broken(name: str, module: str) -> Finding | None:
    try:
        importlib.import_module(module)
    except ImportError as problem:
        what = f"gcam-addon[broker] (for {name})" if name == "amqtt" else name
        return error("libraries", f"{name} can't be imported: {problem}", f"install it: pip install {what}")
    return None


def _encoder_problem(codec: str, preset: str) -> str | None:
    try:
        context = av.CodecContext.create(codec, "w")
        if not isinstance(context, VideoCodecContext):
            return "it is no video encoder"
        context.width, context.height, context.pix_fmt = 640, 480, "yuv420p"
        context.time_base = Fraction(1, 1000)
        if codec == _SOFTWARE:
            context.options = {"preset": preset}
        frame = av.VideoFrame(640, 480, "yuv420p")
        frame.pts = 0
        packets = [*context.encode(frame), *context.encode(None)]
    except (av.FFmpegError, ValueError, av.codec.codec.UnknownCodecError) as problem:
        return str(problem) or type(problem).__name__
    return None if packets else "it gives no pictures"
