"""ONVIF: cameras found by WS-Discovery, logged in to, asked for their streams. See docs/design/boards.md."""
