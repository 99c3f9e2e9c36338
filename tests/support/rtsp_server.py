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
    "/theora": _VIDEO + "theoraenc ! rtptheorapay name=pay0 pt=96",
    "/sound": _SOUND.format(8_000) + "alawenc ! rtppcmapay name=pay0 pt=8",
}
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
        """`kind`: open, digest, basic or tls."""
        scheme = "rtsps" if kind == "tls" else "rtsp"
        return f"{scheme}://{login and login + '@'}127.0.0.1:{self._ports[kind]}{path}"


def _serve(mounts: Mapping[str, str], certificate: str | None) -> None:
    import gi  # noqa: PLC0415  # type: ignore[import-not-found]

    for name in ("Gst", "GstRtsp", "GstRtspServer"):
        gi.require_version(name, "1.0")
    from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: PLC0415  # type: ignore[import-not-found]

    Gst.init(None)

    def server(auth: Any) -> int:
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
        one.attach(None)
        servers.append(one)
        return int(one.get_bound_port())

    def token() -> Any:
        made = GstRtspServer.RTSPToken()
        made.set_string("media.factory.role", "user")
        return made

    servers: list[Any] = []
    digest, basic = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPAuth()
    digest.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    digest.add_digest("gcam", PASSWORD, token())
    basic.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    basic.add_basic(GstRtspServer.RTSPAuth.make_basic("gcam", PASSWORD), token())
    ports = {"open": server(None), "digest": server(digest), "basic": server(basic)}
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
