"""Who asks, and what they may: the words every route is guarded with. No storage, no HTTP here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a route needs. Tokens carry these as their scopes."""

    VIEW = "view"  # live pictures and states
    PLAYBACK = "playback"  # recordings and what happened
    CONTROL = "control"  # record by hand, detection on and off, privacy, lamp; protect, export, share
    CONFIGURE = "configure"  # add, change and remove cameras; delete recordings
    PUSH = "push"  # be a camera: send its pictures
    METRICS = "metrics"  # the numbers for Prometheus, of all cameras
    ADMINISTER = "administer"  # people, tokens, the system, logs, backups


class Role(StrEnum):
    """What a person is; each may all that the one below it may, but for `camera`: its device is one."""

    OWNER = "owner"
    MEMBER = "member"
    VIEWER = "viewer"
    CAMERA = "camera"

    @property
    def permissions(self) -> frozenset[Permission]:
        return _ROLES[self]


_VIEWER = frozenset({Permission.VIEW, Permission.PLAYBACK})
_ROLES = {
    Role.CAMERA: frozenset({Permission.PUSH}),
    Role.VIEWER: _VIEWER,
    Role.MEMBER: _VIEWER | {Permission.CONTROL, Permission.PUSH},
    Role.OWNER: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, a token, or a share link, as known for one request. `id` is stable: it is what the audit log
    names.
    """

    id: str
    name: str
    permissions: frozenset[Permission]
    cameras: frozenset[str] | None = None
    """Ids of the cameras it may see; None: all, those of tomorrow too."""

    def may(self, permission: Permission) -> bool:
        """Who may administer may read the numbers, too."""
        return permission in self.permissions or (
            permission is Permission.METRICS and Permission.ADMINISTER in self.permissions
        )

    def may_all_of(self, other: Principal) -> bool:
        """Whether it may all that `other` may, for all its cameras."""
        sees = self.cameras is None or (other.cameras is not None and other.cameras <= self.cameras)
        return sees and all(self.may(permission) for permission in other.permissions)

    def sees(self, camera_id: str) -> bool:
        return self.cameras is None or camera_id in self.cameras


ANYBODY = Principal("", "", frozenset(), frozenset())
"""Of whom nothing is known."""
