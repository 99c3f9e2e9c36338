"""How programs on this machine reach the Gcam that runs here: its address, its local secret as key."""

from __future__ import annotations

import socket

import aiohttp
from aiohttp import hdrs

from gcam_addon.config.model import WebSettings


def local_url(web: WebSettings) -> str:
    """Where a program on this machine finds the page."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104
    scheme = "http" if web.tls_certificate is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{web.port}"


def local_client(web: WebSettings, secret: str | None, *, timeout_s: float) -> aiohttp.ClientSession:
    """A session that shows `secret`, but only to this machine; blocking for the moment a name takes. Whether
    the certificate is in this machine's name does not matter then.
    """
    shown = secret is not None and _is_this_machine(web.host)
    return aiohttp.ClientSession(
        local_url(web),
        headers={hdrs.AUTHORIZATION: f"Bearer {secret}"} if shown else {},
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        connector=aiohttp.TCPConnector(ssl=False),
    )


def _is_this_machine(host: str) -> bool:
    """Nobody can bind the address of another one."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True
