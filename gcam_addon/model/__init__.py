"""What flows through Gcam: frozen values without behaviour, picklable, free of I/O.

Times: `pts_s` is seconds on the run's monotonic line (differences only); `*_at` is Unix time in seconds.
Places: all coordinates are relative to the picture, 0..1 from the top left, so a change of frame size
changes nothing. Shares are percent of the picture's area, 0..100.
"""

from gcam_addon.model.camera import (
    CameraAdded,
    CameraChanged,
    CameraRemoved,
    CameraState,
    HdState,
    NoRecording,
    SdReason,
    Status,
)
from gcam_addon.model.footage import (
    ANY_CLIP,
    Clip,
    ClipFilter,
    ClipKind,
    ClipReady,
    ClipRemoved,
    Day,
    Discarded,
    Export,
    ExportState,
    Recorded,
    RecordingChanged,
    Rest,
    Share,
    Stored,
    Trashed,
)
from gcam_addon.model.frames import (
    SAMPLES,
    Codec,
    EncodedFrame,
    Sound,
    Tracks,
    Unit,
    Video,
    jpeg_unit,
    picture_of,
)
from gcam_addon.model.guard import GuardEvent
from gcam_addon.model.health import (
    DutyChanged,
    DutyState,
    DutyStatus,
    HistoryChanged,
    MqttChanged,
    MqttHealth,
    NetworkChanged,
    NetworkHealth,
    NetworkPhase,
    Storage,
    StorageChanged,
    Usage,
)
from gcam_addon.model.motion import (
    Cause,
    Decision,
    Motion,
    MotionEnded,
    MotionNamed,
    MotionStarted,
    Track,
)
from gcam_addon.model.naming import Kind, Looked, Named, kinds_of, named_again, together
from gcam_addon.model.places import Box, Point, Polygon, Region, Size
from gcam_addon.model.what_if import ReplayedEvent, WhatIf, WhatIfStatus

Event = (
    MotionStarted
    | MotionNamed
    | MotionEnded
    | ClipReady
    | ClipRemoved
    | RecordingChanged
    | CameraChanged
    | CameraAdded
    | CameraRemoved
    | StorageChanged
    | MqttChanged
    | NetworkChanged
    | DutyChanged
    | HistoryChanged
    | GuardEvent
)

__all__ = [
    "ANY_CLIP",
    "SAMPLES",
    "Box",
    "CameraAdded",
    "CameraChanged",
    "CameraRemoved",
    "CameraState",
    "Cause",
    "Clip",
    "ClipFilter",
    "ClipKind",
    "ClipReady",
    "ClipRemoved",
    "Codec",
    "Day",
    "Decision",
    "Discarded",
    "DutyChanged",
    "DutyState",
    "DutyStatus",
    "EncodedFrame",
    "Event",
    "Export",
    "ExportState",
    "GuardEvent",
    "HdState",
    "HistoryChanged",
    "Kind",
    "Looked",
    "Motion",
    "MotionEnded",
    "MotionNamed",
    "MotionStarted",
    "MqttChanged",
    "MqttHealth",
    "Named",
    "NetworkChanged",
    "NetworkHealth",
    "NetworkPhase",
    "NoRecording",
    "Point",
    "Polygon",
    "Recorded",
    "RecordingChanged",
    "Region",
    "ReplayedEvent",
    "Rest",
    "SdReason",
    "Share",
    "Size",
    "Sound",
    "Status",
    "Storage",
    "StorageChanged",
    "Stored",
    "Track",
    "Tracks",
    "Trashed",
    "Unit",
    "Usage",
    "Video",
    "WhatIf",
    "WhatIfStatus",
    "jpeg_unit",
    "kinds_of",
    "named_again",
    "picture_of",
    "together",
]
