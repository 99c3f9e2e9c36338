"""Gcam: local video surveillance for ESP32-CAM boards and Home Assistant."""

__version__ = "0.1.0"
