"""Calls the address that hears that Gcam is well: healthchecks.io, Uptime Kuma or what else waits for it."""

from __future__ import annotations

from yarl import URL

from gcam_addon.channels.http import HttpCaller


async def beat(url: str) -> None:
    """One call. Raises `ChannelError`."""
    caller = HttpCaller(url, URL(url).path_qs)
    try:
        reply = await caller.call("GET", url, None)
        reply.require_taken()
    finally:
        await caller.close()
