"""Repairs for what is out of date: a Gcam too old for the integration, or the integration that runs."""

import json
from pathlib import Path
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import async_get_integration

from ..const import DOMAIN, REPAIRS_GUIDE

RESTART_NEEDED: Final = "restart_needed"
TOO_OLD: Final = "too_old"


async def async_compare_files(hass: HomeAssistant) -> None:
    """Files that are others than those that were loaded have been updated: Home Assistant has to restart."""
    integration = await async_get_integration(hass, DOMAIN)
    loaded = str(integration.version)
    there = await hass.async_add_executor_job(_version_of_files, integration.file_path)
    if there in (None, loaded):
        ir.async_delete_issue(hass, DOMAIN, RESTART_NEEDED)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        RESTART_NEEDED,
        is_fixable=True,
        learn_more_url=f"{REPAIRS_GUIDE}#home-assistant-has-to-restart",
        severity=ir.IssueSeverity.WARNING,
        translation_key=RESTART_NEEDED,
        translation_placeholders={"loaded": loaded, "there": str(there)},
    )


@callback
def async_show_too_old(hass: HomeAssistant, entry: ConfigEntry, *, is_too_old: bool) -> None:
    """Raises the issue, or takes it away."""
    issue_id = f"{entry.unique_id}_{TOO_OLD}"
    if not is_too_old:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        learn_more_url=f"{REPAIRS_GUIDE}#gcam-is-too-old",
        severity=ir.IssueSeverity.ERROR,
        translation_key=TOO_OLD,
        translation_placeholders={"name": entry.title},
    )


def _version_of_files(folder: Path) -> str | None:
    """None while they are being replaced."""
    try:
        return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["version"])
    except OSError, ValueError, KeyError, TypeError:
        return None
