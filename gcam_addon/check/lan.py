"""Whether the camera network could be served; of a Gcam that runs, `page` says whether it is."""

from __future__ import annotations

from gcam_addon.check.finding import Finding, error, ok, warning
from gcam_addon.config.model import NetworkSettings
from gcam_addon.duties import Duties
from gcam_addon.errors import NetworkError
from gcam_addon.lan.service import Machine
from gcam_addon.lan.trial import require_servable
from gcam_addon.words.reason import because


async def check_network(settings: NetworkSettings, duties: Duties, machine: Machine | None = None) -> Finding:
    """Nothing is changed. Takes as long as another server may take to answer."""
    name, machine = settings.interface or "", machine or Machine()
    try:
        await require_servable(settings, duties, machine)
    except NetworkError as problem:
        why = because("check_lan_stopped", why=problem.said)
        return error("network_stopped", why, because("check_lan_mend"))
    if settings.internet and not machine.passage(name).forwards:
        remedy = because("check_lan_forward", interface=name)
        return warning("network_no_way_out", because("check_lan_no_forwarding", interface=name), remedy)
    return ok("network", because("check_lan_ready", interface=name, address=settings.address))
