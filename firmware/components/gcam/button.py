"""“Forget”: the board is nobody's any more, for a token that was lost."""

import esphome.codegen as cg
import esphome.config_validation as cv
from esphome.components import button
from esphome.const import ENTITY_CATEGORY_CONFIG
from esphome.types import ConfigType

from . import Gcam, gcam_ns

CONF_GCAM_ID = "gcam_id"

ForgetButton = gcam_ns.class_("ForgetButton", button.Button, cg.Parented.template(Gcam))

CONFIG_SCHEMA = button.button_schema(
    ForgetButton, icon="mdi:key-remove", entity_category=ENTITY_CATEGORY_CONFIG
).extend({cv.GenerateID(CONF_GCAM_ID): cv.use_id(Gcam)})


async def to_code(config: ConfigType) -> None:
    var = await button.new_button(config)
    await cg.register_parented(var, config[CONF_GCAM_ID])
