"""What stands between libav and an RTSP camera: it is led nowhere it may not go, and says what goes wrong."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import aclosing, suppress
from socket import AF_INET, SOCK_DGRAM, socket
from typing import Any

import pytest

from gcam_addon.clock import SystemClock
from gcam_addon.config.model import RtspTransport, SourceSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import ProtocolError, Rejected, SourceError, Stalled, Unreachable, Untrusted
from gcam_addon.model import Size
from gcam_addon.sources.rtsp import RtspSource
from tests.support.certificates import self_made
from tests.support.films import film
from tests.support.reading import received
from tests.support.rtsp_stand_in import Asked, StandIn, standing_in
from tests.support.scripted_server import Peer, accepting
from tests.support.waiting import PATIENCE_S, patience

UNITS = film(n=75)
"""More than are held back where they come in one go, as on a busy machine."""
OTHER = film(n=30, size=Size(320, 240), start_s=105.0)


def source(url: str, **changes: Any) -> RtspSource:
    wanted = {"connect_timeout_s": PATIENCE_S, "stall_timeout_s": PATIENCE_S, **changes}
    return RtspSource(SourceSettings(url, **wanted), SystemClock(), Duties(SystemClock()))


async def problem(camera: RtspSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await received(camera, 10_000)
    return caught.value


def moved(url: str) -> str:
    return f"302 Moved\r\nLocation: {url}\r\n\r\n"


async def test_what_is_sent_arrives() -> None:
    async with standing_in(StandIn(UNITS)) as camera:
        units = await received(source(camera.url), 20)
    assert [one.data for one in units[1:20] if not one.is_key] == [
        one.data for one in UNITS[1:20] if not one.is_key
    ]
    assert [one.method for one in camera.asked][:4] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP"])
async def test_a_camera_may_send_to_another(method: str) -> None:
    async with standing_in(StandIn(UNITS)) as there:
        answers = {method: moved(f"rtsp://127.0.0.1:{there.port}/other")}
        async with standing_in(StandIn(UNITS, answers)) as camera:
            units = await received(source(camera.url), 20)
            assert "PLAY" not in [one.method for one in camera.asked]
    assert len(units) == 20
    assert {one.url.partition("/other")[1] for one in there.asked} == {"/other"}


async def test_in_circles_is_said() -> None:
    async with standing_in(StandIn()) as camera:
        camera.answers = {"DESCRIBE": moved(camera.url)}
        error = await problem(source(camera.url))
    assert isinstance(error, ProtocolError)
    assert error.reason is not None
    assert error.reason.code == "redirects_in_circles"


INWARD = ["rtsp://169.254.169.254/x", "rtsp://172.30.32.2:8554/x"]


@pytest.mark.parametrize("where", INWARD)
@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP"])
async def test_no_camera_leads_inward(where: str, method: str) -> None:
    async with standing_in(StandIn(UNITS, {method: moved(where)})) as camera:
        error = await problem(source(camera.url))
    assert isinstance(error, ProtocolError)
    assert error.reason is not None
    assert error.reason.code == "leads_inward"


@pytest.mark.parametrize("where", ["http://127.0.0.1/", "nonsense://x", ""])
async def test_what_is_no_rtsp_leads_nowhere(where: str) -> None:
    async with standing_in(StandIn(UNITS, {"DESCRIBE": moved(where)})) as camera:
        error = await problem(source(camera.url))
    assert error.reason is not None
    assert error.reason.code == "leads_elsewhere"


HIDDEN = "RTSP/1.0 302 Moved\r\nCSeq: {number}\r\nLocation: {url}\r\n\r\n"


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 0\r\nContent-Length: {length}\r\n",
        "Content-Length: {length}\r\nContent-Length: 0\r\n",
        "Content-Length : {length}\r\n",
        "Content-Length: {length}x\r\n",
        "\rContent-Length: {length}\r\n",
    ],
)
async def test_libav_is_not_led_by_what_is_hidden_from_us(lengths: str) -> None:
    """An answer whose end is a matter of opinion: one's body is another's next answer."""
    async with standing_in(StandIn(UNITS)) as there:

        def answer(asked: Asked) -> str:
            hidden = HIDDEN.format(number=int(asked.headers["cseq"]) + 1, url=there.url)
            return f"200 OK\r\n{lengths.format(length=len(hidden))}\r\n{hidden}"

        async with standing_in(StandIn(UNITS, {"OPTIONS": answer})) as camera:
            with suppress(SourceError):
                await received(source(camera.url), 1)
    assert not [one for one in there.asked if f":{there.port}/" in one.url]


async def test_a_redirect_takes_no_password_to_another_host() -> None:
    async with accepting(_kept) as other:
        url = f"rtsp://localhost:{other.port}/x"
        async with standing_in(StandIn((), {"DESCRIBE": moved(url)})) as camera:
            login = camera.url.replace("//", "//gcam:secret@")
            with pytest.raises(SourceError):
                await received(source(login, stall_timeout_s=1.0, connect_timeout_s=2.0), 1)
    assert HEARD
    assert b"authorization" not in b"".join(HEARD).lower()


HEARD: list[bytes] = []


async def _kept(peer: Peer) -> None:
    while data := await peer.reader.read(4096):
        HEARD.append(data)
        await peer.send(b'RTSP/1.0 401 No\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n')


@pytest.mark.parametrize(("status", "says"), [(404, "path"), (454, "manual"), (503, "restart"), (403, "403")])
async def test_a_refusal_keeps_its_number(status: int, says: str) -> None:
    async with standing_in(StandIn((), {"DESCRIBE": f"{status} No\r\n\r\n"})) as camera:
        error = await problem(source(camera.url))
    assert isinstance(error, Rejected)
    assert error.status == status
    assert says in str(error)


async def test_one_that_sends_by_udp_alone_is_said() -> None:
    async with standing_in(StandIn(UNITS, {"SETUP": "461 Unsupported Transport\r\n\r\n"})) as camera:
        error = await problem(source(camera.url))
    assert isinstance(error, ProtocolError)
    assert "does not send by TCP: set source.rtsp_transport to udp" in str(error)


async def test_silence_after_it_agreed_is_said_and_by_udp_what_blocks_it() -> None:
    async with standing_in(StandIn(UNITS[:0])) as camera:
        by_tcp = await problem(source(camera.url, stall_timeout_s=0.5))
        by_udp = await problem(source(camera.url, stall_timeout_s=0.5, rtsp_transport=RtspTransport.UDP))
    assert isinstance(by_tcp, Stalled)
    assert "agrees to send, but nothing comes" in str(by_tcp)
    assert isinstance(by_udp, Stalled)
    assert "by UDP, but nothing comes: a firewall may block it" in str(by_udp)


async def test_pictures_without_a_key_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcam_addon.sources.rtsp._FIRST_KEY_S", 0.5)
    keyless = [one for one in film(n=30, gop=100) if not one.is_key]
    async with standing_in(StandIn(keyless)) as camera:
        error = await problem(source(camera.url, stall_timeout_s=0.5))
    assert isinstance(error, Stalled)
    assert "none to begin with" in str(error)


async def test_a_reset_is_said() -> None:
    async with standing_in(StandIn(UNITS, breaks_off=True)) as camera:
        error = await problem(source(camera.url))
    assert isinstance(error, Unreachable)
    assert "closed" in str(error)


async def test_another_size_in_midstream_is_told_with_its_key() -> None:
    async with standing_in(StandIn([*UNITS, *OTHER])) as camera:
        units = await received(source(camera.url), 100)
    sizes = [one.size for one in units]
    change = sizes.index(Size(320, 240))
    assert (set(sizes[:change]), set(sizes[change:])) == ({Size(160, 120)}, {Size(320, 240)})
    assert units[change].is_key
    assert units[change].tracks != units[0].tracks


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return self_made(tmp_path_factory.mktemp("certificate"))


def secured(camera: StandIn, host: str = "127.0.0.1") -> str:
    return f"rtsps://gcam:secret@{host}:{camera.port}/live"


async def test_a_certificate_nobody_signed_is_refused_and_nothing_told(certificate: ssl.SSLContext) -> None:
    async with standing_in(StandIn(UNITS), certificate) as camera:
        error = await problem(source(secured(camera)))
        assert camera.asked == []
        assert len(await received(source(secured(camera), verify_tls=False), 5)) == 5
    assert isinstance(error, Untrusted)
    assert "self-signed certificate" in str(error)
    assert "verify_tls" in str(error)


async def test_a_certificate_for_another_name_is_refused(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """One that is trusted, but is for 127.0.0.1."""
    self_made(tmp_path)
    trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trusted.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    async with standing_in(StandIn(UNITS), trusted) as camera:
        assert len(await received(source(secured(camera)), 5)) == 5
        error = await problem(source(secured(camera, "localhost")))
    assert isinstance(error, Untrusted)
    assert "not valid for 'localhost'" in str(error)


async def test_what_speaks_no_tls_is_said() -> None:
    async def answer(peer: Peer) -> None:
        await peer.reader.read(4096)
        await peer.send(b"RTSP/1.0 400 Bad Request\r\n\r\n")

    async with accepting(answer) as camera:
        error = await problem(source(f"rtsps://127.0.0.1:{camera.port}/live"))
    assert isinstance(error, Unreachable)
    assert "try rtsp://" in str(error)


ELSEWHERE = "127.0.0.2"


@pytest.mark.parametrize(
    "answer",
    [
        "RTP/AVP;unicast;{ours};source={there};server_port={port}-{next}",
        "RTP/AVP;unicast;source={there};server_port={port}-{next}",
        "RTP/AVP;unicast;{ours};server_port={port}-{next}; source={there},RTP/AVP;unicast;{ours}",
    ],
    ids=["plainly", "without our ports", "in the first of two ways"],
)
async def test_by_udp_nothing_is_sent_to_where_a_camera_says_that_it_is(answer: str) -> None:
    """To open firewalls libav sends a few packets ahead, to whatever host it believes."""
    with socket(AF_INET, SOCK_DGRAM) as here, socket(AF_INET, SOCK_DGRAM) as there:
        here.bind(("127.0.0.1", 0))
        port = here.getsockname()[1]
        there.bind((ELSEWHERE, port))

        def set_up(asked: Asked) -> str:
            ours = next(part for part in asked.headers["transport"].split(";") if "client_port" in part)
            way = answer.format(ours=ours, there=ELSEWHERE, port=port, next=port + 1)
            return f"200 OK\r\nSession: 1\r\nTransport: {way}\r\n\r\n"

        async with standing_in(StandIn(UNITS[:0], {"SETUP": set_up})) as camera:
            by_udp = source(camera.url, stall_timeout_s=0.5, rtsp_transport=RtspTransport.UDP)
            assert isinstance(await problem(by_udp), Stalled)
        for one in (here, there):
            one.setblocking(False)
        assert here.recv(100), "where the camera is they are sent"
        with pytest.raises(BlockingIOError):
            there.recv(100)


async def test_a_login_whose_nonce_runs_out_is_answered_anew() -> None:
    """As of a camera that takes each nonce for one request."""
    fresh: dict[str, str] = {}

    def asks(usual: Callable[[Asked], str]) -> Callable[[Asked], str]:
        def answer(asked: Asked) -> str:
            nonce = fresh.pop("nonce", None)
            if nonce is not None and f'nonce="{nonce}"' in asked.headers.get("authorization", ""):
                return usual(asked)
            fresh["nonce"] = f"n{len(camera.asked)}"
            challenge = f'Digest realm="x", nonce="{fresh["nonce"]}", stale=TRUE'
            return f"401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\n\r\n"

        return answer

    async with standing_in(StandIn(UNITS)) as camera:
        camera.answers = {name: asks(camera.usual) for name in ("DESCRIBE", "SETUP", "PLAY")}
        units = await received(source(camera.url.replace("//", "//gcam:secret@")), 20)
    assert len(units) == 20
    methods = [one.method for one in camera.asked]
    assert [methods.count(name) for name in ("DESCRIBE", "SETUP", "PLAY")] == [2, 2, 2]


async def test_a_program_that_ends_while_it_carries_leaves_no_message() -> None:
    told: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    before = asyncio.all_tasks()
    async with (
        standing_in(StandIn(UNITS)) as camera,
        patience(),
        aclosing(source(camera.url).units()) as units,
    ):
        await anext(units)
        carrying = [one for one in asyncio.all_tasks() - before if "_carry" in repr(one)]
        assert carrying
        for task in carrying:
            task.cancel()
        await asyncio.wait(carrying)
        await asyncio.sleep(0)
    assert told == []
