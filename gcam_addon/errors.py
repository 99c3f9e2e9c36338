"""Every error Gcam raises on purpose.

    GcamError
    ├── ConfigError          a setting is wrong: path, value and remedy are named
    ├── SourceError          a camera gave no (more) pictures
    │   ├── Unreachable      no route, name, port or TLS
    │   │   └── Untrusted    its certificate is none that can be verified
    │   ├── Rejected         it answered, and said no (401, 403, 404, 5xx …)
    │   ├── ProtocolError    it answered, but not with pictures
    │   └── Stalled          the connection is open and silent
    ├── RecordingError       a clip could not be written or finished
    │   ├── DiskError        the disk refuses; another attempt may succeed
    │   │   └── StorageFull  no space left
    │   ├── RecordingSlow    frames were lost, since the disk can't follow
    │   └── LaterVersion     a later version of Gcam wrote the file
    ├── LiveError            pictures could not be made a live video
    ├── BrokerError          the MQTT broker refused or is unreachable
    │   └── NoBroker         there is none to talk to, and nobody misses it
    ├── ChannelError         an alert could not be handed over; later it may be (`retry_after_s`)
    │   └── ChannelRefused   nor will it be, until somebody changes a setting
    ├── NetworkError         the camera network can't be served
    │   └── ServerEnded      dnsmasq ended by itself
    ├── SupervisorError      Home Assistant's Supervisor refused or is unreachable
    ├── AccessDenied         who asks may not
    │   ├── SignInNeeded     nobody is signed in (`no_owner`: nobody can be yet)
    │   ├── WrongLogin       name or password are wrong; which, is not told
    │   │   └── WrongCode    the second factor is
    │   ├── SecondFactorNeeded  the password is right, and not enough
    │   ├── ProofNeeded      who asks has not shown lately that it is they
    │   └── Throttled        too many attempts; `retry_after_s`
    ├── Defect               what nobody foresaw went wrong in Gcam itself
    └── NotFound

Libraries' exceptions are translated into these where the library is called, once, `raise ... from`.
`code` is stable and appears in logs, MQTT states and JSON. What it says is a `Reason`: a stable code of that
sentence with parameters, so that every page says it in its reader's language; it never holds credentials.
Plain text is for errors that only a log or a command line shows.
"""

from __future__ import annotations

from gcam_addon.words.reason import Reason, because


class GcamError(Exception):
    """Base of the tree. `str(error)` is one line a user can act on; `said` is it too, with its code where it
    has one.
    """

    code = "error"

    def __init__(self, why: Reason | str) -> None:
        super().__init__(str(why))
        self.said = why
        self.reason = why if isinstance(why, Reason) else None


class ConfigError(GcamError):
    """A setting is wrong. `field` is its path, such as `cameras[0].detection.sensitivity`."""

    code = "config"

    def __init__(self, why: Reason | str, *, field: str | None = None) -> None:
        super().__init__(why)
        self.field = field


class SourceError(GcamError):
    """A camera gave no (more) pictures; the runner decides when to try again."""

    code = "source"


class Unreachable(SourceError):  # noqa: N818  (the tree reads as words)
    code = "unreachable"


class Untrusted(Unreachable):
    """As `Unreachable`, and to others the same; whoever asks a person may ask for this certificate."""


class Rejected(SourceError):  # noqa: N818
    """The camera answered with an HTTP status that means no; `status` is that number."""

    code = "rejected"

    def __init__(self, why: Reason | str, *, status: int) -> None:
        super().__init__(why)
        self.status = status


class ProtocolError(SourceError):
    code = "protocol"


class Stalled(SourceError):  # noqa: N818
    code = "stalled"


class RecordingError(GcamError):
    code = "recording"


class DiskError(RecordingError):
    """As `RecordingError`, and to others the same."""


class StorageFull(DiskError):  # noqa: N818
    code = "storage_full"


class RecordingSlow(RecordingError):  # noqa: N818
    code = "recording_slow"


class LaterVersion(RecordingError):  # noqa: N818
    """Only that version, or a later one, can go on with it."""

    code = "later_version"


class LiveError(GcamError):
    code = "live"


class BrokerError(GcamError):
    code = "broker"


class NoBroker(BrokerError):  # noqa: N818
    """There may be one later."""

    code = "no_broker"


class ChannelError(GcamError):
    """`retry_after_s`: when its server wants to be asked again, where it says so."""

    code = "channel"

    def __init__(self, why: Reason | str, *, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class ChannelRefused(ChannelError):  # noqa: N818
    """Another attempt alone would end the same way: a password, an address, a certificate."""

    code = "channel_refused"


class NetworkError(GcamError):
    code = "network"


class ServerEnded(NetworkError):  # noqa: N818
    code = "server_ended"


class SupervisorError(GcamError):
    code = "supervisor"


class AccessDenied(GcamError):  # noqa: N818
    code = "access_denied"


class SignInNeeded(AccessDenied):
    """`scheme`: how HTTP wants it said who asks."""

    code = "sign_in"

    def __init__(self, why: Reason | str, scheme: str = "Bearer") -> None:
        super().__init__(why)
        self.scheme = scheme


class NoOwner(SignInNeeded):
    """Gcam is new: the first visit creates its owner."""

    code = "no_owner"


class WrongLogin(AccessDenied):
    """Which of the two is wrong, is not told."""

    code = "wrong_login"


class WrongCode(WrongLogin):
    code = "wrong_code"


class SecondFactorNeeded(AccessDenied):
    """The password is right, and a code or a passkey belongs to it."""

    code = "second_factor"


class ProofNeeded(AccessDenied):
    """What is asked hurts: show password, code or passkey again, and ask again."""

    code = "proof"


class Throttled(AccessDenied):
    """`retry_after_s`: when the next attempt is looked at."""

    code = "throttled"

    def __init__(self, why: Reason | str, *, retry_after_s: float) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class Defect(GcamError):  # noqa: N818
    """Says of an error outside this tree what a person can know of it; its own text may hold a password."""

    code = "defect"

    def __init__(self, error: BaseException) -> None:
        super().__init__(because("defect", error=type(error).__name__))


class NotFound(GcamError):  # noqa: N818
    code = "not_found"
