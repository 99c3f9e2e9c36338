"""Names nothing: where nobody is to look, or the model is not there."""

from __future__ import annotations

from collections.abc import Sequence

from gcam_addon.interfaces import Bgr
from gcam_addon.model import Box, Named


class NamesNothing:
    """interfaces.Classifier."""

    def classify(self, picture: Bgr, crops: Sequence[Box]) -> Sequence[Named]:
        return ()
