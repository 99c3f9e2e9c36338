"""A real mosquitto on a free loopback port, with a password file or TLS where wanted, ended by its pid."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiomqtt

_PROGRAM = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_START_TIMEOUT_S = 10.0
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
        *,
        login: Login | None = None,
        tls: bool = False,
        acl: str | None = None,
        port: int | None = None,
    ) -> None:
        self.port = port or _free_port()
        self.login = login
        self.certificate = folder / "broker.pem" if tls else None
        self._folder = folder
        self._acl = acl
        self._process: asyncio.subprocess.Process | None = None
        self._frozen = False

    async def start(self) -> None:
        assert _PROGRAM is not None, missing
        config = await asyncio.to_thread(self._write_config)
        log = (self._folder / "mosquitto.log").open("ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(_PROGRAM, "-c", str(config)),
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is not for it
            )
        finally:
            log.close()
        async with asyncio.timeout(_START_TIMEOUT_S):
            while not await self._listens():
                assert self._process.returncode is None, (self._folder / "mosquitto.log").read_text()
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self._process is not None:
            if self._frozen:  # it would never see a polite signal
                self._process.kill()
            else:
                self._process.terminate()
            await self._process.wait()
            self._process, self._frozen = None, False

    def freeze(self) -> None:
        """It keeps its connections and does nothing: `stop` ends it all the same."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        self._frozen = True

    def client(self, **options: object) -> aiomqtt.Client:
        """A client that may do what the broker's login allows."""
        login = {"username": self.login.username, "password": self.login.password} if self.login else {}
        tls = aiomqtt.TLSParameters(ca_certs=str(self.certificate)) if self.certificate else None
        return aiomqtt.Client("127.0.0.1", self.port, tls_params=tls, **(login | options))  # type: ignore[arg-type]

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

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
    broker = Mosquitto(folder, login=login, tls=tls, acl=acl)
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
