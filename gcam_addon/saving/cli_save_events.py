"""`gcam save-events`: arguments, and lines for people. The paths of new files are all that goes to standard
output.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import ssl
import sys
import time
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from yarl import URL

from gcam_addon.access.local import local_url
from gcam_addon.access.secret import read_local_secret
from gcam_addon.config.folder import is_in_use
from gcam_addon.config.load import load_settings
from gcam_addon.errors import ConfigError
from gcam_addon.model import Kind
from gcam_addon.saving.folder import EventFolder
from gcam_addon.saving.gcam import Place
from gcam_addon.saving.happened import Wish
from gcam_addon.saving.saver import Saver

TOKEN_VARIABLE: Final = "GCAM_TOKEN"  # noqa: S105
_UNITS: Final = {"m": 60.0, "h": 3600.0, "d": 86_400.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dir", type=Path, metavar="DIR", help="where to: DIR/CAMERA/DAY/TIME_NUMBER.jpg")
    parser.add_argument("--url", metavar="URL", help="of Gcam's page (the one that runs on this machine)")
    parser.add_argument(
        "--token",
        metavar="TOKEN",
        help=f"made on Gcam's page, with “view” and “playback”; better in the environment, as "
        f"{TOKEN_VARIABLE}: others see arguments",
    )
    parser.add_argument("--ca", type=Path, metavar="FILE", help="who signed Gcam's certificate")
    parser.add_argument(
        "--camera", action="append", default=[], metavar="ID", help="of this one only; several: repeat"
    )
    parser.add_argument(
        "--kind",
        action="append",
        default=[],
        choices=[kind.value for kind in Kind],
        help="only where that moved, as Gcam names it; several: repeat",
    )
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="WHEN",
        help="also what happened since then: 2026-11-30, 2026-11-30T08:15, 12h, 7d (at first: from now on)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--pictures", action="store_true", help="pictures alone, which is usual")
    what.add_argument("--clips", action="store_true", help="their recordings (MP4) too, once they are ready")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder of the Gcam on this machine")
    parser.add_argument("--options", type=Path, metavar="FILE", help="its JSON file of settings")
    parser.add_argument("--listen", metavar="HOST:PORT", help="where it listens")


async def run(args: argparse.Namespace) -> None:
    """Until cancelled. Raises ConfigError."""
    place = await asyncio.to_thread(_place, args)
    wish = Wish(frozenset(args.camera), frozenset(args.kind), args.clips)
    folder = EventFolder(args.dir)
    await asyncio.to_thread(folder.open)
    try:
        tell = partial(print, file=sys.stderr, flush=True)
        await Saver(place, wish, args.since, folder, args.clock, saved=_saved, tell=tell).run()
    finally:
        folder.close()


def _saved(path: Path) -> None:
    with suppress(BrokenPipeError):  # whoever read the names left; the files go on coming
        print(path, flush=True)


def _place(args: argparse.Namespace) -> Place:
    """Raises ConfigError."""
    token = (args.token or os.environ.get(TOKEN_VARIABLE, "")).strip()
    if token and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ConfigError(
            f"--token: give it as Gcam's page showed it, or in {TOKEN_VARIABLE}.", field="token"
        )
    if args.url is not None:
        if not token:
            raise ConfigError(
                f"--token: Gcam at an address wants one: make it on its page, and give it here or in "
                f"{TOKEN_VARIABLE}.",
                field="token",
            )
        return Place(_url(args.url), lambda: token, _tls(args.ca))
    if args.ca is not None:
        raise ConfigError("--ca: it is of use with --url only.", field="ca")
    settings = load_settings(args.options, data_dir=args.data, listen=args.listen)
    url, data_dir = URL(local_url(settings.web)), settings.storage.data_dir
    if token:
        return Place(url, lambda: token, tls=False)
    if not is_in_use(data_dir):
        raise ConfigError(
            f"no Gcam runs on {data_dir}: name its data folder with --data, or its address with --url",
            field="url",
        )
    return Place(url, partial(_own_secret, data_dir), tls=False, is_own=True)


def _own_secret(data_dir: Path) -> str:
    """Another one with each run of Gcam."""
    secret = read_local_secret(data_dir)
    if secret is None:
        raise ConfigError(f"a Gcam runs on {data_dir}, as another user: call this as that user, or root")
    return secret


def _url(text: str) -> URL:
    """Raises ConfigError, in which nothing of `text` stands: there may be a password in it."""
    with suppress(ValueError):
        url = URL(text)
        is_plain = not (url.user or url.password or url.query_string or url.fragment)
        if url.scheme in ("http", "https") and url.host and is_plain:
            return url
    raise ConfigError("--url: give http://HOST:PORT or https://…, as a browser has it.", field="url")


def _tls(ca: Path | None) -> ssl.SSLContext | bool:
    if ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"--ca: {ca} is no certificate in PEM ({error}).", field="ca") from error


def _moment(text: str) -> float:
    """A day, a time of day, or how long ago; by this machine's time."""
    span = re.fullmatch(r"(\d{1,5})([mhd])", text)
    if span:
        return time.time() - int(span[1]) * _UNITS[span[2]]
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError("give 2026-11-30, 2026-11-30T08:15, 30m, 12h or 7d") from None
