"""`gcam probe` at a terminal and for programs."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.support.simulated import camera, size_of


async def gcam_probe(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gcam_addon", "probe", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_a_board_is_told_to_people_and_programs(tmp_path: Path) -> None:
    async with camera("mjpeg2sd") as board:
        host = board.control_url.removeprefix("http://")
        status, text, _ = await gcam_probe(host, "--picture", str(tmp_path / "look.jpg"))
        assert status == 0
        assert "ESP32-CAM_MJPEG2SD, 10.9.3" in text
        assert board.url in text
        assert size_of((tmp_path / "look.jpg").read_bytes()).width == 320
        status, text, _ = await gcam_probe(host, "--json")
    told = json.loads(text)
    assert (status, told["firmware"], told["url"]) == (0, "mjpeg2sd", board.url)
    assert told["size"] == {"width": 320, "height": 240}
    assert {"frame_size", "flip"} <= {control["name"] for control in told["controls"]}


async def test_what_went_wrong_is_one_line_with_a_remedy() -> None:
    async with camera("tasmota", credentials=("admin", "pw")) as board:
        status, text, problem = await gcam_probe(board.control_url)
        assert (status, text) == (1, "")
        assert "--user" in problem
    status, text, _ = await gcam_probe(board.control_url, "--json")
    assert (status, json.loads(text)["error"]["code"]) == (1, "unreachable")
    status, _, problem = await gcam_probe("rtmp://192.0.2.1")
    assert status == 2
    assert "Traceback" not in problem
