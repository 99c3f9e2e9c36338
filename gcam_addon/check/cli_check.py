"""`gcam check`: arguments, and the findings as text or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from pathlib import Path

from gcam_addon.check.finding import Finding, Level, error
from gcam_addon.check.survey import check_setup
from gcam_addon.config.load import load_settings, parse_camera_arguments
from gcam_addon.errors import ConfigError
from gcam_addon.machine.timezone import use_timezone
from gcam_addon.words.reason import because


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder to look at")
    parser.add_argument("--options", type=Path, metavar="FILE", help="a JSON file of settings")
    parser.add_argument("--listen", metavar="HOST:PORT", help="the page's address")
    parser.add_argument("--mqtt", metavar="URL|embedded|off", help="the broker to try")
    parser.add_argument(
        "--camera", action="append", default=[], metavar="[NAME=]URL", help="look at this camera too"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


async def run(args: argparse.Namespace) -> int:
    """0 where nothing is wrong, 1 where something is; warnings alone are no reason to fail."""
    findings: list[Finding] = []
    async for finding in _findings(args):
        findings.append(finding)
        if not args.json:
            print(_as_text(finding), flush=True)
    errors = _count(findings, Level.ERROR)
    if args.json:
        print(_as_json(findings))
    else:
        print(f"\n{_summary(findings)}", flush=True)
    return 1 if errors else 0


async def _findings(args: argparse.Namespace) -> AsyncIterator[Finding]:
    try:
        settings = load_settings(args.options, data_dir=args.data, listen=args.listen, mqtt=args.mqtt)
        cameras = parse_camera_arguments(args.camera)
    except ConfigError as problem:
        yield error("options", problem.said, because("check_this_first"))
        return
    if settings.timezone is not None:
        use_timezone(settings.timezone)
    if sys.stderr.isatty() and not args.json:
        print("Looking around; cameras are watched for some seconds …", file=sys.stderr, flush=True)
    async for finding in check_setup(settings, cameras, args.clock, args.duties):
        yield finding


def _as_text(finding: Finding) -> str:
    line = f"{finding.level.value:<8} {finding.message}"
    return f"{line}\n{'':<8} -> {finding.remedy}" if finding.remedy else line


def _as_json(findings: Sequence[Finding]) -> str:
    answer = {
        "findings": [asdict(finding) for finding in findings],
        "errors": _count(findings, Level.ERROR),
        "warnings": _count(findings, Level.WARNING),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _summary(findings: Sequence[Finding]) -> str:
    errors, warnings = _count(findings, Level.ERROR), _count(findings, Level.WARNING)
    if not errors and not warnings:
        return "Everything is fine."
    return f"{errors} to mend, {warnings} worth a look."


def _count(findings: Sequence[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in findings)
