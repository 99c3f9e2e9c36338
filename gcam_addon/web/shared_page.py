"""The page of a share link, for people who have nothing but it: a recording, or why there is none. It stands
alone: no script, no style, nothing of the page of those who have an account.
"""

from __future__ import annotations

import html
from http import HTTPStatus

from aiohttp import hdrs, web

from gcam_addon.words.reason import Reason


def recording_page(title: str, what: Reason, video: str, language: str) -> web.Response:
    """`what` is shown, and played from the address `video`."""
    said = html.escape(what.in_language(language))
    playing = f'<video controls playsinline width="640" src="{html.escape(video)}"></video>'
    return _page(title, f"<p>{said}</p>{playing}", language)


def missing_page(why: str, status: int, language: str) -> web.Response:
    """`why` there is nothing to see, in `language`."""
    return _page(why, "", language, status)


def _page(title: str, content: str, language: str, status: int = HTTPStatus.OK) -> web.Response:
    title = html.escape(title)
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="robots" content="noindex"><meta name="viewport" content="width=device-width">'
        f"<title>{title} · Gcam</title></head><body><h1>{title}</h1>{content}</body></html>"
    )
    headers = {hdrs.VARY: hdrs.ACCEPT_LANGUAGE}
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)
