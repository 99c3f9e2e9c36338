"""The page of a share link, for people who have nothing but it: a recording, or why there is none. It stands
alone: no script, no style sheet, nothing of the page of those who have an account.
"""

from __future__ import annotations

import html
from http import HTTPStatus

from aiohttp import hdrs, web

from gcam_addon.words.reason import Reason

_BODY = (
    "max-width: 60rem; margin: auto; padding: 1rem; color-scheme: light dark; overflow-wrap: anywhere; "
    "font-family: system-ui, sans-serif; line-height: 1.5"
)
_HEADING = "font-size: 1.4rem; line-height: 1.3"
_VIDEO = "width: 100%; max-height: 75vh; background: #000; border-radius: 8px"


def recording_page(title: str, what: Reason, video: str, language: str) -> web.Response:
    """`what` is shown, and played from the address `video`."""
    said = html.escape(what.in_language(language))
    playing = f'<video controls playsinline style="{_VIDEO}" src="{html.escape(video)}"></video>'
    return _page(title, f"<p>{said}</p>{playing}", language)


def missing_page(why: str, status: int, language: str) -> web.Response:
    """`why` there is nothing to see, in `language`."""
    return _page(why, "", language, status)


def _page(title: str, content: str, language: str, status: int = HTTPStatus.OK) -> web.Response:
    title = html.escape(title)
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="robots" content="noindex"><meta name="viewport" content="width=device-width">'
        f'<title>{title} · Gcam</title></head><body style="{_BODY}">'
        f'<h1 style="{_HEADING}">{title}</h1>{content}</body></html>'
    )
    headers = {hdrs.VARY: hdrs.ACCEPT_LANGUAGE}
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)
