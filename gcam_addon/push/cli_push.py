"""`gcam push`: this machine's camera, or whatever else has pictures, sent to a Gcam."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from gcam_addon.assembly import build_source
from gcam_addon.clock import Clock
from gcam_addon.config.schema import parse_camera
from gcam_addon.duties import Duties
from gcam_addon.errors import ConfigError, GcamError
from gcam_addon.model import Size, Unit
from gcam_addon.push.captures import resized, scene, thinned
from gcam_addon.push.sender import Sender, Target
from gcam_addon.simulator import given
from gcam_addon.simulator.scenes import SCENES
from gcam_addon.wire.address import LocalDevice, parse
from gcam_addon.wire.pushing import PORT

KEY_VARIABLE: Final = "GCAM_PUSH_KEY"
DEFAULT_DEVICE: Final = "/dev/video0"
_SCENE_FPS = 10.0
_SCENE_SIZE = Size(640, 480)
_LEAST, _MOST = Size(16, 16), Size(8192, 8192)
_AGAIN_S = 5.0
"""After a camera that failed, or a file that ended."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", metavar="HOST[:PORT]", help=f"where Gcam is (port {PORT} unless given)")
    parser.add_argument(
        "--key",
        metavar="ID:SECRET",
        help=f"as Gcam's page showed it; better in the environment, as {KEY_VARIABLE}: others see arguments",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--device", metavar="DEV", help=f"a webcam (default: {DEFAULT_DEVICE})")
    what.add_argument("--file", type=Path, metavar="FILE", help="a video file, again and again")
    what.add_argument("--frames", type=Path, metavar="DIR", help="a folder of pictures, again and again")
    what.add_argument("--scene", metavar="NAME", help=f"a made-up scene: {', '.join(SCENES)}")
    what.add_argument("--url", metavar="URL", help="another camera: http://…, rtsp://…")
    parser.add_argument("--fps", metavar="F", help="at most so many pictures a second")
    parser.add_argument("--size", metavar="WxH", help="no picture larger than this")
    parser.add_argument("--tls", action="store_true", help="encrypted; Gcam needs push.tls for it")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="who signed Gcam's certificate")


async def run(args: argparse.Namespace) -> None:
    """Until cancelled. Raises ConfigError."""
    target = target_of(args)
    opened = _opening(args, args.clock, args.duties)
    sender = Sender(target, partial(print, file=sys.stderr, flush=True), random.Random())
    async with asyncio.TaskGroup() as group:
        group.create_task(sender.run())
        group.create_task(_capture(opened, sender))


def target_of(args: argparse.Namespace) -> Target:
    """Raises ConfigError."""
    key = args.key or os.environ.get(KEY_VARIABLE, "")
    camera_id, colon, secret = key.strip().partition(":")
    if not (colon and camera_id and secret):
        raise ConfigError(
            f"--key: give the camera's key as ID:SECRET, as Gcam's page shows it, or in {KEY_VARIABLE}.",
            field="key",
        )
    host, port = _place(args.host)
    who = f"gcam push on {platform.node()}"
    return Target(host, port, camera_id, secret, who, _tls(args))


def _tls(args: argparse.Namespace) -> ssl.SSLContext | None:
    if not args.tls:
        if args.ca is not None:
            raise ConfigError("--ca: it is of use with --tls only.", field="ca")
        return None
    try:
        return ssl.create_default_context(cafile=args.ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"--ca: {args.ca} is no certificate in PEM ({error}).", field="ca") from error


def _place(text: str) -> tuple[str, int]:
    """Host and port; an IPv6 address in brackets where a port follows."""
    host, colon, port = text.rpartition(":")
    if not colon or (text.count(":") > 1 and not host.endswith("]")):
        host, port = text, str(PORT)
    host = host.strip("[]")
    if not host or "/" in host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigError(
            f"HOST: “{text}” is not HOST or HOST:PORT, such as 192.168.1.5:{PORT}.", field="host"
        )
    return host, int(port)


def _opening(args: argparse.Namespace, clock: Clock, duties: Duties) -> Callable[[], AsyncIterator[Unit]]:
    """What opens that which is to be sent. Raises ConfigError."""
    fps = None if args.fps is None else given.number("fps", args.fps, 0.05, 120)
    size, name = given.size(args.size, _LEAST, _MOST), given.scene(args.scene)
    if name is not None:
        return lambda: scene(name, fps or _SCENE_FPS, size or _SCENE_SIZE, clock)
    url = args.url or str(args.file or args.frames or args.device or DEFAULT_DEVICE)
    camera = parse_camera({"name": "push", "url": url, "source": _capturing(url, fps, size)}, path="push")

    def opened() -> AsyncIterator[Unit]:
        units: AsyncIterator[Unit] = build_source(camera, clock, duties).units()
        units = units if fps is None else thinned(units, fps)
        return units if size is None else resized(units, size)

    return opened


def _capturing(url: str, fps: float | None, size: Size | None) -> Mapping[str, Any]:
    """A camera of this machine is asked for what is wanted: what it sends so needs not be made smaller."""
    if not isinstance(parse(url), LocalDevice):
        return {}
    return {
        "capture_size": size and f"{size.width}x{size.height}",
        "capture_fps": fps if fps is not None and fps >= 1 else None,
    }


async def _capture(opened: Callable[[], AsyncIterator[Unit]], sender: Sender) -> None:
    """For ever: what fails, or ends, is opened again."""
    said = ""
    while True:
        try:
            async for unit in opened():
                said = ""
                sender.outbox.put(unit)
        except GcamError as error:
            if str(error) != said:
                said = str(error)
                print(f"{error}; trying again every {_AGAIN_S:.0f} s", file=sys.stderr, flush=True)
        await asyncio.sleep(_AGAIN_S)
