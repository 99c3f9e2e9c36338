"""Shows in Home Assistant's repairs what a person has to mend, and takes it away again when it is mended.

When an issue is due is decided in `troubles.py`; what can be done about it right there is in `repairs.py`.
"""

from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, REPAIRS_GUIDE
from ..coordinator import GcamConfigEntry
from .outdated import async_compare_files
from .troubles import Kind, Trouble, Watch

_CHAPTERS = {
    Kind.NOT_RECORDING: "nothing-is-recorded",
    Kind.BROKER_LOST: "the-mqtt-broker-is-lost",
    Kind.CAMERA_LOST: "a-camera-is-lost",
    Kind.CAMERA_UNSTABLE: "a-camera-is-lost-again-and-again",
    Kind.HD_LOST: "a-cameras-hd-stream-is-lost",
    Kind.NETWORK_STOPPED: "the-camera-network-is-not-served",
    Kind.DUTY_FAILED: "something-in-gcam-fails",
}
"""Of the guide, where each is explained at length."""
_LOOK_AT_FILES_EVERY = timedelta(hours=1)


class Issues:
    """Of one entry: follows its coordinator until it is unloaded."""

    def __init__(self, hass: HomeAssistant, entry: GcamConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._coordinator = entry.runtime_data
        self._watch = Watch()
        self._shown: dict[str, Trouble] = {}
        self._was_connected = False
        self._cancel_look: CALLBACK_TYPE | None = None
        self._look_job = HassJob(self._timed, cancel_on_shutdown=True)

    @callback
    def async_start(self) -> None:
        entry = self._entry
        entry.async_on_unload(self._end)
        entry.async_on_unload(self._coordinator.async_add_listener(self._look))
        entry.async_on_unload(
            async_track_time_interval(
                self._hass, self._look_at_files, _LOOK_AT_FILES_EVERY, cancel_on_shutdown=True
            )
        )
        self._look()

    @callback
    def _look(self) -> None:
        """While Gcam can't be reached nothing is known: what is shown stays."""
        if self._coordinator.last_update_success:
            now = dt_util.utcnow()
            self._show(self._watch.look(self._coordinator.data, now))
            self._look_again_at(self._watch.next_at)
            if not self._was_connected:  # it may have been updated, and have brought newer files along
                self._entry.async_create_task(self._hass, self._look_at_files(now))
        self._was_connected = self._coordinator.last_update_success

    @callback
    def _show(self, due: tuple[Trouble, ...]) -> None:
        wanted = {self._id(trouble): trouble for trouble in due}
        for issue_id in self._shown.keys() - wanted.keys():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, trouble in wanted.items():
            if self._shown.get(issue_id) != trouble:
                self._raise(issue_id, trouble)
        self._shown = wanted

    @callback
    def _raise(self, issue_id: str, trouble: Trouble) -> None:
        is_lost_camera = trouble.kind is Kind.CAMERA_LOST
        is_warning = trouble.kind in (Kind.CAMERA_UNSTABLE, Kind.HD_LOST)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"entry_id": self._entry.entry_id, "camera_id": trouble.camera_id},
            is_fixable=is_lost_camera,
            learn_more_url=f"{REPAIRS_GUIDE}#{_CHAPTERS[trouble.kind]}",
            severity=ir.IssueSeverity.WARNING if is_warning else ir.IssueSeverity.ERROR,
            translation_key=trouble.key,
            translation_placeholders={"name": self._entry.title, **trouble.placeholders},
        )

    def _id(self, trouble: Trouble) -> str:
        return f"{self._entry.unique_id}_{trouble.id}"

    @callback
    def _look_again_at(self, at: datetime | None) -> None:
        if self._cancel_look is not None:
            self._cancel_look()
        self._cancel_look = (
            None if at is None else async_track_point_in_utc_time(self._hass, self._look_job, at)
        )

    @callback
    def _timed(self, _now: datetime) -> None:
        self._cancel_look = None
        self._look()

    async def _look_at_files(self, _now: datetime) -> None:
        await async_compare_files(self._hass)

    @callback
    def _end(self) -> None:
        self._look_again_at(None)
        self._show(())
