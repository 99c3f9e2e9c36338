"""Watts, and euros: dated sources for each figure are in docs/guide/cost.md. Reads a file, briefly."""

from __future__ import annotations

from pathlib import Path

BOARD_WATTS = 1.2
"""An ESP32-CAM that streams, at the wall."""
OTHER_WATTS = 10.0
"""A small PC that has other work too, where nobody says better."""
EUROS_PER_KWH = 0.287
"""Households in the European Union, first half of 2025."""
SUBSCRIPTION_PER_YEAR = 12 * 4.99
"""Of one camera, in the vendor's currency: taken as euros."""
_MODEL = "proc/device-tree/model"
_PIS = {"Raspberry Pi 5": 5.0, "Raspberry Pi 4": 4.0, "Raspberry Pi 3": 3.7, "Raspberry Pi Zero 2": 1.0}


def machine_watts(root: Path = Path("/")) -> tuple[float, str | None]:
    """Of this machine, and what it was recognised as."""
    try:
        model = (root / _MODEL).read_text().rstrip("\0\n")
    except (OSError, UnicodeDecodeError):
        return OTHER_WATTS, None
    watts = next((watts for name, watts in _PIS.items() if model.startswith(name)), None)
    return (OTHER_WATTS, None) if watts is None else (watts, model)
