"""Gcam on MQTT: states out, commands in, Home Assistant's discovery. The contract: docs/ref/mqtt.md."""
