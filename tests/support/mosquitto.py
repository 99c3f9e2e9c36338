"""A real mosquitto on a port of loopback, with a password file or TLS where wanted, ended by its pid."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiomqtt

from tests.support.child import Child
from tests.support.ports import kept_port
from tests.support.waiting import until

_PROGRAM = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
missing = None if _PROGRAM else "no mosquitto here: apt-get install mosquitto"


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    password: str


class Mosquitto:
    """`start`, `stop`, `start` again: same port; retained messages are lost, as nothing is persisted."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        login: Login | None = None,
        tls: bool = False,
        acl: str | None = None,
    ) -> None:
        """`port`: kept by whoever chose it."""
        self.port = port
        self.login = login
        self.certificate = folder / "broker.pem" if tls else None
        self._folder = folder
        self._acl = acl
        self._child: Child | None = None
        self._frozen = False

    async def start(self) -> None:
        assert _PROGRAM is not None, missing
        config = await asyncio.to_thread(self._write_config)
        self._child = Child(_PROGRAM, "-c", config)
        await self._child.until(self._listens)

    async def stop(self) -> None:
        if self._child is not None:  # frozen, it would never see a polite signal
            if not self._frozen:
                self._child.runs()
                await until(self._has_heard)
            await self._child.end(signal.SIGKILL)
            self._child, self._frozen = None, False

    def _has_heard(self) -> bool:
        """One that has only just begun to listen forgets what it was told until its loop goes."""
        assert self._child is not None
        if self._child.status is None:
            self._child.send(signal.SIGTERM)
        return self._child.status is not None

    def freeze(self) -> None:
        """It keeps its connections and does nothing: `stop` ends it all the same."""
        assert self._child is not None
        self._child.send(signal.SIGSTOP)
        self._frozen = True

    @property
    def unread(self) -> int:
        """Bytes that its clients sent and it has not taken yet."""
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        queues = (
            row[4] for row in rows if int(row[1].rpartition(":")[2], 16) == self.port and row[3] == "01"
        )
        return sum(int(queue.rpartition(":")[2], 16) for queue in queues)

    def client(self, **options: object) -> aiomqtt.Client:
        """A client that may do what the broker's login allows."""
        login = {"username": self.login.username, "password": self.login.password} if self.login else {}
        tls = aiomqtt.TLSParameters(ca_certs=str(self.certificate)) if self.certificate else None
        return aiomqtt.Client("127.0.0.1", self.port, tls_params=tls, **(login | options))  # type: ignore[arg-type]

    def _listens(self) -> bool:
        assert self._child is not None
        return " running\n" in self._child.said

    def _write_config(self) -> Path:
        lines = [f"listener {self.port} 127.0.0.1", "persistence false", "user root", "log_type all"]
        if self.login is None:
            lines.append("allow_anonymous true")
        else:
            passwords = self._folder / "passwords"
            passwords.touch(mode=0o600)
            _run("mosquitto_passwd", "-b", str(passwords), self.login.username, self.login.password)
            lines += ["allow_anonymous false", f"password_file {passwords}"]
        if self._acl is not None:
            (self._folder / "acl").write_text(self._acl)
            lines.append(f"acl_file {self._folder / 'acl'}")
        if self.certificate is not None:
            key = self._folder / "broker.key"
            if not self.certificate.exists():
                make_certificate(self.certificate, key)
            lines += [f"certfile {self.certificate}", f"keyfile {key}"]
        config = self._folder / "mosquitto.conf"
        config.write_text("\n".join(lines) + "\n")
        return config


@asynccontextmanager
async def running_mosquitto(
    folder: Path, *, login: Login | None = None, tls: bool = False, acl: str | None = None
) -> AsyncIterator[Mosquitto]:
    folder.mkdir(parents=True, exist_ok=True)
    with kept_port() as port:
        broker = Mosquitto(folder, port, login=login, tls=tls, acl=acl)
        await broker.start()
        try:
            yield broker
        finally:
            await broker.stop()


def make_certificate(certificate: Path, key: Path) -> None:
    """Self-signed, for 127.0.0.1."""
    _run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(key), "-out", str(certificate)),
    )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
