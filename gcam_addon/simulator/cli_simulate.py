"""`gcam simulate`: its arguments and what it prints."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.simulator import given
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.faults import Fault, Schedule
from gcam_addon.simulator.firmware import FIRMWARES
from gcam_addon.simulator.scenes import SCENES
from gcam_addon.simulator.simulation import SimulationOptions, simulate

_LEAST, _MOST = Size(96, 96), Size(1600, 1200)
"""Of a board's pictures."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--firmware", default="camera-web-server", metavar="NAME", help=f"one of {', '.join(FIRMWARES)}"
    )
    pictures = parser.add_mutually_exclusive_group()
    pictures.add_argument("--video", type=Path, metavar="FILE", help="send the pictures of a video file")
    pictures.add_argument(
        "--frames", type=Path, metavar="DIR", help="send the pictures of a folder, by their names"
    )
    pictures.add_argument("--scene", metavar="NAME", help=f"send a made-up scene: {', '.join(SCENES)}")
    parser.add_argument(
        "--listen",
        default="127.0.0.1:8080",
        metavar="HOST:PORT",
        help="the first camera's first port (as :80 on a board); its others, and further cameras, follow",
    )
    parser.add_argument("--cameras", default="1", metavar="N", help="how many cameras (default: 1)")
    parser.add_argument("--size", metavar="WxH", help="frame size (default: the footage's own, else 640x480)")
    parser.add_argument("--fps", default="10", metavar="F", help="pictures per second (default: 10)")
    parser.add_argument("--quality", default="12", metavar="Q", help="0 (best) to 63 (default: 12)")
    parser.add_argument(
        "--loop",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="begin again at the end of the pictures, or end there (default: begin again)",
    )
    parser.add_argument(
        "--prerender",
        action="store_true",
        help="render up to 30 s once and repeat them: many cameras cost almost nothing",
    )
    parser.add_argument(
        "--advertise", action="store_true", help="announce the cameras by mDNS, so that they can be found"
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[/EVERY][@FROM[+FOR]]",
        help=f"go wrong, e.g. tear/10 or stall@20+5; one of {', '.join(Fault)}; may be repeated",
    )


async def run(args: argparse.Namespace) -> None:
    """Until cancelled. Raises `ConfigError` with one clear line for a wrong value."""
    options = options_of(args)
    cv2.setNumThreads(1)  # this process's own; cameras are the parallelism, and idle OpenCV threads spin
    if options.prerender:
        print("Rendering up to 30 s of pictures …", file=sys.stderr, flush=True)
    await simulate(options, _announce)


def options_of(args: argparse.Namespace) -> SimulationOptions:
    """Raises `ConfigError` naming the option and what it takes."""
    host, port = _address(args.listen)
    if args.firmware not in FIRMWARES:
        names = ", ".join(FIRMWARES)
        raise ConfigError(
            f"--firmware: there is no “{args.firmware}”; choose one of {names}.", field="firmware"
        )
    return SimulationOptions(
        firmware=args.firmware,
        video=args.video,
        frames=args.frames,
        scene=given.scene(args.scene),
        host=host,
        port=port,
        cameras=int(given.number("cameras", args.cameras, 1, 1000, whole=True)),
        size=given.size(args.size, _LEAST, _MOST),
        fps=given.number("fps", args.fps, 0.05, 120),
        quality=int(given.number("quality", args.quality, 0, 63, whole=True)),
        loop=args.loop,
        prerender=args.prerender,
        advertise=args.advertise,
        faults=tuple(Schedule.parse(text) for text in args.fault),
    )


def _announce(cameras: Sequence[SimulatedCamera]) -> None:
    for camera in cameras:
        print(camera.url, flush=True)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"--listen: “{text}” is not HOST:PORT, such as 127.0.0.1:8080.", field="listen")
    return host.strip("[]") or "127.0.0.1", int(port)
