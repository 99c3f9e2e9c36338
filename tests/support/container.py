"""Gcam's image as a container: as Docker would start it, by runc on what buildah built. Root on Linux only.

Its network is its own and has nothing but loopback, so ports are those that people see; `boards` are
simulated there.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from gcam_addon.access.secret import read_local_secret

from .waiting import patience

ROOT = Path(__file__).parents[2]
PORT = 8099
_NETWORK = 0x40000000
"""Linux's CLONE_NEWNET."""
PROGRAMS = ("buildah", "runc", "nsenter", "curl", "ip")

_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
    *("NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)
"""Docker's, of which an add-on without `privileged` has no more."""


def why_not() -> str | None:
    """Why containers can't be run here."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"needs {', '.join(missing)}"
    return None if Image.name() in _images() else "needs the image: scripts/test-image"


class Image:
    """What `scripts/build-image --buildah` built. `async with` mounts a copy of it that can be written to."""

    def __init__(self) -> None:
        self.root = Path()
        """Its file system."""
        self.config: dict[str, Any] = {}
        """Env, Entrypoint, Cmd, Healthcheck, Labels … as Docker knows them."""
        self._container = ""

    @staticmethod
    def name() -> str:
        version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
        return f"localhost/gcam:{version}"

    def __enter__(self) -> Self:
        told = json.loads(_buildah("inspect", "--type", "image", self.name()))
        self.config = told["Docker"]["config"]
        self._container = _buildah("from", "--pull=never", self.name()).strip()
        self.root = Path(_buildah("mount", self._container).strip())
        return self

    def __exit__(self, *_: object) -> None:
        _buildah("rm", self._container)


@dataclass
class Container:
    """One run of the image. `async with` starts it and in the end makes sure that it is gone."""

    image: Image
    data_dir: Path
    environment: dict[str, str] = field(default_factory=dict)
    mounts: dict[Path, str] = field(default_factory=dict)
    memory_bytes: int | None = None
    capabilities: Sequence[str] = _CAPABILITIES
    no_new_privileges: bool = False
    watched_by: tuple[str, ...] = ()
    """A program that starts it and looks on, such as strace."""

    def __post_init__(self) -> None:
        self.log = ""
        self.name = f"gcam-test-{os.getpid()}-{time.monotonic_ns()}"
        self.pid = 0
        """Of its first process, as this machine sees it."""
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._bundle = tempfile.TemporaryDirectory(prefix="gcam-container-")
        self._state = Path(self._bundle.name) / "state"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        (Path(self._bundle.name) / "config.json").write_text(json.dumps(self._specification()))
        self._process = await asyncio.create_subprocess_exec(
            *(*self.watched_by, *self._runc, "run", "--bundle", self._bundle.name, self.name),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read())
        self.pid = await self._first_pid()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            await self.signal("KILL")
            await self.ended()
        subprocess.run([*self._runc, "delete", "--force", self.name], check=False, capture_output=True)
        self._bundle.cleanup()

    async def signal(self, name: str) -> None:
        """To its first process, as `docker stop` and `docker kill` do."""
        await _run(*self._runc, "kill", self.name, name)

    async def ended(self) -> int:
        """Wait for its end; the exit status."""
        assert self._process is not None
        assert self._reading is not None
        async with patience():
            status = await self._process.wait()
            await self._reading
        return status

    async def execute(self, *command: str) -> tuple[int, str]:
        """As `docker exec`: exit status and output."""
        path = f"PATH={self._environment()['PATH']}"
        return await _status(*self._runc, "exec", "--env", path, self.name, *command)

    async def get(self, path: str) -> bytes:
        """From its page, as a program that may read its data folder."""
        authorization = f"Authorization: Bearer {read_local_secret(self.data_dir)}"
        url = f"http://127.0.0.1:{PORT}{path}"
        return await _run(
            *self._inside, "curl", "--silent", "--show-error", "--fail", "-H", authorization, url
        )

    async def json(self, path: str) -> Any:
        return json.loads(await self.get(path))

    async def healthy(self) -> None:
        """Until its own health check says so."""
        kind, *check = self.image.config["Healthcheck"]["Test"]
        assert kind == "CMD"
        told = ""
        try:
            async with patience():
                while True:
                    assert self._process is not None
                    assert self._process.returncode is None, f"it ended:\n{self.log}"
                    status, told = await self.execute(*check)
                    if status == 0:
                        return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(f"it does not become healthy: {told}\n{self.log}") from None

    @contextlib.asynccontextmanager
    async def boards(self, scene: str, host: str, port: int, count: int = 1) -> AsyncIterator[None]:
        """Simulated boards in the container's network, at `port` and every second one after it, once they
        listen.
        """
        simulate = (sys.executable, "-m", "gcam_addon", "simulate", "--scene", scene, "--prerender")
        places = ("--listen", f"{host}:{port}", "--cameras", str(count), "--size", "320x240")
        process = await asyncio.create_subprocess_exec(
            *self._inside,
            *simulate,
            *places,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        try:
            for _ in range(count):
                assert (await process.stdout.readline()).startswith(b"http://")
            yield
        finally:
            process.terminate()
            await process.wait()

    def listener(self, host: str, port: int) -> socket.socket:
        """A socket of this process that listens in the container's network."""

        def enter_and_bind() -> socket.socket:
            with Path(f"/proc/{self.pid}/ns/net").open() as network:
                if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), _NETWORK) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            return socket.create_server((host, port))

        with ThreadPoolExecutor(1) as pool:  # only that thread goes there, and it ends
            return pool.submit(enter_and_bind).result()

    async def run_inside(self, *command: str) -> bytes:
        """What a program of this machine says in the container's network."""
        return await _run(*self._inside, *command)

    async def pids(self) -> list[int]:
        """Of its processes, as this machine sees them."""
        return list(json.loads(await _run(*self._runc, "ps", "--format", "json", self.name)))

    @property
    def _runc(self) -> Sequence[str]:
        return ("runc", "--root", str(self._state))

    @property
    def _inside(self) -> Sequence[str]:
        return ("nsenter", f"--net=/proc/{self.pid}/ns/net")

    def _environment(self) -> dict[str, str]:
        own = dict(pair.split("=", 1) for pair in self.image.config["Env"])
        return {"HOSTNAME": "gcam", **own, **self.environment}

    def _specification(self) -> dict[str, Any]:
        """OCI's, with what Docker gives a container by default."""
        config = self.image.config
        capabilities = [f"CAP_{name}" for name in self.capabilities]
        binds = {self.data_dir: "/data", **self.mounts}
        mounts = [_bind(source, target) for source, target in binds.items()]
        return {
            "ociVersion": "1.0.2",
            "process": {
                "args": [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])],
                "cwd": config.get("WorkingDir") or "/",
                "env": [f"{name}={value}" for name, value in self._environment().items()],
                "user": {"uid": 0, "gid": 0},
                "noNewPrivileges": self.no_new_privileges,
                "capabilities": dict.fromkeys(("bounding", "effective", "permitted"), capabilities),
            },
            "root": {"path": str(self.image.root)},
            "hostname": "gcam",
            "mounts": [*_SYSTEM_MOUNTS, *mounts],
            "linux": {
                "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")],
                "resources": {"memory": {"limit": self.memory_bytes}} if self.memory_bytes else {},
                "cgroupsPath": f"/{self.name}",
            },
        }

    async def _first_pid(self) -> int:
        try:
            async with patience():
                while True:
                    status, told = await _status(*self._runc, "state", self.name)
                    if status == 0 and (state := json.loads(told))["status"] == "running":
                        return int(state["pid"])
                    assert self._process is not None
                    assert self._process.returncode is None, f"it did not start:\n{self.log}"
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"it did not start:\n{self.log}") from None

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.log += line.decode(errors="replace")


