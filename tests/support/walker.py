"""Somebody before the page who knows its address and nothing else: presses what has a name, types into what
has a label and reads what is shown, all in the page's own words and in one language.

With `GCAM_WALK_PHOTOS=FOLDER` every look is photographed there, by day and by night.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Locator, Page, expect

from tests.support.browser import ROOT, scrolls_sideways

Role = Literal["button", "link", "menuitem", "tab"]
_PRESSED: tuple[Role, ...] = ("button", "link", "menuitem", "tab")
_PHOTOS = os.environ.get("GCAM_WALK_PHOTOS")
_PAGE_WORDS = ROOT / "frontend" / "src" / "i18n"
_OWN_WORDS = ROOT / "gcam_addon" / "words"
_VALUE = re.compile(r"\{\{\w+\}\}")
_ENGLISH = re.compile(
    r"\b(the|and|is|are|of|with|from|this|that|was|has|you|your|for|by|not|yet|ago)\b", re.IGNORECASE
)
"""Words that no French sentence has."""
_SHOWN = """() => {
    const said = [];
    const here = document.documentElement.lang;
    const look = (node) => {
        if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
        if (!(node instanceof Element) || ["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) return;
        if ((node.lang || here) !== here || getComputedStyle(node).display === "none") return;
        if (node.tagName === "SLOT" && node.assignedNodes().length > 0) return;
        for (const name of ["aria-label", "title", "alt", "placeholder"])
            said.push(node.getAttribute(name) ?? "");
        for (const one of [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes]) look(one);
    };
    look(document.body);
    const texts = new Set(said.map((text) => text.replace(/\\s+/g, " ").trim()));
    return [...texts].filter((text) => /\\p{L}{2}/u.test(text));
}"""


@dataclass
class Walker:
    page: Page
    language: Literal["en", "fr"]
    story: str
    _looks: Iterator[int] = field(default_factory=count)

    def says(self, key: str, **values: object) -> str:
        """`live.add_camera`: the text of that name in their language."""
        text: Any = _words(self.language)
        for part in key.split("."):
            text = text[part]
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", str(value))
        return str(text)

    async def press(self, key: str, within: Locator | None = None, **values: object) -> None:
        await self.named(self.says(key, **values), within).click()

    async def go(self, page: str) -> None:
        """By the menu; behind "More" where a phone has no room for it."""
        title = self.says(f"common.nav.{page}")
        name = re.compile(rf"^{re.escape(title)}\b")  # behind it, what is new there
        menu = self.page.get_by_role("navigation")
        link = menu.get_by_role("link", name=name)
        await menu.get_by_role("link").first.wait_for()
        if not await link.is_visible():
            await menu.get_by_role("button", name=self.says("common.more")).click()
            link = menu.get_by_role("menuitem", name=title)
        await link.click()

    def named(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """What can be pressed, by the name that it is read out with."""
        place = within or self.page
        exact = isinstance(name, str)
        first, *others = (place.get_by_role(role, name=name, exact=exact) for role in _PRESSED)
        for other in others:
            first = first.or_(other)
        return first

    def field(self, key: str, within: Locator | None = None) -> Locator:
        """What is typed into, by its label; required ones have a star behind it."""
        label = re.compile(rf"^{re.escape(self.says(key))}\s*\*?$")
        place = within or self.page
        return place.get_by_role("textbox", name=label).or_(place.get_by_role("spinbutton", name=label))

    async def type(self, key: str, text: str, within: Locator | None = None) -> None:
        await self.field(key, within).fill(text)

    async def reads(self, key: str, **values: object) -> None:
        await self.reads_text(self.says(key, **values))

    async def reads_text(self, text: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    async def look(self, name: str) -> None:
        """Nothing is cut off sideways, and nothing is in another language."""
        if _PHOTOS:
            await self._photograph(Path(_PHOTOS), f"{self.story}-{next(self._looks):02}-{name}")
        assert not await scrolls_sideways(self.page), f"{name} scrolls sideways"
        if self.language == "fr":
            assert (foreign := [text for text in await self.shown() if is_english(text)]) == [], (
                f"{name}: {foreign}"
            )

    async def shown(self) -> list[str]:
        """Every text that is seen or read out."""
        return list(await self.page.evaluate(_SHOWN))

    async def _photograph(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in ("dark", "light"):
            await self.page.emulate_media(color_scheme=scheme)
            await self.page.wait_for_timeout(400)  # colours fade
            await self.page.screenshot(path=folder / f"{name}-{scheme}.png")


def is_english(text: str) -> bool:
    """It stands in an English word file and in no French one, or has an English word in it."""
    return not _stands_in("fr", text) and (_stands_in("en", text) or bool(_ENGLISH.search(text)))


def _stands_in(language: str, text: str) -> bool:
    return text in _texts(language) or any(sentence.fullmatch(text) for sentence in _sentences(language))


@cache
def _words(language: str) -> dict[str, Any]:
    files = [*(_PAGE_WORDS / language).glob("*.json"), _OWN_WORDS / f"{language}.json"]
    return {
        path.stem if path.parent != _OWN_WORDS else "reasons": json.loads(path.read_text()) for path in files
    }


@cache
def _texts(language: str) -> frozenset[str]:
    return frozenset(_leaves(_words(language)))


@cache
def _sentences(language: str) -> tuple[re.Pattern[str], ...]:
    """Those with values in them, and words beside these."""
    made = [
        text for text in _texts(language) if _VALUE.search(text) and re.search(r"\w", _VALUE.sub("", text))
    ]
    return tuple(re.compile(".+".join(map(re.escape, _VALUE.split(text)))) for text in made)


def _leaves(words: object) -> Iterator[str]:
    if isinstance(words, dict):
        for inner in words.values():
            yield from _leaves(inner)
    else:
        yield str(words)
