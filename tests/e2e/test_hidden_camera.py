"""A browser that is a camera, in a tab that another one hides: it goes on, and is still seen directly."""

from __future__ import annotations

import json
import os
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.test_direct import CAMERA, FAKE, OWNER, came, see_directly
from tests.support.browser import chromium
from tests.support.program import Program
from tests.support.tabs import Tab, needs_tabs, tabs
from tests.support.waiting import answered
from tests.support.web_browser import DESK

pytestmark = needs_tabs
PICTURES = int(os.environ.get("GCAM_HIDDEN_PICTURES", "100"))
"""10 a second: 600 are the minute after which nothing changes any more."""


async def test_it_goes_on_where_nobody_looks_at_it(tmp_path: Path) -> None:
    (tmp_path / "cameras.json").write_text(json.dumps({"version": 1, "cameras": [CAMERA]}))
    async with Program(tmp_path, "--mqtt", "off") as gcam, tabs(tmp_path / "profile", *FAKE) as person:
        camera = await person.open(gcam.url)
        await camera.until("location.protocol === 'http:' && document.readyState === 'complete'")
        await _begin(camera, gcam)
        await person.open("about:blank")
        await camera.until("document.hidden")
        await camera.run("globalThis.ticks = 0; setInterval(() => ticks += 1, 100); 0")
        before = (await gcam.state("hall"))["frames"]
        async with chromium(*FAKE) as other:
            viewer = await came(other, gcam, OWNER, **DESK)
            await see_directly(viewer, gcam)
            await expect(viewer.locator("gcam-direct-picture")).to_be_visible()

        async def enough() -> bool:
            return bool((await gcam.state("hall"))["frames"] - before >= PICTURES)

        await answered(enough)
        assert await camera.run("document.hidden")
        assert await camera.run("ticks") < PICTURES / 2  # what the page itself does is held back
        assert "Traceback" not in gcam.log


async def _begin(camera: Tab, gcam: Program) -> None:
    await camera.run(
        f"""fetch("api/v1/setup", {{method: "POST", headers: {{"Content-Type": "application/json"}},
        body: {json.dumps(json.dumps(OWNER))}}}).then((answer) => answer.status)"""
    )
    await camera.run("location.hash = '#/publish'; location.reload(); 0")
    await camera.until(
        "!!found('gcam-publish-page section wa-button') || !!found('section .buttons wa-button')"
    )
    await camera.run("found('section .buttons wa-button').click()")
    await camera.until("!!found('section wa-select[name=fps]')")
    await camera.run("found('section .buttons wa-button').click()")
    await gcam.until_connected("Hall")
