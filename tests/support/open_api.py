"""What docs/ref/openapi.yaml promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parents[2] / "docs" / "ref" / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.load(PATH.read_bytes(), yaml.CSafeLoader)
"""Read by libyaml: seconds sooner, in every process that runs tests."""
