"""The page: files built from `frontend/` into `static/`, served as they are.

Which files there are is read once, so no request ever reaches the file system with a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from aiohttp import hdrs, web

from gcam_addon.errors import NotFound
from gcam_addon.web.contract import PUBLIC, Answer, Route, media, route
from gcam_addon.web.errors import Handler
from gcam_addon.web.services import SERVICES
from gcam_addon.words.reason import because

FOLDER = Path(__file__).parent / "static"

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What is served; compressed copies (`.br`, `.gz`) lie beside and aiohttp picks them."""

_FOREVER = "public, max-age=31536000, immutable"


def routes(folder: Path = FOLDER) -> list[Route]:
    """`/` and one route per file. Those under `assets/` carry a hash in their names and never change."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in CONTENT_TYPES)
    index = folder / "index.html"
    others = [path for path in files if path != index]
    return [
        _public("/", "The page", media("text/html", "HTML"))(_page(index) if index in files else _not_built),
        *(_file(f"/{path.relative_to(folder).as_posix()}", path) for path in others),
    ]


def _public(
    path: str, summary: str, answers: Mapping[int, Answer], **more: str
) -> Callable[[Handler], Route]:
    return route("GET", path, rights=PUBLIC, tag="page", summary=summary, query=None, answers=answers, **more)


def _file(path: str, source: Path) -> Route:
    says = "Icon, manifest, and under assets/ scripts and styles whose names change when they do."
    answers = media("application/octet-stream", "The file; its type is by its name")
    return _public(path, "A file of the page", answers, says=says, shown_as="/{file}")(_serving(source))


def _page(index: Path) -> Handler:
    """In the language that the owner chose for whoever chose none; else the page asks the browser."""
    as_built, text = _serving(index), index.read_text()

    async def get_page(request: web.Request) -> web.StreamResponse:
        language = request.app[SERVICES].info.listen.language
        if language is None:
            return await as_built(request)
        spoken = text.replace('<html lang="en"', f'<html lang="{language}" data-language="{language}"', 1)
        return web.Response(
            text=spoken,
            content_type="text/html",
            charset="utf-8",
            headers={hdrs.CACHE_CONTROL: "no-cache"},
        )

    return get_page


def _serving(path: Path) -> Handler:
    built = path.parent.name == "assets"
    headers = {
        hdrs.CONTENT_TYPE: CONTENT_TYPES[path.suffix],
        hdrs.CACHE_CONTROL: _FOREVER if built else "no-cache",
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }

    async def get_file(request: web.Request) -> web.FileResponse:
        return web.FileResponse(path, headers=headers)

    return get_file


async def _not_built(request: web.Request) -> web.Response:
    raise NotFound(because("page_unbuilt"))
