"""Another web page in the owner's browser, a real Chromium with a session in it: what it may do is nothing.

A page on another port of the same host is the nearest there is: to a browser it is the same *site*, so that
cookies go along, and only a different origin.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page

from gcam_addon.config.model import WebSettings
from tests.integration.test_history import picture
from tests.support.apps import running
from tests.support.browser import chromium, needs_chromium, new_context
from tests.support.fakes import make_camera
from tests.support.web_fakes import LOOPBACK, OWNER, PASSWORD, Site, make_clip, make_frame, serve

pytestmark = needs_chromium
DOOR = make_camera("door")
REBOUND = "--host-resolver-rules=MAP evil.example 127.0.0.1"

ATTACKS = """async (gcam) => {
    const seen = {};
    const tried = async (name, what) => {
        try { seen[name] = String(await what()); } catch (error) { seen[name] = "refused"; }
    };
    const send = (path, options) => fetch(gcam + path, { credentials: "include", ...options });
    const element = (name, attributes) => new Promise((done) => {
        const made = Object.assign(document.createElement(name), attributes);
        made.onload = made.onloadedmetadata = () => done("shown");
        made.onerror = () => done("refused");
        document.body.append(made);
    });
    const socket = (path) => new Promise((done) => {
        const made = new WebSocket(gcam.replace("http", "ws") + path);
        made.onmessage = () => done("told");
        made.onclose = () => done("refused");
    });
    const change = async (path, options) => { await send(path, options); return "sent"; };
    const camera = JSON.stringify({ name: "Theirs", url: "http://192.0.2.9" });
    const json = { "Content-Type": "application/json" };
    await tried("reads", async () => (await send("/api/v1/cameras")).text());
    await tried("posts as text", () =>
        change("/api/v1/cameras", { method: "POST", mode: "no-cors", body: camera }));
    await tried("posts JSON", () =>
        change("/api/v1/cameras", { method: "POST", headers: json, body: camera }));
    await tried("deletes", () => change("/api/v1/cameras/door", { method: "DELETE" }));
    await tried("signs out", () => change("/api/v1/session", { method: "DELETE" }));
    await tried("beacon", () => { navigator.sendBeacon(gcam + "/api/v1/cameras", camera); return "sent"; });
    await tried("picture", () => element("img", { src: gcam + "/api/v1/cameras/door/snapshot.jpg" }));
    await tried("video", () => element("video", { src: gcam + "/api/v1/clips/c1/video.mp4" }));
    await tried("script", () => element("script", { src: gcam + "/api/v1/session" }));
    await tried("style", () => element("link", { rel: "stylesheet", href: gcam + "/api/v1/session" }));
    await tried("events", () => socket("/api/v1/events"));
    await tried("frames", () => socket("/api/v1/cameras/door/frames"));
    return seen;
}"""

ALLOWED = """async () => {
    const picture = await new Promise((done) => {
        const made = Object.assign(new Image(), { src: "/api/v1/cameras/door/snapshot.jpg" });
        made.onload = () => done("shown");
        made.onerror = () => done("refused");
    });
    const events = await new Promise((done) => {
        const made = new WebSocket("/api/v1/events");
        made.onmessage = () => { made.close(); done("told"); };
        made.onclose = () => done("refused");
    });
    return [picture, events, (await fetch("/api/v1/cameras")).status];
}"""
"""The same on Gcam's own page."""

FRAMED = """async (gcam) => {
    const frame = document.createElement("iframe");
    frame.src = gcam + "/";
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    frame.contentWindow.postMessage({ type: "close", id: 1 }, "*");
    return frame.contentWindow.length;
}"""

STATUS = """async ([path, method]) => {
    const eve = { name: "Eve", password: "a long enough password" };
    const body = method === "POST" ? JSON.stringify(eve) : undefined;
    const headers = { "Content-Type": "application/json" };
    return (await fetch(path, { method, body, headers, credentials: "include" })).status;
}"""

OPENED = """async (gcam) => {
    const other = window.open(gcam + "/", "gcam");
    for (let waited = 0; waited < 1000 && other !== null && !other.closed; waited += 1)
        await new Promise((done) => setTimeout(done, 50));
    return other === null || other.closed;
}"""


@asynccontextmanager
async def other_site() -> AsyncIterator[int]:
    """A page of somebody else's on this host; returns its port."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Win</title><body>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    async with running(app) as port:
        yield port


@asynccontextmanager
async def victim(browser: Browser, site: Site, host: str, at: str) -> AsyncIterator[Page]:
    """A page of the other site in a browser in which the owner is signed in under `host`."""
    context = await new_context(browser, bypass_csp=False)
    login = {"name": OWNER, "password": PASSWORD}
    signed_in = await context.request.post(f"http://{host}:{site.server.port}/api/v1/session", data=login)
    assert signed_in.ok
    page = await context.new_page()
    await page.goto(at)
    yield page
    await context.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_page_of_the_same_host_on_another_port_does_and_sees_nothing(
    host: str, tmp_path: Path
) -> None:
    """It is same-site: the session's cookie goes along with what it sends."""
    async with (
        serve(tmp_path, cameras=[DOOR], clips=[make_clip("c1", DOOR)]) as site,
        other_site() as port,
        chromium() as browser,
        victim(browser, site, host, f"http://127.0.0.1:{port}/") as page,
    ):
        site.engine.show("door", replace(make_frame(), jpeg=picture()))
        own = await page.context.new_page()
        await own.goto(f"http://{host}:{site.server.port}/health")
        assert await own.evaluate(ALLOWED) == ["shown", "told", 200]
        told: dict[str, Any] = await page.evaluate(ATTACKS, f"http://{host}:{site.server.port}")
        left = {name: said for name, said in told.items() if said != "refused"}
        assert left.keys() <= {"posts as text", "beacon"}, "sent blindly, and refused by Gcam"
        assert [camera.id for camera in site.cameras.list()] == ["door"]
        answer = await page.context.request.get(f"http://{host}:{site.server.port}/api/v1/session")
        assert answer.ok, "still signed in"


async def test_gcam_is_shown_in_no_frame_and_hears_no_opener(tmp_path: Path) -> None:
    async with (
        serve(tmp_path, cameras=[DOOR]) as site,
        other_site() as port,
        chromium() as browser,
        victim(browser, site, "127.0.0.1", f"http://127.0.0.1:{port}/") as page,
    ):
        gcam = f"http://127.0.0.1:{site.server.port}"
        assert await page.evaluate(FRAMED, gcam) == 0
        (frame,) = [frame for frame in page.frames if frame != page.main_frame]
        assert await frame.locator("gcam-app").count() == 0
        assert await page.evaluate(OPENED, gcam), "another browsing context, without a handle on it"


@pytest.mark.parametrize("settings", [LOOPBACK, WebSettings(host="0.0.0.0", port=0)], ids=["loopback", "all"])
async def test_a_name_that_is_pointed_at_gcam_is_nobody(settings: WebSettings, tmp_path: Path) -> None:
    """DNS rebinding: the page's own name now leads to Gcam, so it is the same origin to the browser."""
    async with serve(tmp_path, cameras=[DOOR], settings=settings) as site, chromium(REBOUND) as browser:
        evil = f"http://evil.example:{site.server.port}"
        async with victim(browser, site, "127.0.0.1", f"{evil}/health") as page:
            for path in ("/api/v1/cameras", "/api/v1/session", "/api/v1/clips"):
                assert await page.evaluate(STATUS, [path, "GET"]) in {401, 403}
            assert await page.evaluate(STATUS, ["/api/v1/setup", "POST"]) in {400, 403, 409}
