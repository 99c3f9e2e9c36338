"""Compressed streams as bytes: how tracks are described, how units are written down and decoded."""
