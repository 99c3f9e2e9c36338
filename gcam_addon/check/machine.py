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
from gcam_addon.classifiers import ssd
from gcam_addon.config.model import EncoderSettings, MqttMode, Settings
from gcam_addon.words.reason import because

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
        return error(
            "python",
            because("check_python_old", version=number),
            because("check_python_install", least=least),
        )
    machine = f"{platform.system()} {platform.machine()}"
    return ok("python", because("check_python", version=number, machine=machine))


def check_libraries(settings: Settings) -> list[Finding]:
    """Whether everything that these settings need can be imported."""
    wanted = dict(_LIBRARIES)
    if settings.demo or settings.mqtt.mode is MqttMode.EMBEDDED:
        wanted["amqtt"] = "amqtt"
    broken = [finding for name, module in wanted.items() if (finding := _broken(name, module))]
    if broken:
        return broken
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in wanted)
    return [ok("libraries", because("check_libraries", versions=versions))]


def check_clock(now_at: float) -> Finding:
    """Whether clips would get a believable date."""
    now = datetime.fromtimestamp(now_at, UTC).astimezone() if 0 <= now_at < 1e11 else None
    if now is None or not _EARLIEST <= now <= _LATEST:
        shown = f"{now:%Y-%m-%d}" if now else f"Unix time {now_at:.0f}"
        return error(
            "clock",
            because("check_clock_wrong", shown=shown),
            because("check_set_clock"),
        )
    return ok("clock", because("check_clock", shown=f"{now:%Y-%m-%d %H:%M} {now.tzname()}"))


def check_encoder(settings: EncoderSettings) -> Finding:
    """Whether clips can become H.264 MP4s: by really encoding a picture with the configured encoder."""
    problem = _encoder_problem(settings.codec, settings.preset)
    if problem is None:
        return ok("encoder", because("check_encoder", codec=settings.codec))
    if settings.codec != _SOFTWARE and _encoder_problem(_SOFTWARE, EncoderSettings().preset) is None:
        return warning(
            "encoder",
            because("check_encoder_other", codec=settings.codec, why=problem, other=_SOFTWARE),
            because("check_remove_codec"),
        )
    return error(
        "encoder",
        because("check_no_encoder", why=problem),
        because("check_reinstall_av"),
    )


def check_naming() -> Finding:
    """Whether the package was built with what names people, vehicles and animals."""
    if ssd.is_there():
        return ok("naming", because("check_naming"))
    return warning("naming", because("check_naming_missing"), because("check_naming_build"))


def _broken(name: str, module: str) -> Finding | None:
    try:
        importlib.import_module(module)
    except ImportError as problem:
        what = f"gcam-addon[broker] (for {name})" if name == "amqtt" else name
        return error(
            "libraries", because("check_library", name=name, why=problem), because("check_install", what=what)
        )
    return None


def _encoder_problem(codec: str, preset: str) -> str | None:
    try:
        context = av.CodecContext.create(codec, "w")
        if not isinstance(context, VideoCodecContext):
            return because("check_no_video_encoder")
        context.width, context.height, context.pix_fmt = 640, 480, "yuv420p"
        context.time_base = Fraction(1, 1000)
        if codec == _SOFTWARE:
            context.options = {"preset": preset}
        frame = av.VideoFrame(640, 480, "yuv420p")
        frame.pts = 0
        packets = [*context.encode(frame), *context.encode(None)]
    except (av.FFmpegError, ValueError, av.codec.codec.UnknownCodecError) as problem:
        return str(problem) or type(problem).__name__
    return None if packets else because("check_encoder_empty")
