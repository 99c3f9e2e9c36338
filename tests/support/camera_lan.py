"""A house of network namespaces: a server with a bridge `cam0` for cameras and an uplink `eth0`, and boards
on that bridge. The tests step into the server's: what they and their children open from then on is there.

Nothing of it is the machine's own network: that is left as it is.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from tests.support.child import Child

CAMERAS, UPLINK = "cam0", "eth0"
_NEW_NETWORK = 0x40000000
_number = itertools.count()

_SCRIPT = """#!/bin/sh
case "$1" in
    bound|renew)
        ip address flush dev $interface
        ip address add $ip/$mask dev $interface
        echo "$1 $ip router=${router:-none} dns=${dns:-none}" ;;
    *) echo "$1" ;;
esac
"""


@cache
def missing() -> str | None:
    """Why there can be none here."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux, for network namespaces"
    if not (shutil.which("ip") and shutil.which("dnsmasq") and shutil.which("busybox")):
        return "iproute2, dnsmasq-base or busybox is not installed"
    name = f"gcam-{os.getpid()}-try"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"no network namespaces here: {tried.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return None


class House:
    """`ip` runs in the server's namespace."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._name = f"gcam-{os.getpid()}-{next(_number)}"
        self._boards = itertools.count(1)
        self._script = folder / "udhcpc.sh"
        self._script.write_text(_SCRIPT)
        self._script.chmod(0o755)
        self._add(self._name)
        self.ip("link", "set", "lo", "up")
        self.make_bridge()
        uplink = self._add(f"{self._name}-isp")
        self._wire(UPLINK, uplink, "eth0")
        self.ip("address", "add", "192.168.1.2/24", "dev", UPLINK)
        self.ip("route", "add", "default", "via", "192.168.1.1")

    @property
    def namespace(self) -> str:
        return self._name

    def ip(self, *arguments: str) -> str:
        return _run("ip", "-n", self._name, *arguments)

    def make_bridge(self) -> None:
        self.ip("link", "add", CAMERAS, "type", "bridge")
        self.ip("link", "set", CAMERAS, "up")

    def board(self, mac: str | None = None) -> Board:
        """Plugged in, and without an address yet."""
        number = next(self._boards)
        name = self._add(f"{self._name}-{number}")
        board = Board(name, mac or f"24:6f:28:00:{number // 256:02x}:{number % 256:02x}", self._script)
        self._wire(f"port{number}", name, "eth0", board.mac)
        self.ip("link", "set", f"port{number}", "master", CAMERAS)
        return board

    def others(self) -> str:
        """All that is to stay as it is: everything of every interface but the cameras', and the routes."""
        told = [self.ip("-o", "-4", "address", "show"), self.ip("route", "show")]
        told += [
            self.ip("-o", "-6", "address", "show", "scope", "global")
        ]  # others the kernel makes as it likes
        lines = [line for text in told for line in text.splitlines() if CAMERAS not in line]
        switches = sorted(Path("/proc/sys/net/ipv4/conf").glob("*/forwarding"))
        lines += [f"{path}={path.read_text()}" for path in switches if path.parent.name != CAMERAS]
        return "\n".join(lines)

    def _add(self, name: str) -> str:
        _run("ip", "netns", "add", name)
        self._stack.callback(_run, "ip", "netns", "delete", name)
        return name

    def _wire(self, ours: str, namespace: str, theirs: str, mac: str | None = None) -> None:
        address = [] if mac is None else ["address", mac]
        peer = ["peer", "name", theirs, *address, "netns", namespace]
        self.ip("link", "add", ours, "type", "veth", *peer)
        self.ip("link", "set", ours, "up")
        _run("ip", "-n", namespace, "link", "set", theirs, "up")
        _run("ip", "-n", namespace, "link", "set", "lo", "up")


class Board:
    """A namespace on the cameras' bridge."""

    def __init__(self, namespace: str, mac: str, script: Path) -> None:
        self.namespace = namespace
        self.mac = mac
        self._script = script

    def run(self, *command: str | Path) -> Child:
        return Child("ip", "netns", "exec", self.namespace, *command)

    def plug(self, *, is_in: bool) -> None:
        _run("ip", "-n", self.namespace, "link", "set", "eth0", "up" if is_in else "down")

    def ask_for_address(self, name: str) -> Child:
        """As a board does: until it has one. It says `bound ADDRESS router=… dns=…`."""
        asking = ["-i", "eth0", "-f", "-t", "1", "-T", "1", "-A", "1", "-s", self._script]
        return self.run("busybox", "udhcpc", *asking, "-x", f"hostname:{name}")

    def serve(self, first: str, last: str, own: str) -> Child:
        """Another DHCP server."""
        _run("ip", "-n", self.namespace, "address", "add", own, "dev", "eth0")
        return self.run(
            *("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=eth0"),
            *("--bind-dynamic", "--except-interface=lo", "--no-ping", "--log-facility=-", "--pid-file="),
            *("--dhcp-leasefile=/dev/null", f"--dhcp-range={first},{last},255.255.255.0,1h"),
        )


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Within, the thread and what it starts are in the server's namespace."""
    with ExitStack() as stack:
        made = House(folder, stack)
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        stack.callback(os.close, before)
        stack.callback(_enter, before)
        inside = os.open(f"/run/netns/{made.namespace}", os.O_RDONLY)
        stack.callback(os.close, inside)
        _enter(inside)
        yield made


def _enter(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
