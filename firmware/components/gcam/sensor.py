"""What the board counts, for Home Assistant."""

import esphome.codegen as cg
import esphome.config_validation as cv
from esphome.components import sensor
from esphome.const import ENTITY_CATEGORY_DIAGNOSTIC, STATE_CLASS_MEASUREMENT, STATE_CLASS_TOTAL_INCREASING
from esphome.types import ConfigType

from . import Gcam

CONF_GCAM_ID = "gcam_id"


def counts(icon: str, state_class: str) -> cv.Schema:
    return sensor.sensor_schema(
        icon=icon, accuracy_decimals=0, state_class=state_class, entity_category=ENTITY_CATEGORY_DIAGNOSTIC
    )


# key: the C++ class has `set_KEY_sensor(sensor::Sensor *)`
SENSORS = {
    "frames_sent": counts("mdi:image-multiple", STATE_CLASS_TOTAL_INCREASING),
    "frames_skipped": counts("mdi:image-off", STATE_CLASS_TOTAL_INCREASING),
    "viewers": counts("mdi:eye", STATE_CLASS_MEASUREMENT),
    "boots": counts("mdi:restart", STATE_CLASS_TOTAL_INCREASING),
}

CONFIG_SCHEMA = cv.Schema(
    {cv.GenerateID(CONF_GCAM_ID): cv.use_id(Gcam)}
    | {cv.Optional(key): schema for key, schema in SENSORS.items()}
)


async def to_code(config: ConfigType) -> None:
    gcam = await cg.get_variable(config[CONF_GCAM_ID])
    for key in SENSORS:
        if key in config:
            cg.add(getattr(gcam, f"set_{key}_sensor")(await sensor.new_sensor(config[key])))
