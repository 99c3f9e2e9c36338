"""A Chromium with tabs that hide each other, as a person's do. All of Playwright's believe they are seen."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from .browser import AXE
from .child import Child
from .waiting import answered, patience

WITH_TABS = shutil.which("chromium")
"""The smaller one, `chromium-headless-shell`, hides nothing."""
needs_tabs = [
    pytest.mark.browser,
    pytest.mark.skipif(WITH_TABS is None, reason="needs Chromium with tabs: apt-get install chromium"),
    pytest.mark.skipif(not AXE.exists(), reason="needs the page built: scripts/setup"),
]
_WHERE = re.compile(r"DevTools listening on ws://([^/]+)/")
_INSIDE = """
    globalThis.inside = (root = document) => [root, ...[...root.querySelectorAll("*")].flatMap((one) =>
        one.shadowRoot ? inside(one.shadowRoot) : [])];
    globalThis.found = (wanted) => inside().map((root) => root.querySelector(wanted)).find(Boolean);
"""


class Tab:
    """One, opened in front of the others."""

    def __init__(self, channel: aiohttp.ClientWebSocketResponse) -> None:
        self._channel = channel
        self._numbers = itertools.count(1)

    async def run(self, script: str) -> Any:
        """What the expression comes to; `found(selector)` looks into components, too."""
        answer = await self._evaluated(script)
        assert "exceptionDetails" not in answer.get("result", {"exceptionDetails": ""}), answer
        return answer["result"]["result"].get("value")

    async def until(self, script: str) -> None:
        """Also while the page is loaded, which ends what is under way in it."""

        async def holds() -> bool:
            result = (await self._evaluated(script)).get("result", {})
            return bool(result.get("result", {}).get("value")) and "exceptionDetails" not in result

        await answered(holds)

    async def _evaluated(self, script: str) -> dict[str, Any]:
        wanted = {"expression": _INSIDE + script, "returnByValue": True, "awaitPromise": True}
        number = next(self._numbers)
        await self._channel.send_json({"id": number, "method": "Runtime.evaluate", "params": wanted})
        async with patience():
            while (answer := await self._channel.receive_json()).get("id") != number:
                pass
        return dict(answer)


class Tabs:
    """All of one Chromium."""

    def __init__(self, url: str, http: aiohttp.ClientSession, stack: AsyncExitStack) -> None:
        self._url = url
        self._http = http
        self._stack = stack

    async def open(self, url: str) -> Tab:
        async with self._http.put(f"{self._url}/json/new?{url}") as answer:
            target = await answer.json()
        channel = await self._stack.enter_async_context(
            self._http.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0)
        )
        return Tab(channel)


@asynccontextmanager
async def tabs(folder: Path, *more: str) -> AsyncIterator[Tabs]:
    """`folder`: for its profile."""
    assert WITH_TABS is not None
    child = Child(
        *(WITH_TABS, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
        *("--remote-debugging-port=0", f"--user-data-dir={folder}", *more, "about:blank"),
    )
    try:
        await child.until(lambda: _WHERE.search(child.said))
        found = _WHERE.search(child.said)
        assert found is not None
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            yield Tabs(f"http://{found[1]}", http, stack)
    finally:
        await child.end()
