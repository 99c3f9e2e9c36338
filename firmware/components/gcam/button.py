"""“Forget”: the board is nobody's any more, for a token that was lost."""

import esphome.codegen as cg
import esphome.config_validation as cv
from esphome.components import button
from esphome.const import ENTITY_CATEGORY_CONFIG
from esphome.types import ConfigType

from . import Gcam, gcam_ns

CONF_GCAM_ID = "gcam_id"
CONF_FORGET = "forget"

ForgetButton = gcam_ns.class_("ForgetButton", button.Button, cg.Parented.template(Gcam))

CONFIG_SCHEMA = cv.Schema(
    {
        cv.GenerateID(CONF_GCAM_ID): cv.use_id(Gcam),
        cv.Optional(CONF_FORGET): button.button_schema(
            ForgetButton, icon="mdi:key-remove", entity_category=ENTITY_CATEGORY_CONFIG
        ),
    }
)


async def to_code(config: ConfigType) -> None:
    if CONF_FORGET in config:
        var = await button.new_button(config[CONF_FORGET])
        await cg.register_parented(var, config[CONF_GCAM_ID])
