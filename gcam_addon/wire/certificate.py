"""Which certificate a camera shows, for a person to compare: nothing is sent to it, and nothing believed."""

from __future__ import annotations

import asyncio
import hashlib
import ssl

from gcam_addon.wire.address import NetworkAddress


async def fingerprint_of(address: NetworkAddress, timeout_s: float) -> str | None:
    """SHA-256 of the certificate, as browsers write it (`AB:CD:…`); None where there is none to be had."""
    try:
        async with asyncio.timeout(timeout_s):
            context = await asyncio.to_thread(unverified)
            _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    except (OSError, UnicodeError, TimeoutError):
        return None
    try:
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    return None if found is None else hashlib.sha256(found).digest().hex(":").upper()


def unverified() -> ssl.SSLContext:
    """For whatever certificate there is. Off the loop: it reads the system's."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # boards have short keys and old ciphers
    return context
