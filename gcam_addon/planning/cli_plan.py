"""`gcam plan`: arguments, and the plan as text or JSON. A Gcam that runs on the data folder is asked."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from gcam_addon.access.local import local_client
from gcam_addon.access.secret import read_local_secret
from gcam_addon.config.camera_file import read_cameras
from gcam_addon.config.folder import is_in_use
from gcam_addon.config.frame_size import frame_size
from gcam_addon.config.load import load_settings
from gcam_addon.config.model import Camera, Settings
from gcam_addon.config.rules import Wrong
from gcam_addon.errors import ConfigError
from gcam_addon.model import Size
from gcam_addon.model.plan import Plan, Wish
from gcam_addon.planning.lately import of_folder
from gcam_addon.planning.planner import Now, Planner
from gcam_addon.words.reason import read_again

_ANSWER_TIMEOUT_S = 120.0
_NAMES = {"processor": "processor", "memory": "memory", "disk": "disk", "air": "the air (Wi-Fi)"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cameras", type=_of(int, 1, 1000), metavar="N", help="how many (those there are)")
    parser.add_argument("--size", type=_size, metavar="VGA|640x480", help="of their pictures")
    parser.add_argument("--fps", type=_of(float, 0.1, 120), metavar="N", help="pictures a second of each")
    parser.add_argument(
        "--days", type=_of(float, 0.1, 36_500), metavar="N", help="how long recordings are kept"
    )
    parser.add_argument(
        "--recorded", type=_of(float, 0, 100), metavar="PERCENT", help="of the time (of the last days)"
    )
    parser.add_argument("--watts", type=_of(float, 0, 10_000), metavar="N", help="what this machine takes")
    parser.add_argument("--price", type=_of(float, 0, 100), metavar="EUROS", help="of a kWh")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder to look at")
    parser.add_argument("--options", type=Path, metavar="FILE", help="a JSON file of settings")
    parser.add_argument("--listen", metavar="HOST:PORT", help="the page's address")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


async def run(args: argparse.Namespace) -> int:
    """0 where all that is asked fits, 1 where something does not."""
    settings = load_settings(args.options, data_dir=args.data, listen=args.listen)
    wish = Wish(
        cameras=args.cameras,
        size=args.size,
        fps=args.fps,
        days=args.days,
        recorded_share=None if args.recorded is None else args.recorded / 100,
        machine_watts=args.watts,
        euros_per_kwh=args.price,
    )
    if sys.stderr.isatty() and not args.json:
        print("Measuring what a picture costs here …", file=sys.stderr, flush=True)
    if await asyncio.to_thread(is_in_use, settings.storage.data_dir):
        told = await _told(settings, wish)
    else:
        told = (await _made(settings, wish, args)).told()
    print(json.dumps(told, ensure_ascii=False, indent=2) if args.json else _as_text(told))
    return 1 if any(need["remedy"] for need in told["needs"]) else 0


async def _made(settings: Settings, wish: Wish, args: argparse.Namespace) -> Plan:
    async def now() -> Now:
        storage = settings.storage
        lately = await asyncio.to_thread(of_folder, storage, args.clock.wall())
        file = storage.data_dir / "cameras.json"
        return Now(await asyncio.to_thread(_cameras, file), (), lately)

    planner = Planner(lambda: settings.storage, now, duties=args.duties)
    try:
        return await planner.plan(wish)
    finally:
        await asyncio.to_thread(planner.stop)


def _cameras(file: Path) -> tuple[Camera, ...]:
    return read_cameras(file.read_bytes()).cameras if file.exists() else ()


async def _told(settings: Settings, wish: Wish) -> dict[str, Any]:
    """By the Gcam that runs here: it knows how its cameras are."""
    secret = await asyncio.to_thread(read_local_secret, settings.storage.data_dir)
    try:
        async with (
            local_client(settings.web, secret, timeout_s=_ANSWER_TIMEOUT_S) as session,
            session.get("/api/v1/plan", params=_query(wish)) as response,
        ):
            response.raise_for_status()
            told: dict[str, Any] = await response.json()
            return told
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ConfigError(
            f"a Gcam runs on {settings.storage.data_dir} and can't be asked at its address ({error}): "
            "give it with --listen"
        ) from error


def _query(wish: Wish) -> dict[str, str]:
    given = {
        "cameras": wish.cameras,
        "size": wish.size and f"{wish.size.width}x{wish.size.height}",
        "fps": wish.fps,
        "days": wish.days,
        "recorded": None if wish.recorded_share is None else 100 * wish.recorded_share,
        "watts": wish.machine_watts,
        "price": wish.euros_per_kwh,
    }
    return {name: str(value) for name, value in given.items() if value is not None}


def _as_text(told: Mapping[str, Any]) -> str:
    short = [need for need in told["needs"] if need["remedy"]]
    remedies = [
        f"\n{_NAMES[need['resource']]}: {read_again(need['remedy_said']) or need['remedy']}" for need in short
    ]
    return "\n".join([*_head(told), *_figures(told), *remedies, *_verdict(told["needs"][0], fits=not short)])


def _verdict(first: Mapping[str, Any], *, fits: bool) -> list[str]:
    if first["share"] is None:
        return []
    said = "It fits" if fits else "It does not fit"
    return [
        f"\n{said}. What limits first: {_NAMES[first['resource']]}, {first['share']:.0%} of what there is."
    ]


def _head(told: Mapping[str, Any]) -> list[str]:
    size, days = told["size"], told["measured_days"]
    basis = f"as in the last {days:.1f} days" if told["is_share_measured"] else "as asked or assumed"
    return [
        f"{told['cameras']} cameras, {size['width']}x{size['height']}, {told['fps']:g} pictures a second",
        f"recorded {told['recorded_share']:.1%} of the time, {basis}; kept {told['days']:g} days",
        "",
    ]


def _figures(told: Mapping[str, Any]) -> list[str]:
    held = "" if told["days_held"] is None else f"; this disk holds {told['days_held']:.1f} days"
    memory = "" if told["machine_bytes"] is None else f" of {told['machine_bytes'] / 1e9:.1f} GB"
    machine = told["machine"] or "this machine (a guess where --watts does not say)"
    figures = {
        "processor": f"{told['cpu_share']:.0f} % of one core, of {told['cores']}",
        "memory": f"{told['memory_bytes'] / 1e6:.0f} MB{memory}",
        "disk": f"{_gb(told['bytes_per_day'], 2)} a day, {_gb(told['needed_bytes'])} in all{held}",
        "on the air": f"{told['air_bits_per_s'] / 1e6:.1f} Mbit/s, {_gb(told['air_bytes_per_day'])} a day",
        "power": f"{told['boards_watts']:.1f} W boards, {told['machine_watts']:.1f} W {machine}",
        "a year": f"{told['kwh_per_year']:.0f} kWh, {told['euros_per_year']:.0f} euros at "
        f"{told['euros_per_kwh']:g} a kWh",
        "": f"a subscription for as many cameras: about {told['subscription_per_year']:.0f} euros",
    }
    return [f"  {name:<12}{text}" for name, text in figures.items()]


def _gb(size_bytes: float, digits: int = 0) -> str:
    return f"{size_bytes / 1e9:.{digits}f} GB"


def _size(text: str) -> Size:
    try:
        return frame_size(text)
    except Wrong as error:
        raise argparse.ArgumentTypeError(str(error.reason)) from error


def _of(kind: Callable[[str], float], least: float, most: float) -> Callable[[str], float]:
    """A number within bounds."""

    def read(text: str) -> float:
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"give a number between {least:g} and {most:g}")
        return value

    read.__name__ = "number"
    return read
