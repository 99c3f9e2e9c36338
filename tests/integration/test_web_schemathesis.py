"""Thousands of odd requests made from docs/ref/openapi.yaml: no crash, no answer but what it promises.

What it says is allowed is taken, what it forbids is refused, and every answer looks as described. More,
by chance: `GCAM_SCHEMATHESIS=200 scripts/test tests/integration/test_web_schemathesis.py`.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

from gcam_addon.access.secret import read_local_secret
from tests.support.program import Program

DOCUMENT = Path(__file__).parents[2] / "docs" / "ref" / "openapi.yaml"
JUDGEMENT = Path(__file__).parents[1] / "schemathesis.toml"
ENDLESS = r"live\.(mp4|ts)|stream\.mjpg|/frames$|/events$|/motion$|/signals$|/found$"
OUTSIDE = r"/try$|/cameras$|/probe$|/board$|/claim$|/check$|/heartbeat$|/restore$|/start-anew$"
"""Would connect to whatever address is made up, or concern the program rather than the web app."""
HASHING = r"/session$|/session/|/setup$|/people$"
"""Take a fifth of a second for each password that is tried."""
ALIKE = r"/days$|/timeline$|/unreviewed$|/review$|/what-if$"
"""Made of the rules of others: like those above, tried with `GCAM_SCHEMATHESIS` only."""

CHANCE = ("--phases", "coverage,fuzzing", "--max-examples", os.environ.get("GCAM_SCHEMATHESIS", ""))
COVERED = ("--phases", "coverage")
"""Every value at and beyond its bounds, none by chance."""


async def test_no_request_breaks_the_app_or_is_answered_unexpectedly(tmp_path: Path) -> None:
    async with Program(tmp_path, "--mqtt", "off", "--camera", "door=/nowhere.mp4") as gcam:
        secret = read_local_secret(tmp_path)  # nothing that is made up can revoke it
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--config-file", str(JUDGEMENT), "run"),
            *(str(DOCUMENT), "--url", gcam.url, "-H", f"Authorization: Bearer {secret}"),
            *(CHANCE if CHANCE[-1] else COVERED),
            # One thread: Python 3.11 fails where two make syntax trees ("recursion depth mismatch").
            *("--workers", "1", "--seed", "1", "--no-color", "--suppress-health-check", "all"),
            *("--exclude-path-regex", f"{ENDLESS}|{OUTSIDE}" + ("" if CHANCE[-1] else f"|{HASHING}|{ALIKE}")),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = (await process.communicate())[0].decode()
    assert process.returncode == 0, output[-4000:]
    tested = re.search(r"Tested: (\d+)", output)
    generated = re.search(r"(\d+) generated", output)
    assert tested is not None, output[-2000:]
    assert generated is not None, output[-2000:]
    assert int(tested[1]) > 45
    assert int(generated[1]) > 1000
