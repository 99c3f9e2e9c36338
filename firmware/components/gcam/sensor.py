"""What the board counts, for Home Assistant. `type:` says which, so that each has an id to change it by."""

import esphome.codegen as cg
import esphome.config_validation as cv
from esphome.components import sensor
from esphome.const import (
    CONF_TYPE,
    ENTITY_CATEGORY_DIAGNOSTIC,
    STATE_CLASS_MEASUREMENT,
    STATE_CLASS_TOTAL_INCREASING,
)
from esphome.types import ConfigType

from . import Gcam

CONF_GCAM_ID = "gcam_id"


def counts(icon: str, state_class: str) -> cv.Schema:
    return sensor.sensor_schema(
        icon=icon, accuracy_decimals=0, state_class=state_class, entity_category=ENTITY_CATEGORY_DIAGNOSTIC
    ).extend({cv.GenerateID(CONF_GCAM_ID): cv.use_id(Gcam)})


# type: the C++ class has `set_TYPE_sensor(sensor::Sensor *)`
CONFIG_SCHEMA = cv.typed_schema(
    {
        "frames_sent": counts("mdi:image-multiple", STATE_CLASS_TOTAL_INCREASING),
        "frames_skipped": counts("mdi:image-off", STATE_CLASS_TOTAL_INCREASING),
        "viewers": counts("mdi:eye", STATE_CLASS_MEASUREMENT),
        "boots": counts("mdi:restart", STATE_CLASS_TOTAL_INCREASING),
    }
)


async def to_code(config: ConfigType) -> None:
    gcam = await cg.get_variable(config[CONF_GCAM_ID])
    cg.add(getattr(gcam, f"set_{config[CONF_TYPE]}_sensor")(await sensor.new_sensor(config)))
