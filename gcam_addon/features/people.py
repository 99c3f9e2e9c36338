"""Who may come in. Recordings are there: what people share of them is theirs."""

from __future__ import annotations

import logging

from gcam_addon.access.service import Access
from gcam_addon.features.running import Running

_log = logging.getLogger(__name__)


async def begin(gcam: Running) -> None:
    gcam.access = await gcam.begin(Access(gcam.settings.storage.data_dir, gcam.clock, duties=gcam.duties))
    await gcam.recordings.shares.adopt({person.name: person.id for person in gcam.access.people()})
    if gcam.access.setup_code is not None:
        _log.warning(
            "Gcam has no owner yet: open its page on this machine, or elsewhere with the set-up code %s",
            gcam.access.setup_code,
        )
