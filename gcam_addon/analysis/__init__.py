"""Footage looked at afterwards, by the same processor that watches live cameras: `gcam detect`."""
