"""The device registry in step with Gcam: one device for itself and one per camera that there is."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import CONF_APP, DOMAIN
from .models import Camera, Gcam

_FIRMWARES = {
    "gcam": "Gcam",
    "camera_web_server": "ESP32 CameraWebServer",
    "easytarget": "ESP32-CAM Webserver (easytarget)",
    "esphome": "ESPHome",
    "tasmota": "Tasmota",
    "mjpeg2sd": "ESP32-CAM_MJPEG2SD",
    "rzeldent": "esp32cam-rtsp",
    "arkhipenko": "ESP32 multi-client MJPEG",
    "yoursunny": "esp32cam library",
    "micro_rtsp": "Micro-RTSP",
    "mjpeg": "MJPEG camera",
    "snapshot": "Camera with single pictures",
    "rtsp": "RTSP camera",
}
"""As Gcam calls them over MQTT: the two devices of a camera stand side by side."""
_OTHER_CAMERA = "Camera"
_MAKER = "Gcam"


def camera_identifier(gcam: Gcam, camera_id: str) -> tuple[str, str]:
    """How a camera's device is known."""
    return DOMAIN, f"{gcam.instance_id}_{camera_id}"


def camera_id_of(gcam: Gcam, device: dr.DeviceEntry) -> str | None:
    """The camera a device stands for; None for Gcam's own and for others' devices."""
    prefix = f"{gcam.instance_id}_"
    found = (value for domain, value in device.identifiers if domain == DOMAIN and value.startswith(prefix))
    return next((value.removeprefix(prefix) for value in found), None)


def model_of(camera: Camera) -> str:
    """What the board is, in the words of those who made its firmware."""
    return _OTHER_CAMERA if camera.board is None else _FIRMWARES.get(camera.board.firmware, _OTHER_CAMERA)


@callback
def async_update_devices(hass: HomeAssistant, entry: ConfigEntry, gcam: Gcam) -> None:
    """Adds, renames and removes. Entities only refer to what is registered here, so all agree."""
    registry = dr.async_get(hass)
    page = _page(entry)
    own = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, gcam.instance_id)},
        connections={(DOMAIN, gcam.instance_id)},
        entry_type=dr.DeviceEntryType.SERVICE,
        manufacturer=_MAKER,
        model="Gcam",
        name=entry.title,
        sw_version=gcam.version,
        configuration_url=page,
    )
    for camera in gcam.cameras.values():
        board = camera.board
        registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={camera_identifier(gcam, camera.id)},
            connections=_connections(gcam, camera),
            manufacturer=_MAKER,
            model=model_of(camera),
            name=camera.name,
            sw_version=None if board is None else board.version,
            configuration_url=_page(entry, "#/cameras"),
            via_device_id=own.id,
        )
    wanted = {camera_identifier(gcam, camera_id) for camera_id in gcam.cameras} | {(DOMAIN, gcam.instance_id)}
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if not device.identifiers & wanted:
            registry.async_remove_device(device.id)


def _connections(gcam: Gcam, camera: Camera) -> set[tuple[str, str]]:
    """Also one of our own, which MQTT's device of the camera has too: Home Assistant keeps the devices of two
    integrations apart, and shows these as linked, whether or not the board tells of its address.
    """
    ours = {camera_identifier(gcam, camera.id)}
    if camera.board is None or camera.board.mac is None:
        return ours
    return ours | {(dr.CONNECTION_NETWORK_MAC, dr.format_mac(camera.board.mac))}


def _page(entry: ConfigEntry, place: str = "") -> str:
    """Where a person sets this up: the app's page inside Home Assistant, or Gcam's own address."""
    if app := entry.data.get(CONF_APP):
        return f"homeassistant://hassio/ingress/{app}"
    return f"{entry.data['url'].rstrip('/')}/{place}"
