"""The demo: two simulated ESP32-CAMs on loopback, so that everything can be tried without a board."""

from __future__ import annotations

from gcam_addon.config.model import Camera, SourceSettings
