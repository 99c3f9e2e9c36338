"""Who may do what, as the API shows and takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gcam_addon.access.model import Standing
from gcam_addon.access.principal import Permission, Role
from gcam_addon.config.rules import anything, choice, listing, named, optional, said, secret, text
from gcam_addon.web.shape import BOOLEAN, STRING, nullable, object_of, shape
from gcam_addon.words.reason import because

MOST_CAMERAS = 500

PERMISSION = named(choice(Permission), "Permission")

STANDING = named(choice(Standing), "Standing", "Who is not active may nothing")

ROLE = named(choice(Role), "Role")

SEEN_CAMERAS = named(
    optional(listing(anything(48, because("give_camera_id")), most=MOST_CAMERAS)),
    "SeenCameras",
    "Ids of the cameras seen; null for all, those of tomorrow too",
)

NAME = text(80, wanted=because("give_name"))
"""A person's."""

SECRET = secret(1024)
"""A password, or a code that counts as one."""

PASSKEY_ANSWER = object_of(
    "PasskeyAnswer", "What the browser's passkey answered, as its `toJSON` tells it (WebAuthn)"
)

PASSKEY_OPTIONS = object_of("PasskeyOptions", "What the browser takes, as JSON (WebAuthn)")

IDENTITY = shape(
    "Identity",
    {
        "id": STRING,
        "name": STRING,
        "kind": choice(("local", "home_assistant", "token")),
        "role": nullable(ROLE),
        "standing": STANDING,
        "permissions": [PERMISSION],
        "cameras": SEEN_CAMERAS,
        "ingress": said(BOOLEAN, "Signed in by Home Assistant"),
        "timezone": said(nullable(STRING), "Gcam's, as IANA names it; null where its machine does not tell"),
    },
)


def cameras_in(body: Mapping[str, Any]) -> frozenset[str] | None:
    """Ids of cameras, or None for all."""
    cameras = body.get("cameras")
    return None if cameras is None else frozenset(cameras)
