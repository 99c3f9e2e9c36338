"""Triggers beyond those that come with the entities' device classes, such as `motion.detected` and
`event.received`: what a camera's event entity tells, by name, and narrowed to zones, to kinds of recordings
and to what moved; and what the guard's tells.
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
from .models import GuardHappeningType, HappeningType

_EVENTS: Final = {EVENT_DOMAIN: DomainSpec()}
_KIND = "kind"
_KINDS = ("motion", "manual", "continuous", "timelapse")
_ALARM_KINDS = ("motion", "tamper", "hand")
_TAMPER = "tamper"
_TAMPERS = ("covered", "turned", "blinded")
_WHAT = "what"
_WHATS = ("person", "vehicle", "animal")
_SOME_OF_WHATS = probatio.All(probatio.EnsureList(), [probatio.In(_WHATS)])
_NEW = "new"
_ZONES = "zones"


class _HappeningTrigger(StatelessEntityTriggerBase):
    """When event entities of Gcam's cameras, or its guard's, tell of one type of happening."""

    _domain_specs = _EVENTS
    _happening: ClassVar[HappeningType | GuardHappeningType]

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
        return _is_wanted(self._options.get(_KIND), state, _KIND, report_not_triggered) and _is_one_of(
            self._options.get(_WHAT), state, _WHAT, report_not_triggered
        )


class Alarm(_HappeningTrigger):
    """An alarm begins, or Gcam comes back and it goes on; not what is added to it."""

    _happening = GuardHappeningType.ALARM
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Optional(_KIND): probatio.All(probatio.EnsureList(), [probatio.In(_ALARM_KINDS)]),
            }
        }
    )

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        if not super().is_valid_state(state, report_not_triggered):
            return False
        told = state.attributes
        if not (told["is_new"] or told["again"]):
            report_not_triggered("goes_on", alarm_id=told["alarm_id"])
            return False
        return _is_wanted(self._options.get(_KIND), state, _KIND, report_not_triggered)


class ArmingFailed(_HappeningTrigger):
    """The guard was to be armed, and is not."""

    _happening = GuardHappeningType.ARMING_FAILED


class CodeRefused(_HappeningTrigger):
    """Somebody gave the guard a code that is none."""

    _happening = GuardHappeningType.CODE_REFUSED


class CameraTampered(_HappeningTrigger):
    """A camera's pictures no longer show what they should."""

    _happening = GuardHappeningType.TAMPER_CHANGED
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Optional(_TAMPER): probatio.All(probatio.EnsureList(), [probatio.In(_TAMPERS)]),
            }
        }
    )

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        if not super().is_valid_state(state, report_not_triggered):
            return False
        if state.attributes[_TAMPER] is None:
            report_not_triggered("sees_again")
            return False
        return _is_wanted(self._options.get(_TAMPER), state, _TAMPER, report_not_triggered)


def _is_wanted(
    wanted: list[str] | None, state: State, attribute: str, report_not_triggered: NotTriggeredReasonReporter
) -> bool:
    """Without wishes anything is."""
    there = state.attributes[attribute]
    if wanted and there not in wanted:
        report_not_triggered("other_kind", kind=there)
        return False
    return True


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
    "alarm": Alarm,
    "arming_failed": ArmingFailed,
    "camera_back": CameraBack,
    "camera_lost": CameraLost,
    "camera_tampered": CameraTampered,
    "clip_ready": ClipReady,
    "code_refused": CodeRefused,
    "motion_in_zone": MotionInZone,
    "recognised": Recognised,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """What automations may begin with."""
    return TRIGGERS
