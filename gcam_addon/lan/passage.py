"""Whether boards could get out of their network through this machine, whatever they were told. Pure but for
`Passage`, which reads and writes the kernel's own switches of that one interface.

Not telling a way out keeps every honest board in. One that is not honest sends to this machine all the
same, which passes it on where it forwards (Docker switches that on). Linux asks the interface on which
something comes in whether it forwards, so the switch of that one interface is enough: no rule is added to a
firewall, nothing else of the machine changes, and no other program is needed. IPv6 has no such switch for
one interface; the boards have no use for it, so it is off there.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FORWARDS: Final = "net/ipv4/conf/{}/forwarding"
_NO_IPV6: Final = "net/ipv6/conf/{}/disable_ipv6"


@dataclass(frozen=True, slots=True)
class Passage:
    """Of one interface. Blocking, briefly."""

    interface: str
    root: Path = Path("/proc/sys")

    def close(self) -> bool:
        """Whether it is closed now; a container may not write there."""
        for path, value in ((self._forwards, "0"), (self._no_ipv6, "1")):
            with contextlib.suppress(OSError):
                if path.read_text().strip() != value:
                    path.write_text(value)
        return not self.is_open

    @property
    def is_open(self) -> bool:
        """As far as can be seen."""
        return self._read(self._forwards) == "1" or self._passes_ipv6

    @property
    def forwards(self) -> bool:
        """What boards that are told a way out need."""
        return self._read(self._forwards) == "1"

    @property
    def _passes_ipv6(self) -> bool:
        everywhere = self.root / _FORWARDS.replace("ipv4", "ipv6").format("all")
        return self._read(self._no_ipv6) == "0" and self._read(everywhere) == "1"

    @property
    def _forwards(self) -> Path:
        return self.root / _FORWARDS.format(self.interface)

    @property
    def _no_ipv6(self) -> Path:
        return self.root / _NO_IPV6.format(self.interface)

    @staticmethod
    def _read(path: Path) -> str:
        with contextlib.suppress(OSError):
            return path.read_text().strip()
        return ""
