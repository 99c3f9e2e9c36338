"""The data that a version of Gcam leaves behind, kept so that later versions can be tried on it.

At a release: `python -m tests.support.release_data tests/data/releases/VERSION`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import aiohttp

from gcam_addon.model import Size
from gcam_addon.simulator.adjustments import Adjustments
from gcam_addon.simulator.camera import SimulatedCamera
from gcam_addon.simulator.media import SceneFootage
from gcam_addon.simulator.pictures import Pictures
from gcam_addon.simulator.scenes import open_scene
from tests.support.program import Program, write_options
from tests.support.waiting import patience

PERSON = {"name": "Anna", "password": "correct horse battery"}
FILES = ("gcam.db", "events.db", "access.db", "cameras.json", "instance_id")
TOKEN = "token.txt"
"""The secret of the token `Script`, which is in no file of Gcam's."""
_FPS = 5.0


async def make(target: Path) -> None:
    """An owner, a token, a camera with settings of its own, a protected clip by hand and a later one of
    motion, which the history knows too.
    """
    pictures = Pictures(SceneFootage(open_scene("room-person")))
    board = SimulatedCamera("camera-web-server", pictures, fps=_FPS, size=Size(320, 240))
    await pictures.prerender(Adjustments(board.board.adjustments.size, 12), _FPS, 24.0)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        options = write_options(
            Path(folder) / "options.json", retention={"min_free_bytes": 0}, encoder={"quality": 48}
        )
        async with board, Program(data, "--options", options) as gcam, patience():
            http = aiohttp.ClientSession(gcam.url, headers=gcam.headers)
            async with http:
                secret = await _use(gcam, http, board.url)
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(data / name, target / name)
        for name in ("recordings", "thumbnails"):
            shutil.copytree(data / name, target / name, dirs_exist_ok=True)
        (target / TOKEN).write_text(secret + "\n")


async def _use(gcam: Program, http: aiohttp.ClientSession, url: str) -> str:
    """The token's secret."""
    await _post(http, "setup", PERSON)
    secret = (await _post(http, "tokens", {"name": "Script", "scopes": ["view", "playback"]}))["secret"]
    recording = {"pre_roll_s": 0, "post_roll_s": 0.5}
    detection = {"sensitivity": 70, "masks": [[[0.9, 0], [1, 0], [1, 0.1]]]}
    door = {"name": "Entrée", "url": url, "detection": detection, "recording": recording}
    camera_id = (await _post(http, "cameras", door))["id"]
    while (await gcam.state(camera_id))["status"] != "connected":
        await asyncio.sleep(0.1)
    await _post(http, f"cameras/{camera_id}/record", {"seconds": 1})
    while not (clips := await gcam.clips()):
        await asyncio.sleep(0.1)
    await _patch(http, f"clips/{clips[0]['id']}", {"protected": True})
    while not (await gcam.get("/api/v1/history"))["entries"] or len(await gcam.clips()) < 2:
        await asyncio.sleep(0.5)
    return secret


async def _patch(http: aiohttp.ClientSession, path: str, body: object) -> None:
    async with http.patch(f"/api/v1/{path}", json=body) as response:
        assert response.status < 300, await response.text()


async def _post(http: aiohttp.ClientSession, path: str, body: object) -> dict[str, str]:
    async with http.post(f"/api/v1/{path}", json=body) as response:
        assert response.status < 300, await response.text()
        return dict(await response.json()) if response.content_type == "application/json" else {}


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
