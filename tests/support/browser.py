"""A real Chromium, and what every page must bear: nothing serious for axe, nothing to scroll sideways."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from .waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The one without a window costs a third less, and shows the same."""
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
OUTPUT = ROOT / "test-output"
"""Screenshots; not committed."""
WAIT_MS = 1000 * PATIENCE_S

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium-headless-shell"),
    pytest.mark.skipif(not AXE.exists(), reason="needs the page built: scripts/setup"),
]
one_browser = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]
"""For the fixture `browser`, which all tests of a module share, and so their event loop."""


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", *more],
        )
        expect.set_options(timeout=WAIT_MS)
        yield browser
        await browser.close()


async def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """`bypass_csp` lets axe in; the page itself is served with its policy and shows no violation."""
    context = await browser.new_context(**{"locale": "en-GB", "bypass_csp": True, **options})
    context.set_default_timeout(WAIT_MS)
    return context


async def serious(page: Page) -> list[Any]:
    """What axe finds that keeps somebody from using the page, once what comes in has come in."""
    await page.wait_for_function(_IS_CALM)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run().then((result) => result.violations)")
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


_IS_CALM = """() => {
    const inside = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((one) =>
        one.shadowRoot ? inside(one.shadowRoot) : [])];
    const ends = (one) => one.effect.getComputedTiming().endTime !== Infinity;
    return inside(document).every((root) => !root.getAnimations().some(
        (one) => one.playState === "running" && ends(one)));
}"""
"""What moves for ever, such as a spinner, is not waited for."""


async def scrolls_sideways(page: Page) -> bool:
    """Whether the page, or its main part, is wider than the screen."""
    return bool(
        await page.evaluate(
            """() => {
                const main = document.querySelector("gcam-app").shadowRoot.querySelector("main");
                return [document.documentElement, main].some((one) => one.scrollWidth > one.clientWidth + 1);
            }"""
        )
    )


async def watch_shifts(page: Page) -> None:
    """From the next load on: what moves although nobody touched it."""
    await page.add_init_script(
        """
        window.shifts = [];
        const where = ({ node }) => node?.nodeName ?? "inside a component";
        new PerformanceObserver((list) => {
            for (const { value, hadRecentInput, sources } of list.getEntries())
                if (!hadRecentInput) window.shifts.push([value, sources.map(where).join()]);
        }).observe({ type: "layout-shift", buffered: true });
        """
    )


async def shifted(page: Page) -> tuple[float, list[Any]]:
    """How much of the screen has moved, times how far, since the page was loaded; and what."""
    shifts = await page.evaluate("window.shifts")
    return sum(value for value, _ in shifts), shifts


async def keep_screenshot(page: Page, name: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    await page.screenshot(path=OUTPUT / f"{re.sub(r'[^a-z0-9-]+', '_', name)}.png")
