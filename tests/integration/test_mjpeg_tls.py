from __future__ import annotations

import ssl

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import SourceSettings
from gcam_addon.errors import Unreachable
from gcam_addon.sources.http import HttpSource
from tests.support.certificates import self_made
from tests.support.jpegs import jpeg, part
from tests.support.scripted_server import CHUNKED, Peer, accepting, serving
from tests.support.waiting import PATIENCE_S


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return self_made(tmp_path_factory.mktemp("certificate"))


def source(
    port: int, *, verify_tls: bool = True, scheme: str = "https", connect_timeout_s: float = PATIENCE_S
) -> HttpSource:
    settings = SourceSettings(
        f"{scheme}://127.0.0.1:{port}/stream",
        connect_timeout_s=connect_timeout_s,
        stall_timeout_s=PATIENCE_S,
        verify_tls=verify_tls,
    )
    return HttpSource(settings, SystemClock())


async def pictures(camera: HttpSource) -> tuple[list[bytes], str]:
    found: list[bytes] = []
    with pytest.raises(Unreachable) as caught:
        await collect(camera, found)
    return found, str(caught.value)


async def collect(camera: HttpSource, found: list[bytes]) -> None:
    async for frame in camera.units():
        found.append(frame.data)  # noqa: PERF401  (what came before the error counts)


async def stream(peer: Peer) -> None:
    await peer.send(CHUNKED)
    for number in range(20):
        await peer.chunks(part(jpeg(number)))


async def test_a_certificate_nobody_signed_is_refused_and_explained(certificate: ssl.SSLContext) -> None:
    async with serving(stream, tls=certificate) as camera:
        found, why = await pictures(source(camera.port))
        assert camera.peers == []  # nothing was sent to somebody unknown
    assert found == []
    assert "certificate" in why
    assert "verify_tls" in why


async def test_it_is_accepted_where_the_owner_says_so(certificate: ssl.SSLContext) -> None:
    async with serving(stream, tls=certificate) as camera:
        found, _ = await pictures(source(camera.port, verify_tls=False))
    assert found == [jpeg(number) for number in range(20)]


async def test_https_where_only_http_is_spoken() -> None:
    async def refuse(peer: Peer) -> None:
        await peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with accepting(refuse) as server:
        _, why = await pictures(source(server.port))
    assert "try http://" in why


async def test_https_where_tls_is_never_answered() -> None:
    async with serving(stream) as camera:  # it waits for the end of a request that is none
        _, why = await pictures(source(camera.port, connect_timeout_s=1))
    assert "TLS" in why


async def test_http_where_https_is_spoken(certificate: ssl.SSLContext) -> None:
    async with serving(stream, tls=certificate) as camera:
        found, why = await pictures(source(camera.port, scheme="http"))
    assert found == []
    assert f":{camera.port}" in why
