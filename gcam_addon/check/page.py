"""Can the page be served where it should be; and what a Gcam that runs already says of itself."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aiohttp

from gcam_addon.access.local import local_client
from gcam_addon.check.camera import Look, judge, of_board, remedy_for
from gcam_addon.check.finding import Finding, Level, error, ok, warning
from gcam_addon.config.model import Camera, RecordingSettings, WebSettings
from gcam_addon.model import Codec, Size, Status
from gcam_addon.words.reason import because, read_again

_ANSWER_TIMEOUT_S = 5.0


async def check_page(web: WebSettings) -> list[Finding]:
    """Whether the address is free, or held by Gcam itself; and who can get at it."""
    where = _where(web)
    exposed = []
    if not _is_loopback(web.host) and web.tls_certificate is None:
        exposed.append(
            warning(
                "page_plain",
                because("check_page_plain", address=where),
                because("check_certificate"),
            )
        )
    try:
        await _bind(web)
    except OSError as problem:
        return [await _taken(web, problem), *exposed]
    return [ok("page", because("check_page_free", address=where)), *exposed]


async def running_cameras(
    web: WebSettings, secret: str | None, stored: Sequence[Camera] = ()
) -> list[Finding] | None:
    """The cameras as a running Gcam sees them, so its boards need not serve a second viewer; None where it
    does not answer. `secret` is its local one; how cameras are recorded, `stored` tells.
    """
    answer = await _ask(web, "/api/v1/cameras", secret)
    cameras = answer.get("cameras") if answer is not None else None
    if not isinstance(cameras, list):
        return None
    recording = {camera.id: camera.recording for camera in stored}
    return [
        finding
        for camera in cameras
        for finding in _told(camera, recording.get(str(camera["id"]), RecordingSettings()))
    ]


async def running_parts(web: WebSettings, secret: str | None) -> list[Finding]:
    """What a running Gcam says of all that runs in it, and of its disk where something is wrong with that;
    nothing where it does not answer.
    """
    answer = await _ask(web, "/api/v1/system", secret)
    parts = answer.get("parts") if answer is not None else None
    if not isinstance(parts, list):
        return []
    about_disk = [_of_part(part) for part in parts if part["part"] in ("recorder", "disk")]
    about_duties = [_duties(part) for part in parts if part["part"] == "duties"]
    about_network = [_of_part(part) for part in parts if part["part"] == "network"]
    wrong = (finding for finding in about_disk if finding.level is not Level.OK)
    return [*wrong, *about_network, *_boards(answer), *about_duties]


def _boards(answer: Mapping[str, Any] | None) -> Iterator[Finding]:
    """What boards with Gcam's firmware told within a day that is to be mended."""
    for board in (answer or {}).get("boards", ()):
        for trouble in board["troubles"]:
            what, remedy = _again(trouble, "text"), _again(trouble, "remedy")
            yield of_board(str(board["name"]), what, remedy)


def _of_part(part: Mapping[str, Any]) -> Finding:
    name, message = str(part["part"]), _again(part, "message")
    match part["state"]:
        case "ok":
            return ok(name, message)
        case "warning":
            return warning(f"{name}_{part['code']}", message, because("check_see_system"))
        case _:
            return error(f"{name}_{part['code']}", message, because("check_see_system"))


def _duties(part: Mapping[str, Any]) -> Finding:
    code, message = f"duties_{part['code']}", _again(part, "message")
    match part["state"]:
        case "ok":
            return ok("duties", message)
        case "warning":
            return warning(code, message, because("check_report"))
        case _:
            return error(code, message, because("check_start_again"))


def _told(camera: Mapping[str, Any], recording: RecordingSettings) -> list[Finding]:
    name, state = str(camera["name"]), camera["state"]
    if state is None or state["status"] == Status.DISABLED:
        return [ok("camera", because("check_camera_off", name=name))]
    if state["status"] == Status.PRIVACY:
        return [ok("camera", because("check_camera_private", name=name))]
    if state["status"] != Status.CONNECTED or not state["size"]:
        problem = _again(state, "problem") if state["problem"] else because("check_not_connected")
        code = f"camera_{state['problem_code'] or state['status']}"
        message = because("check_camera_says", name=name, why=problem)
        return [error(code, message, remedy_for(state["problem_code"] or "unreachable"))]
    hd = state.get("hd")
    if hd is None:
        return judge(name, _look(state), recording)
    return [*judge(name, _look(state), recording, is_small_well=True), *_hd_told(name, hd, recording)]


def _hd_told(name: str, hd: Mapping[str, Any], recording: RecordingSettings) -> list[Finding]:
    shown = because("check_hd", name=name)
    if hd["status"] == Status.CONNECTED and hd["size"]:
        return judge(shown, _look(hd), recording)
    problem = _again(hd, "problem") if hd["problem"] else because("check_not_connected")
    remedy = remedy_for(hd["problem_code"] or "unreachable")
    message = because("check_camera_says", name=shown, why=problem)
    return [error(f"camera_{hd['problem_code'] or hd['status']}", message, remedy)]


def _look(state: Mapping[str, Any]) -> Look:
    size = Size(state["size"]["width"], state["size"]["height"])
    is_board = state.get("codec") in {None, Codec.MJPEG}
    return Look(size, float(state["fps"]), int(state["bytes_per_frame"]), is_board=is_board)


def _again(told: Mapping[str, Any], name: str) -> str:
    """What the API told, as the reason that it was."""
    return read_again(told.get(f"{name}_said")) or str(told[name])


async def _bind(web: WebSettings) -> None:
    """Raises OSError."""
    server = await asyncio.get_running_loop().create_server(
        asyncio.Protocol, web.host, web.port, start_serving=False
    )
    server.close()
    await server.wait_closed()


async def _taken(web: WebSettings, problem: OSError) -> Finding:
    where = _where(web)
    if problem.errno == errno.EADDRINUSE:
        answer = await _ask(web, "/api/v1/info")
        if answer is not None and answer.get("product") == "gcam":
            return ok("page", because("check_page_runs", address=where))
        return error("page", because("check_page_taken", address=where), because("check_stop_it"))
    if problem.errno in (errno.EACCES, errno.EPERM):
        return error("page", because("check_page_port", address=where), because("check_higher_port"))
    why = because("check_no_such_name") if isinstance(problem, socket.gaierror) else problem
    message = because("check_page_address", address=where, why=why)
    return error("page", message, because("check_own_address"))


async def _ask(web: WebSettings, path: str, secret: str | None = None) -> dict[str, Any] | None:
    """The JSON object a Gcam answers, or None."""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError, OSError):
        async with (
            local_client(web, secret, timeout_s=_ANSWER_TIMEOUT_S) as session,
            session.get(path) as response,
        ):
            answer = await response.json() if response.ok else None
            return answer if isinstance(answer, dict) else None
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _where(web: WebSettings) -> str:
    return f"[{web.host}]:{web.port}" if ":" in web.host else f"{web.host}:{web.port}"
