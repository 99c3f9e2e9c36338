"""What each ESP32 firmware speaks: how it is recognised, streams, controls. See docs/design/boards.md."""
