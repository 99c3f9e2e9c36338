"""A Wi-Fi of the boards' own, made by NetworkManager: the commands of `nmcli`, and what it answers.

Written by its manual (network-manager 1.42); no machine with a radio has tried it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from ipaddress import IPv4Interface
from pathlib import Path

from gcam_addon.config.model import AccessPoint
from gcam_addon.errors import NetworkError
from gcam_addon.words.reason import because

NAME = "gcam-cameras"
"""Of the connection, which is Gcam's: one of that name that is there is replaced."""
_WITHIN_S = 45.0
_NOT_RUNNING, _NO_SUCH = 8, 10


def making(interface: str, address: IPv4Interface, ssid: str) -> Sequence[str]:
    """2.4 GHz and WPA2, as the boards know nothing else. The address is given by hand and not `shared`:
    with that NetworkManager would run a server of its own, and let the boards out. It keeps no password.
    """
    return (
        *("connection", "add", "type", "wifi", "ifname", interface, "con-name", NAME, "autoconnect", "no"),
        *("ssid", ssid, "802-11-wireless.mode", "ap", "802-11-wireless.band", "bg"),
        *("802-11-wireless-security.key-mgmt", "wpa-psk", "802-11-wireless-security.proto", "rsn"),
        *("802-11-wireless-security.pairwise", "ccmp", "802-11-wireless-security.psk-flags", "2"),
        *("ipv4.method", "manual", "ipv4.addresses", str(address), "ipv4.never-default", "yes"),
        *("ipv6.method", "disabled"),
    )


def beginning(password_file: str) -> Sequence[str]:
    """The password in a file: arguments are for everybody on the machine to see."""
    return ("connection", "up", NAME, "passwd-file", password_file)


def ending() -> Sequence[str]:
    return ("connection", "delete", NAME)


def password_line(point: AccessPoint) -> str:
    return f"802-11-wireless-security.psk:{point.password}\n"


class AccessPoints:
    """`begin` and `end` it; both may come twice."""

    def __init__(self, within_s: float = _WITHIN_S) -> None:
        self._within_s = within_s
        self._begun: tuple[str, IPv4Interface, AccessPoint] | None = None

    async def begin(self, interface: str, address: IPv4Interface, point: AccessPoint) -> None:
        """Raises `NetworkError`."""
        wanted = (interface, address, point)
        if self._begun == wanted and await self._is_active():
            return
        await self._run(*ending(), may_fail=True)
        await self._run(*making(interface, address, point.ssid))
        file = await asyncio.to_thread(_written, password_line(point))
        try:
            await self._run(*beginning(str(file)))
        except NetworkError:
            await self._run(*ending(), may_fail=True)
            raise
        finally:
            await asyncio.to_thread(file.unlink, missing_ok=True)
        self._begun = wanted

    async def end(self) -> None:
        """Nobody can do anything about it if that fails."""
        if self._begun is not None:
            self._begun = None
            with contextlib.suppress(NetworkError):
                await self._run(*ending(), may_fail=True)

    async def _is_active(self) -> bool:
        said = await self._run("--terse", "--fields", "NAME", "connection", "show", "--active", may_fail=True)
        return NAME in said.splitlines()

    async def _run(self, *arguments: str, may_fail: bool = False) -> str:
        program = shutil.which("nmcli")
        if program is None:
            raise NetworkError(because("lan_no_nmcli"))
        child = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C"},
        )
        try:
            async with asyncio.timeout(self._within_s):
                said = (await child.communicate())[0].decode(errors="replace")
        except TimeoutError:
            raise NetworkError(because("lan_nmcli_silent", seconds=self._within_s)) from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode and not may_fail:
            raise _refused(child.returncode, said)
        return said


def _refused(status: int, said: str) -> NetworkError:
    """What its manual says of that status, or its own last line."""
    lines = [line.removeprefix("Error: ") for line in said.splitlines() if line.strip()]
    last = lines[-1][:200] if lines else f"status {status}"
    if status == _NOT_RUNNING:
        return NetworkError(because("lan_no_network_manager"))
    if status == _NO_SUCH or "No suitable device" in said:
        return NetworkError(because("lan_no_radio", says=last))
    if "not authorized" in said.lower() or "insufficient privileges" in said.lower():
        return NetworkError(because("lan_nmcli_right"))
    return NetworkError(because("lan_nmcli", says=last))


def _written(text: str) -> Path:
    """A file of this user's alone. Blocking."""
    handle, name = tempfile.mkstemp(prefix="gcam-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    return Path(name)
