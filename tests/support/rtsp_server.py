"""A real RTSP server: gst-rtsp-server of Debian's packages, which only Debian's own Python can load.

Run as a program it is the server: `rtsp_server.py MOUNTS-AS-JSON`, and says on which ports it listens.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_PYTHON = Path("/usr/bin/python3")
_VIDEO = (
    "videotestsrc is-live=1 pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! "
)
_H264 = "x264enc {} tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay name=pay0 pt=96 "
_WHOLE, _SLICED = "threads=1 sliced-threads=false", "threads=2 sliced-threads=true"
_SOUND = "audiotestsrc is-live=1 wave=ticks ! audio/x-raw,rate={},channels=1 ! "
_RESIZED = (
    "videotestsrc is-live=1 num-buffers=45 ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 "
    "! both. videotestsrc is-live=1 ! video/x-raw,format=I420,width=640,height=480,framerate=15/1 ! both."
)
"""After three seconds it goes on in another size."""
MOUNTS = {
    "/aac": _VIDEO
    + _H264.format(_WHOLE)
    + "config-interval=-1 "
    + _SOUND.format(16_000)
    + "avenc_aac ! rtpmp4gpay name=pay1 pt=97",
    "/alaw": _VIDEO
    + _H264.format(_WHOLE)
    + "config-interval=0 "
    + _SOUND.format(8_000)
    + "alawenc ! rtppcmapay name=pay1 pt=8",
    "/sliced": _VIDEO + _H264.format(_SLICED) + "config-interval=-1",
    "/h265": _VIDEO
    + "x265enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! rtph265pay name=pay0 pt=96",
    "/mjpeg": _VIDEO + "jpegenc ! rtpjpegpay name=pay0 pt=26",
    "/bframes": _VIDEO
    + "x264enc threads=1 bframes=2 b-adapt=false speed-preset=ultrafast key-int-max=15 rc-lookahead=0 "
    "sync-lookahead=0 ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "/resized": "concat name=both ! " + _H264.format(_WHOLE) + "config-interval=-1 " + _RESIZED,
    "/resized265": "concat name=both ! x265enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! "
    "rtph265pay name=pay0 pt=96 config-interval=-1 " + _RESIZED,
    "/theora": _VIDEO + "theoraenc ! rtptheorapay name=pay0 pt=96",
    "/sound": _SOUND.format(8_000) + "alawenc ! rtppcmapay name=pay0 pt=8",
}
_KEPT = "tee name={0} {0}. ! queue ! filesink async=0 buffer-mode=unbuffered location={1} {0}. ! queue "


def kept(codec: str, folder: Path) -> str:
    """A mount of which is in files, too, what is encoded: `pictures` and `sound`."""
    encoder = {
        "h264": "x264enc threads=1 tune=zerolatency speed-preset=ultrafast key-int-max=15 "
        "! video/x-h264,stream-format=byte-stream",
        "hevc": "x265enc speed-preset=ultrafast tune=zerolatency key-int-max=15 "
        "! video/x-h265,stream-format=byte-stream",
    }[codec]
    payload = {"h264": "rtph264pay", "hevc": "rtph265pay"}[codec]
    return (
        f"{_VIDEO}{encoder} ! {_KEPT.format('seen', folder / 'pictures')} "
        f"! {payload} name=pay0 pt=96 config-interval=-1 "
        f"{_SOUND.format(16_000)} avenc_aac ! aacparse ! audio/mpeg,stream-format=adts "
        f"! {_KEPT.format('heard', folder / 'sound')} ! aacparse ! audio/mpeg,stream-format=raw "
        "! rtpmp4gpay name=pay1 pt=97"
    )


PASSWORD = "p@:/?#%é"
"""Of `gcam`, where one is wanted."""


_KNOWS = """
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ("x264enc", "x265enc", "avenc_aac", "jpegenc", "theoraenc")))
"""


@cache
def missing() -> str | None:
    """Why there is none here."""
    command = [_PYTHON, "-c", _KNOWS]
    if _PYTHON.exists() and not subprocess.run(command, check=False, capture_output=True).returncode:
        return None
    return "no gst-rtsp-server here: scripts/need rtsp"


class RtspServer:
    """`stop` it. Each kind of access has a port of its own: see `url`."""

    def __init__(self, mounts: Mapping[str, str] = MOUNTS, certificate: Path | None = None) -> None:
        from tests.support.child import Child  # noqa: PLC0415  (this file is the program, too)

        self.child = Child(_PYTHON, __file__, json.dumps([dict(mounts), certificate and str(certificate)]))
        self.child.wait_until(lambda: "\n" in self.child.said)
        self._ports: Mapping[str, int] = json.loads(self.child.said.splitlines()[0])

    def url(self, path: str, kind: str = "open", login: str = "") -> str:
        """`kind`: open, digest, basic, tls, or forgetful: a nonce of that holds up to the next word that
        somebody is still there, which it wants every two seconds; to one that is good it says `kept alive`.
        """
        scheme = "rtsps" if kind == "tls" else "rtsp"
        return f"{scheme}://{login and login + '@'}127.0.0.1:{self._ports[kind]}{path}"


def _serve(mounts: Mapping[str, str], certificate: str | None) -> None:
    import gi  # noqa: PLC0415  # type: ignore[import-not-found]

    for name in ("Gst", "GstRtsp", "GstRtspServer"):
        gi.require_version(name, "1.0")
    from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: PLC0415  # type: ignore[import-not-found]

    Gst.init(None)

    def server(auth: Any, connected: Any = lambda *_: None) -> int:
        one = GstRtspServer.RTSPServer()
        one.set_address("127.0.0.1")
        one.set_service("0")
        for path, launch in mounts.items():
            factory = GstRtspServer.RTSPMediaFactory()
            factory.set_launch(f"( {launch} )")
            factory.set_shared(True)
            if auth is not None:
                allowed = "user, media.factory.access=(boolean)true, media.factory.construct=(boolean)true"
                factory.add_role_from_structure(Gst.Structure.new_from_string(allowed))
            one.get_mount_points().add_factory(path, factory)
        if auth is not None:
            one.set_auth(auth)
        one.connect("client-connected", connected)
        one.attach(None)
        servers.append(one)
        return int(one.get_bound_port())

    def token() -> Any:
        made = GstRtspServer.RTSPToken()
        made.set_string("media.factory.role", "user")
        made.set_bool("transport.client-settings", True)
        return made

    def digest() -> Any:
        made = GstRtspServer.RTSPAuth()
        made.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        made.add_digest("gcam", PASSWORD, token())
        return made

    def kept_alive(client: Any, _: Any) -> None:
        sys.stdout.write("kept alive\n")
        sys.stdout.flush()
        client.set_auth(digest())  # knows none of the nonces of before

    def who_is_it(*_: Any) -> Any:
        """By itself it asks nobody who says that."""
        known = GstRtspServer.RTSPAuth.check(GstRtspServer.RTSP_AUTH_CHECK_TRANSPORT_CLIENT_SETTINGS)
        return GstRtsp.RTSPStatusCode.OK if known else GstRtsp.RTSPStatusCode.UNAUTHORIZED

    def impatient(_: Any, client: Any) -> None:
        client.connect("new-session", lambda _, session: session.set_timeout(4))
        client.connect("pre-get-parameter-request", who_is_it)
        client.connect("get-parameter-request", kept_alive)

    servers: list[Any] = []
    basic = GstRtspServer.RTSPAuth()
    basic.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    basic.add_basic(GstRtspServer.RTSPAuth.make_basic("gcam", PASSWORD), token())
    ports = {"open": server(None), "digest": server(digest()), "basic": server(basic)}
    ports["forgetful"] = server(digest(), impatient)
    if certificate is not None:
        tls = GstRtspServer.RTSPAuth()
        tls.set_tls_certificate(Gio.TlsCertificate.new_from_file(certificate))
        tls.set_default_token(token())
        ports["tls"] = server(tls)
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    _serve(*json.loads(sys.argv[1]))
