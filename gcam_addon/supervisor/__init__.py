"""Gcam as Home Assistant's add-on: its options, and talking with the Supervisor that runs it."""
