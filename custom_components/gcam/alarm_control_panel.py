"""The guard, as an alarm panel: armed by its modes, disarmed with a code that Gcam judges."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, override

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelEntityDescription,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
    CodeFormat,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Forbidden, Refused
from .const import DOMAIN
from .coordinator import GcamConfigEntry, GcamCoordinator
from .errors import translated
from .mirrored import MirroredCameraEntity, MirroredGcamEntity, async_add_mirrored
from .models import Guard, GuardPhase, Panel

PARALLEL_UPDATES = 1

OF_GCAM: Final = (AlarmControlPanelEntityDescription(key="guard", translation_key="guard"),)

_FEATURES: Final = {
    "home": AlarmControlPanelEntityFeature.ARM_HOME,
    "away": AlarmControlPanelEntityFeature.ARM_AWAY,
    "night": AlarmControlPanelEntityFeature.ARM_NIGHT,
    "vacation": AlarmControlPanelEntityFeature.ARM_VACATION,
    "custom_bypass": AlarmControlPanelEntityFeature.ARM_CUSTOM_BYPASS,
}
_SHOWN: Final = {
    GuardPhase.DISARMED: AlarmControlPanelState.DISARMED,
    GuardPhase.ARMING: AlarmControlPanelState.ARMING,
    GuardPhase.ENTRY: AlarmControlPanelState.PENDING,
    GuardPhase.ALARM: AlarmControlPanelState.TRIGGERED,
}


async def async_setup_entry(
    hass: HomeAssistant, entry: GcamConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    if entry.runtime_data.data.guard is not None:
        async_add_mirrored(entry, async_add_entities, (MirroredCameraEntity, ()), (GuardPanel, OF_GCAM))


def panel_state(guard: Guard, panel: Panel) -> AlarmControlPanelState | None:
    """A mode without a button of its own is shown as a custom one."""
    if guard.phase is not GuardPhase.ARMED:
        return None if guard.phase is None else _SHOWN[guard.phase]
    button = next((name for name, mode_id in panel.buttons.items() if mode_id == guard.mode_id), None)
    return AlarmControlPanelState(f"armed_{button or 'custom_bypass'}")


class GuardPanel(MirroredGcamEntity, AlarmControlPanelEntity):
    """There while Gcam is, and tells why it refuses."""

    def __init__(self, coordinator: GcamCoordinator, description: EntityDescription) -> None:
        super().__init__(coordinator, description)
        self._show()

    @property
    @override
    def available(self) -> bool:
        return super().available and self.coordinator.data.guard is not None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._show()
        super()._handle_coordinator_update()

    def _show(self) -> None:
        guard, panel = self.coordinator.data.guard, self.coordinator.data.panel
        features = AlarmControlPanelEntityFeature.TRIGGER
        for button in panel.buttons:
            features |= _FEATURES.get(button, AlarmControlPanelEntityFeature(0))
        self._attr_supported_features = features
        self._attr_code_format = CodeFormat.NUMBER if panel.asks_code else None
        self._attr_code_arm_required = panel.arming_asks
        if guard is not None:
            self._attr_alarm_state = panel_state(guard, panel)
            self._attr_changed_by = guard.by
            self._attr_extra_state_attributes = _attributes(guard)

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        by = await self._asked_by()
        with self._asking():
            await self.coordinator.client.disarm(code=code, by=by)

    async def _arm(self, button: str, code: str | None) -> None:
        by, mode_id = await self._asked_by(), self.coordinator.data.panel.buttons.get(button, button)
        with self._asking():
            await self.coordinator.client.arm(mode_id, code=code, by=by)

    @override
    async def async_alarm_arm_home(self, code: str | None = None) -> None:
        await self._arm("home", code)

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        await self._arm("away", code)

    @override
    async def async_alarm_arm_night(self, code: str | None = None) -> None:
        await self._arm("night", code)

    @override
    async def async_alarm_arm_vacation(self, code: str | None = None) -> None:
        await self._arm("vacation", code)

    @override
    async def async_alarm_arm_custom_bypass(self, code: str | None = None) -> None:
        await self._arm("custom_bypass", code)

    @override
    async def async_alarm_trigger(self, code: str | None = None) -> None:
        with self._asking():
            await self.coordinator.client.trigger()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What Gcam refuses, and why, is for who pressed the button; it is no fault."""
        subject = str(self.name)
        with translated(subject):
            try:
                yield
            except (Forbidden, Refused) as error:
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key="refused",
                    translation_placeholders={"subject": subject, "error": str(error)},
                ) from error

    async def _asked_by(self) -> str | None:
        """The user's name; None where it was an automation."""
        user_id = None if self._context is None else self._context.user_id
        user = None if user_id is None else await self.hass.auth.async_get_user(user_id)
        return None if user is None or not user.name else user.name[:80]


def _attributes(guard: Guard) -> dict[str, Any]:
    """The same as MQTT's."""
    return {
        "mode": guard.mode,
        "until": guard.until,
        "armed_by": guard.by,
        "entered": guard.entered,
        "alarm": guard.alarm,
        "sounds": guard.sounds,
        "bypassed": list(guard.bypassed),
        "planned": guard.planned,
    }
