"""What a JPEG says of itself. Pure."""

_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers; the others of that range are tables."""


def size_of(jpeg: bytes) -> tuple[int, int]:
    """(width, height). Raises `ValueError`."""
    at = 2
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker in _FRAMES:
            return int.from_bytes(jpeg[at + 7 : at + 9]), int.from_bytes(jpeg[at + 5 : at + 7])
        at += 2 if marker in _STANDALONE else 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    raise ValueError("this is no JPEG")
