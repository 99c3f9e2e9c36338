"""A browser before a Gcam of `web_fakes`: pages signed in as its owner, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page

from tests.support.browser import new_context
from tests.support.web_fakes import OWNER, PASSWORD, Site

_ZONE = {"timezone_id": "Europe/Brussels"}
DESK = {**_ZONE, "viewport": {"width": 1280, "height": 800}}
PHONE = {**_ZONE, "viewport": {"width": 390, "height": 844}, "locale": "fr-BE", "has_touch": True}


async def signed_in(browser: Browser, site: Site, **options: Any) -> Page:
    context = await new_context(browser, **options)
    login = {"name": OWNER, "password": PASSWORD}
    assert (await context.request.post(f"{site.url}/api/v1/session", data=login)).ok
    return await context.new_page()
