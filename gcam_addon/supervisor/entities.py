"""Who makes Home Assistant's entities of states and switches: MQTT or the integration. Pure.

Settled once and then kept: each maker has entities of its own, so a change costs people their automations.
"""

from __future__ import annotations

from gcam_addon.config.model import EntityMaker


def settle(wanted: EntityMaker, settled: EntityMaker, *, broker: bool, integration: bool) -> EntityMaker:
    """`wanted`: what the owner chose. `settled`: how it was until now, AUTO for not at all. `broker`: there
    is one. `integration`: it has signed in. AUTO where it is too early to say; until then the integration
    makes them.
    """
    if wanted is not EntityMaker.AUTO:
        return wanted
    if settled is not EntityMaker.AUTO or not broker:
        return settled
    return EntityMaker.INTEGRATION if integration else EntityMaker.MQTT
