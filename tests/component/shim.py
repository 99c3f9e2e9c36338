"""Home Assistant before anything else, and what its test kit still looks for where it was."""

import homeassistant  # noqa: F401
import homeassistant.components.logger as logger_component

if not hasattr(logger_component, "_clear_logger_overwrites"):
    from homeassistant.components.logger.helpers import _clear_logger_overwrites

    logger_component._clear_logger_overwrites = _clear_logger_overwrites
