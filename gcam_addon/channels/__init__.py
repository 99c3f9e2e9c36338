"""Who carries alerts out of the house: one module per channel, each an `interfaces.Channel`."""

from __future__ import annotations

from gcam_addon.channels.discord import DiscordChannel
from gcam_addon.channels.ntfy import NtfyChannel
from gcam_addon.channels.telegram import TelegramChannel
from gcam_addon.channels.webhook import WebhookChannel
from gcam_addon.config.alert_model import (
    ChannelSettings,
    DiscordSettings,
    MailSettings,
    NtfySettings,
    TelegramSettings,
)
from gcam_addon.interfaces import Channel


def channel_for(settings: ChannelSettings) -> Channel:
    """Not connected yet. Blocking, where a library is loaded for it."""
    match settings:
        case MailSettings():
            from gcam_addon.channels.mail import MailChannel  # noqa: PLC0415  (14 MB that only who is told by mail needs)

            return MailChannel(settings)
        case NtfySettings():
            return NtfyChannel(settings)
        case TelegramSettings():
            return TelegramChannel(settings)
        case DiscordSettings():
            return DiscordChannel(settings)
        case _:
            return WebhookChannel(settings)
