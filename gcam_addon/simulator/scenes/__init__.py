"""Procedural scenes with ground truth: a room and a garden in which scripted things happen."""

from gcam_addon.simulator.scenes.named import SCENES, open_scene
from gcam_addon.simulator.scenes.scene import Scene
from gcam_addon.simulator.scenes.script import Script

__all__ = ["SCENES", "Scene", "Script", "open_scene"]
