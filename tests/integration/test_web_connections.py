"""Strangers who ask for nothing use nothing up: heads that never end, more connections than anybody needs."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from gcam_addon.config.model import WebSettings
from gcam_addon.web.connections import CONNECTIONS, Bounds, Connections
from tests.support.certificates import self_made
from tests.support.waiting import patience, until
from tests.support.web_fakes import LOOPBACK, Site, make_frame, serve

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def bounds_of(site: Site, bounds: Bounds) -> Connections:
    connections = site.server._runner.app[CONNECTIONS]
    connections.bounds = bounds
    return connections


@asynccontextmanager
async def strangers(site: Site, count: int, said: bytes = b"") -> AsyncIterator[list[Pair]]:
    pairs = [await asyncio.open_connection("127.0.0.1", site.server.port) for _ in range(count)]
    for _, writer in pairs:
        writer.write(said)
    try:
        yield pairs
    finally:
        for _, writer in pairs:
            writer.transport.abort()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def hung_up_on(pair: Pair) -> bool:
    async with patience():
        try:
            return await pair[0].read(1) == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def under_tls(folder: Path) -> AsyncIterator[tuple[Site, aiohttp.ClientSession]]:
    """A page with a certificate of its own making, and a visitor who trusts that."""
    self_made(folder)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    trust = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)), force_close=True)
    settings = WebSettings(port=0, tls_certificate=certificate, tls_key=key)
    async with (
        serve(folder, settings=settings) as site,
        aiohttp.ClientSession(site.server.url, connector=trust) as visitor,
    ):
        yield site, visitor


async def test_connections_under_tls_that_are_over_are_forgotten(tmp_path: Path) -> None:
    async with under_tls(tmp_path) as (site, visitor):
        connections = bounds_of(site, Bounds(most_each=3))
        for _ in range(10):
            async with visitor.get("/health") as response:
                assert response.status == 200
            await until(lambda: len(connections) == 0)


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01\x02\x00"])
async def test_handshakes_that_do_not_end_are_counted_and_keep_nobody_out(
    tmp_path: Path, said: bytes
) -> None:
    async with under_tls(tmp_path) as (site, visitor):
        connections = bounds_of(site, Bounds(most_each=10, head_s=1000))
        async with strangers(site, 40, said) as pairs:
            await until(lambda: len(connections) == 10)
            assert all([await hung_up_on(pair) for pair in pairs[:30]])
            async with visitor.get("/health") as response:
                assert response.status == 200
        await until(lambda: len(connections) == 0)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"\x80\x2e\x01\x00\x02"])
async def test_what_is_no_tls_is_hung_up_on(
    tmp_path: Path, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with under_tls(tmp_path) as (site, _):
        async with strangers(site, 5, said) as pairs:
            assert all([await hung_up_on(pair) for pair in pairs])
        await until(lambda: len(bounds_of(site, Bounds())) == 0)
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_handshake_has_to_end_in_time(tmp_path: Path) -> None:
    async with under_tls(tmp_path) as (site, _):
        connections = bounds_of(site, Bounds(head_s=0.2))
        async with strangers(site, 5) as pairs:
            assert all([await hung_up_on(pair) for pair in pairs])
        await until(lambda: len(connections) == 0)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_versions_of_tls_that_are_broken_are_refused(tmp_path: Path, version: ssl.TLSVersion) -> None:
    async with under_tls(tmp_path) as (_, visitor):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.minimum_version = old.maximum_version = version
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.raises(aiohttp.ClientConnectorError):
            await visitor.get("/health", ssl=old)
        async with visitor.get("/health") as response:
            assert response.status == 200


@pytest.mark.parametrize("said", [b"", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "])
async def test_who_begins_to_ask_and_does_not_go_on_is_hung_up_on(tmp_path: Path, said: bytes) -> None:
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds(head_s=0.2))
        async with strangers(site, 20, said) as pairs:
            assert all([await hung_up_on(pair) for pair in pairs])
        await until(lambda: len(connections) == 0)


async def test_a_second_head_on_the_same_connection_has_no_more_time(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        whole = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        async with strangers(site, 1, whole) as [(reader, writer)]:
            async with patience():
                assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            bounds_of(site, Bounds(head_s=0.2))
            writer.write(whole[:-2])
            async with patience():
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                    await reader.readuntil(b"HTTP/1.1 ")


@pytest.mark.parametrize("hears", [True, False])
async def test_what_is_idle_ends(tmp_path: Path, hears: bool) -> None:
    """Also where who asked reads neither the answer nor the end."""
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds(idle_s=0.2))
        async with strangers(site, 3, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as pairs:
            for reader, _ in pairs if hears else ():
                async with patience():
                    assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            await until(lambda: len(connections) == 0)


def test_a_minute_is_what_idle_connections_get() -> None:
    assert Bounds().idle_s == 60


async def test_what_was_asked_for_may_take_its_time(tmp_path: Path) -> None:
    """No timer runs while a stream or a WebSocket is open."""
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds())
        site.engine.show("door", make_frame())
        async with site.http.get("/api/v1/cameras/door/stream.mjpg") as stream:
            assert stream.status == 200
            async with site.http.ws_connect("/api/v1/events") as events:
                await events.receive_json()
                assert len(connections) == 2
                assert connections.awaited == 0


async def test_one_address_gets_its_share_and_its_oldest_give_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds(most=50, most_each=10))
        async with strangers(site, 10) as old:
            await until(lambda: len(connections) == 10)
            async with strangers(site, 10):
                assert all([await hung_up_on(pair) for pair in old])
                assert len(connections) == 10
        assert connections.refused == 10
        assert len([record for record in caplog.records if "too many connections" in record.message]) == 1
        await until(lambda: len(connections) == 0)


async def test_strangers_with_many_addresses_keep_nobody_out_who_may_come_in(tmp_path: Path) -> None:
    """However they hold their connections: silent, with half a head, a body that never ends, or idle."""
    post = b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    holds = (
        b"",
        b"GET / HTTP/1.1\r\nX: ",
        post + b"Content-Length: 60000\r\n\r\n{",
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    )
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds(most=5, trusted=frozenset({"127.0.0.1"})))
        site.engine.show("door", make_frame())
        async with site.http.get("/api/v1/cameras/door/stream.mjpg") as stream:
            for held in holds:
                async with strangers(site, 8, held):
                    await until(lambda: len(connections) == 5)
                    async with site.http.get("/api/v1/cameras") as response:
                        assert response.status == 200
            assert not stream.closed
            assert not stream.content.at_eof()


async def test_who_may_come_in_is_bounded_too(tmp_path: Path) -> None:
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds(most_each=3))
        site.engine.show("door", make_frame())
        streams = [await site.http.get("/api/v1/cameras/door/stream.mjpg") for _ in range(3)]
        with pytest.raises(aiohttp.ClientError):
            await site.http.get("/health")
        assert not any(stream.content.at_eof() for stream in streams)
        for stream in streams:
            stream.close()
        await until(lambda: len(connections) == 0)
        async with site.http.get("/health") as response:
            assert response.status == 200


@pytest.mark.parametrize(
    "length", [b"Content-Length: 60000\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1;"]
)
async def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path, length: bytes) -> None:
    asks = b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    async with serve(tmp_path) as site:
        bounds_of(site, Bounds(body_s=0.2))
        async with strangers(site, 1, asks + length) as [(reader, _)], patience():
            assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")


async def test_who_leaves_in_the_middle_of_a_body_is_no_defect(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asks = b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    async with serve(tmp_path) as site:
        connections = bounds_of(site, Bounds())
        async with strangers(site, 5, asks + b"Content-Length: 60000\r\n\r\n{"):
            await until(lambda: len(connections) == 5 and connections.awaited == 0)
        await until(lambda: len(connections) == 0)
        assert [duty for duty in site.services.duties.states() if duty.failures] == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_trusted_proxy_may_have_what_all_may_have() -> None:
    assert LOOPBACK.trusted_proxies == ()
    assert Bounds().most > Bounds().most_each
