"""What each ESP32 firmware speaks: probe, controls, quirks."""
