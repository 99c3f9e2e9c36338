"""The page: a fixed list of small files, hand-written, kept in `page/`, served as they are."""

from __future__ import annotations

from pathlib import Path

from aiohttp import hdrs, web

from gcam_addon.web.errors import Handler
from gcam_addon.web.guard import PUBLIC, needs

FOLDER = Path(__file__).parent / "page"

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

FILES = (
    "page.css",
    "page.js",
    "api.js",
    "camera.js",
    "clips.js",
    "dom.js",
    "picture.js",
    "words.js",
    "icon.svg",
)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/", _serving("index.html")),
        *(web.get(f"/{name}", _serving(name)) for name in FILES),
    ]


def _serving(name: str) -> Handler:
    path = FOLDER / name
    content_type = CONTENT_TYPES[path.suffix]

    @needs(PUBLIC)
    async def handler(request: web.Request) -> web.FileResponse:
        headers = {hdrs.CONTENT_TYPE: content_type, hdrs.CACHE_CONTROL: "no-cache"}
        return web.FileResponse(path, headers=headers)

    return handler
