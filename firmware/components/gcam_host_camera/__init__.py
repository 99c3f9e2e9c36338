"""A camera that plays the JPEGs of a folder: for the firmware as a program of a PC, which the tests run."""

import esphome.codegen as cg
import esphome.config_validation as cv
from esphome.const import CONF_ID, CONF_RESOLUTION, PLATFORM_HOST
from esphome.core.entity_helpers import setup_entity
from esphome.types import ConfigType

CODEOWNERS = ["@gcam-project"]
AUTO_LOAD = ["camera"]

CONF_FOLDER = "folder"

gcam_host_camera_ns = cg.esphome_ns.namespace("gcam_host_camera")
GcamHostCamera = gcam_host_camera_ns.class_("GcamHostCamera", cg.EntityBase, cg.Component)

CONFIG_SCHEMA = cv.All(
    cv.ENTITY_BASE_SCHEMA.extend(
        {
            cv.GenerateID(): cv.declare_id(GcamHostCamera),
            cv.Optional(CONF_FOLDER, default="pictures"): cv.string_strict,
            # The largest, as of a real camera: what the board offers as frame sizes ends there.
            cv.Optional(CONF_RESOLUTION, default="800x600"): cv.string_strict,
        }
    ).extend(cv.COMPONENT_SCHEMA),
    cv.only_on([PLATFORM_HOST]),
)


async def to_code(config: ConfigType) -> None:
    cg.add_define("USE_CAMERA")
    cg.add_define("USE_GCAM_HOST_CAMERA")
    var = cg.new_Pvariable(config[CONF_ID])
    await setup_entity(var, config, "camera")
    await cg.register_component(var, config)
    cg.add(var.set_folder(config[CONF_FOLDER]))
