"""What can be mended right in Home Assistant's repairs."""

from typing import Any

import voluptuous as vol
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .api import GcamError
from .const import DOMAIN, LOGGER
from .coordinator import GcamConfigEntry
from .repairing.outdated import RESTART_NEEDED


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    if issue_id == RESTART_NEEDED:
        return RestartFlow()
    assert data is not None, "every other issue that can be fixed is of a camera"
    entry = hass.config_entries.async_get_known_entry(str(data["entry_id"]))
    return LostCameraFlow(entry, str(data["camera_id"]))


class RestartFlow(RepairsFlow):
    """Restarts Home Assistant, once that is confirmed."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders=_placeholders(self),
            )
        await self.hass.services.async_call("homeassistant", "restart")
        return self.async_create_entry(data={})


class LostCameraFlow(RepairsFlow):
    """Says what to look at. A camera that was put away can be switched off: Gcam looks for it no more."""

    def __init__(self, entry: GcamConfigEntry, camera_id: str) -> None:
        self._entry = entry
        self._camera_id = camera_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        return self.async_show_menu(
            step_id="init",
            menu_options=["switch_off", "ignore"],
            description_placeholders=_placeholders(self),
        )

    async def async_step_switch_off(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        if self._entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="cannot_connect", description_placeholders=_placeholders(self))
        try:
            await self._entry.runtime_data.client.switch(self._camera_id, enabled=False)
        except GcamError as error:
            LOGGER.warning("%s could not be switched off: %s", self._camera_id, error)
            return self.async_abort(reason="cannot_connect", description_placeholders=_placeholders(self))
        return self.async_create_entry(data={})

    async def async_step_ignore(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, ignore=True)
        return self.async_abort(reason="issue_ignored", description_placeholders=_placeholders(self))


def _placeholders(flow: RepairsFlow) -> dict[str, str]:
    """Those of the issue, for the texts of its flow."""
    issue = ir.async_get(flow.hass).async_get_issue(DOMAIN, flow.issue_id)
    return (issue.translation_placeholders if issue is not None else None) or {}
