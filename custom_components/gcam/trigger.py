"""Triggers beyond those that come with the entities' device classes, such as `motion.detected` and
`event.received`: what a camera's event entity tells, by name, and narrowed to zones, to kinds of recordings
and to what moved.
"""

from typing import ClassVar, Final, override

import probatio
from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
)

from .const import DOMAIN
from .models import HappeningType

_EVENTS: Final = {EVENT_DOMAIN: DomainSpec()}
_KIND = "kind"
_KINDS = ("motion", "manual", "continuous", "timelapse")
_WHAT = "what"
_WHATS = ("person", "vehicle", "animal")
_SOME_OF_WHATS = probatio.All(probatio.EnsureList(), [probatio.In(_WHATS)])
_NEW = "new"
_ZONES = "zones"


class _HappeningTrigger(StatelessEntityTriggerBase):
    """When event entities of Gcam's cameras tell of one type of happening."""

    _domain_specs = _EVENTS
    _happening: ClassVar[HappeningType]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        registry = er.async_get(self._hass)
        ours = (registry.async_get(entity_id) for entity_id in super().entity_filter(entities))
        return {entity.entity_id for entity in ours if entity is not None and entity.platform == DOMAIN}

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return state.attributes.get(ATTR_EVENT_TYPE) == self._happening


class CameraLost(_HappeningTrigger):
    """A camera has been given up."""

    _happening = HappeningType.CAMERA_LOST


class CameraBack(_HappeningTrigger):
    """A camera that was lost sends pictures again."""

    _happening = HappeningType.CAMERA_BACK


class _ZoneTrigger(_HappeningTrigger):
    """Of what happens in certain zones."""

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        if not super().is_valid_state(state, report_not_triggered):
            return False
        wanted, there = self._options.get(_ZONES), state.attributes[_ZONES]
        if wanted and not set(wanted) & set(there):
            report_not_triggered("other_zones", zones=there)
            return False
        return True


class MotionInZone(_ZoneTrigger):
    """Motion begins in one of the zones."""

    _happening = HappeningType.MOTION_STARTED
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS): {
                probatio.Required(_ZONES): probatio.All(
                    probatio.EnsureList(), probatio.Length(min=1), [cv.string]
                ),
            }
        }
    )


class Recognised(_ZoneTrigger):
    """Something that moves is recognised: told once of each kind in an event."""

    _happening = HappeningType.MOTION_NAMED
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Optional(_WHAT, default=list(_WHATS)): _SOME_OF_WHATS,
                probatio.Optional(_ZONES): probatio.All(probatio.EnsureList(), [cv.string]),
            }
        }
    )

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        if not super().is_valid_state(state, report_not_triggered):
            return False
        return _is_one_of(self._options[_WHAT], state, _NEW, report_not_triggered)


class ClipReady(_ZoneTrigger):
    """A recording is finished."""

    _happening = HappeningType.CLIP_READY
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Optional(_KIND): probatio.All(probatio.EnsureList(), [probatio.In(_KINDS)]),
                probatio.Optional(_WHAT): _SOME_OF_WHATS,
                probatio.Optional(_ZONES): probatio.All(probatio.EnsureList(), [cv.string]),
            }
        }
    )

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        if not super().is_valid_state(state, report_not_triggered):
            return False
        wanted, kind = self._options.get(_KIND), state.attributes[_KIND]
        if wanted and kind not in wanted:
            report_not_triggered("other_kind", kind=kind)
            return False
        return _is_one_of(self._options.get(_WHAT), state, _WHAT, report_not_triggered)


def _is_one_of(
    wanted: list[str] | None, state: State, attribute: str, report_not_triggered: NotTriggeredReasonReporter
) -> bool:
    """Without wishes anything is, also what nobody looked at."""
    there = state.attributes.get(attribute) or []
    if wanted and not set(wanted) & set(there):
        report_not_triggered("other_things", what=there)
        return False
    return True


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "camera_back": CameraBack,
    "camera_lost": CameraLost,
    "clip_ready": ClipReady,
    "motion_in_zone": MotionInZone,
    "recognised": Recognised,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """What automations may begin with."""
    return TRIGGERS
