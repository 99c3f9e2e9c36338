"""`gcam snapshot`: what the add-on's backup hooks call."""

from __future__ import annotations

import argparse
from pathlib import Path

from gcam_addon.backup.snapshot import make_snapshot, remove_snapshot
from gcam_addon.config.load import default_data_dir


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", default=default_data_dir(), help="data folder")
    parser.add_argument("--remove", action="store_true", help="the backup is made: remove them")


def run(args: argparse.Namespace) -> int:
    """0 when it is done. Raises `ConfigError` where there is nothing to copy, or no room."""
    if args.remove:
        remove_snapshot(args.data)
    else:
        print(make_snapshot(args.data))
    return 0
