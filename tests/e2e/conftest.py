"""One Chromium for the tests of a module: to start it costs more than most of them do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser import chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(started_browser: Browser) -> AsyncIterator[Browser]:
    """With nothing open; for tests marked `one_browser`, whose fixtures live in their module's loop."""
    yield started_browser
    for context in started_browser.contexts:
        await context.close()
