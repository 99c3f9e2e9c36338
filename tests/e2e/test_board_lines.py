"""How boards with Gcam's firmware fare, on the System page, in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from gcam_addon.clock import ManualClock
from gcam_addon.model.board_health import BoardDay, BoardHealth
from tests.support.browser import chromium, keep_screenshot, needs_chromium, scrolls_sideways, serious
from tests.support.fakes import make_camera
from tests.support.web_browser import DESK, PHONE, signed_in
from tests.support.web_fakes import serve

pytestmark = needs_chromium

_NOW = ManualClock().wall()
_FINE = BoardHealth(
    *(_NOW - 20, 81_000, 12, "power_on", 96_512, 45_056, -61, 2_400_000, 81_041, 3_977, 12), id="a"
)


def _slow(minutes: int) -> list[BoardHealth]:
    """Whose clock counts a quarter of the minutes that pass."""
    return [
        replace(_FINE, at=_NOW - 20 - 60 * ago, uptime_s=9_000 - 15 * ago) for ago in reversed(range(minutes))
    ]


@pytest.mark.parametrize(
    ("where", "options", "wrong", "remedy"),
    [
        (
            "desk",
            DESK,
            "Its clock is wrong: what it counts is not the time that passes",
            "start it anew",
        ),
        ("phone", PHONE, "Son horloge est fausse", "redémarrez-la"),
    ],
)
async def test_a_board_whose_clock_is_wrong_stands_first_with_what_to_do(
    tmp_path: Path, where: str, options: dict[str, object], wrong: str, remedy: str
) -> None:
    cameras = [make_camera("porch"), make_camera("shed")]
    days = {"porch": BoardDay.of([_FINE]), "shed": BoardDay.of(_slow(10))}
    async with serve(tmp_path, cameras=cameras, clips=[], board_days=days) as site, chromium() as browser:
        page = await signed_in(browser, site, **options)
        await page.goto(f"{site.url}/#/system")
        lines = page.locator("gcam-board-lines li")
        await expect(lines).to_have_count(2)
        await expect(lines.first).to_contain_text("Shed")
        await expect(lines.first.locator(".trouble")).to_contain_text(remedy)
        said = await lines.first.locator(".trouble").inner_text()
        assert said.lower().startswith(wrong.lower())
        await expect(lines.last.locator(".trouble")).to_have_count(0)
        await lines.first.scroll_into_view_if_needed()
        assert not await scrolls_sideways(page)
        assert await serious(page) == []
        await keep_screenshot(page, f"board-lines-{where}")