def _system(kind: str, target: str, *options: str) -> dict[str, Any]:
    return {"destination": target, "type": kind, "source": kind, "options": ["nosuid", *options]}


_SYSTEM_MOUNTS = [
    _system("proc", "/proc", "noexec", "nodev"),
    _system("tmpfs", "/dev", "mode=755", "size=64m"),
    _system("tmpfs", "/dev/shm", "noexec", "nodev", "size=64m"),
    _system("sysfs", "/sys", "noexec", "nodev", "ro"),
]


def _bind(source: Path, target: str) -> dict[str, Any]:
    return {"destination": target, "type": "bind", "source": str(source), "options": ["rbind", "rw"]}


def _store() -> list[str]:
    """Where `scripts/build-image` keeps images."""
    told = subprocess.run(
        [ROOT / "scripts/build-image", "--store"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return told.stdout.split()


def _buildah(*arguments: str) -> str:
    command = ["buildah", *_store(), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _images() -> list[str]:
    return _buildah("images", "--format", "{{.Name}}:{{.Tag}}").split()


async def _status(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with patience():
        output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(errors="replace")


async def _run(*command: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with patience():
        output, problem = await process.communicate()
    assert process.returncode == 0, f"{' '.join(command)}: {problem.decode(errors='replace')}"
    return output
