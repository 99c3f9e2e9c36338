"""The page: files built from `frontend/` into `static/`, served as they are.

They are read once, so no request ever reaches the file system with a name of its own, and no disk that hangs
keeps the page from coming.
"""

from __future__ import annotations

import hashlib
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
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What is served; compressed copies lie beside."""

_COMPRESSED = {"br": ".br", "gzip": ".gz"}
"""What browsers call it, the better one first, and what its files end with."""

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
    says = (
        "Icon, manifest, the licences of what the page is made of (`licences.json`), and under assets/ "
        "scripts and styles whose names change when they do."
    )
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
    plain = path.read_bytes()
    known_as = hashlib.sha256(plain).hexdigest()[:32]
    headers = {
        hdrs.CONTENT_TYPE: CONTENT_TYPES[path.suffix],
        hdrs.CACHE_CONTROL: _FOREVER if built else "no-cache",
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
        hdrs.ETAG: f'"{known_as}"',
    }
    compressed = {
        name: copy.read_bytes()
        for name, ending in _COMPRESSED.items()
        if (copy := path.with_name(path.name + ending)).is_file()
    }

    async def get_file(request: web.Request) -> web.Response:
        if any(one.value in {known_as, "*"} for one in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        accepted = request.headers.get(hdrs.ACCEPT_ENCODING, "")
        for name, body in compressed.items():
            if _is_among(name, accepted):
                return web.Response(body=body, headers={**headers, hdrs.CONTENT_ENCODING: name})
        return web.Response(body=plain, headers=headers)

    return get_file


def _is_among(name: str, accepted: str) -> bool:
    """Whether an `Accept-Encoding` header names it, and not to say that it is no good."""
    for one in accepted.lower().split(","):
        coding, _, weight = one.replace(" ", "").partition(";")
        if coding == name:
            return weight.rstrip("0.") != "q="
    return False


async def _not_built(request: web.Request) -> web.Response:
    raise NotFound(because("page_unbuilt"))
