"""`gcam probe HOST[:PORT]`: what board, firmware, streams and controls are there."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path

from gcam_addon.boards.board import Control
from gcam_addon.boards.probe import Probe
from gcam_addon.errors import Rejected, SourceError
from gcam_addon.model import Codec
from gcam_addon.probing.probe import probe

_CODECS = {Codec.MJPEG: "MJPEG", Codec.H264: "H.264", Codec.H265: "H.265"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="HOST[:PORT]", help="or the full address of its stream")
    parser.add_argument("--user", metavar="NAME", help="its user name; the password is asked for")
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object, no picture")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="write the picture it showed there")


async def run(args: argparse.Namespace) -> int:
    """0: a camera; 1: none that answers."""
    credentials = None
    if args.user is not None:
        password = await asyncio.to_thread(getpass.getpass, f"Password of {args.user}: ")
        credentials = (args.user, password)
    try:
        found = await probe(args.address, args.clock, args.duties, credentials=credentials)
    except SourceError as error:
        print(_problem(args, error), file=sys.stdout if args.json else sys.stderr)
        return 1
    if args.picture is not None and found.picture is not None:
        await asyncio.to_thread(args.picture.write_bytes, found.picture.jpeg)
    print(json.dumps(as_json(found), ensure_ascii=False) if args.json else as_text(found))
    return 0


def as_json(found: Probe) -> dict[str, object]:
    """Everything but the picture itself."""
    shown = asdict(found)
    picture = shown.pop("picture")
    facts = shown.pop("facts")
    return {**facts, **shown, "size": None if picture is None else picture["size"]}


def as_text(found: Probe) -> str:
    """For people: a column of facts, then the controls and what is worth knowing."""
    told, size = found.facts, found.picture.size if found.picture else None
    facts = {
        "Board": found.title + (f", {told.version}" if told.version else ""),
        "Name": told.name,
        "Sensor": told.sensor,
        "Host name": told.hostname,
        "MAC": told.mac,
        "Stream": found.url or "none that Gcam can watch",
        "Snapshot": found.snapshot_url,
        "Picture": f"{size.width}x{size.height}" if size else "none just now",
        "Speed": f"{found.fps:.1f} pictures per second" if found.fps else None,
        "Codec": _CODECS[found.codec] + (", with sound" if found.sound else ""),
    }
    lines = [f"{name:<10} {text}" for name, text in facts.items() if text]
    if found.controls:
        lines += ["", "Controls"]
        lines += [f"  {control.name:<16} {_value(control):<10} {control.takes}" for control in found.controls]
    if found.notes:
        lines += ["", *(f"- {note.text}" for note in found.notes)]
    return "\n".join(lines)


def _value(control: Control) -> str:
    if isinstance(control.value, bool):
        return "on" if control.value else "off"
    return "?" if control.value is None else str(control.value)


def _problem(args: argparse.Namespace, error: SourceError) -> str:
    if args.json:
        return json.dumps({"error": {"code": error.code, "message": str(error)}}, ensure_ascii=False)
    hint = ""
    if isinstance(error, Rejected) and error.status == 401:
        hint = "\nGive its user name with --user NAME; the password is then asked for."
    return f"gcam: {error}{hint}"
