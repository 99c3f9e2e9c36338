"""The way of a frame through Gcam: `processor` and `tracker` decide (synchronous core), `handoff` carries
frames to them and `runner` keeps one camera alive (asynchronous shell).
"""
