"""Paints the pictures of one script at one size; keeps everything that stays the same between them."""

from __future__ import annotations

import cv2
import numpy as np

from gcam_addon.model import Size
from gcam_addon.simulator.scenes.actors import Actor, flattened
from gcam_addon.simulator.scenes.cutout import Look, Shape, paint_shadow, paint_shapes
from gcam_addon.simulator.scenes.light import light_at
from gcam_addon.simulator.scenes.script import Script
from gcam_addon.simulator.scenes.sensor import Sensor
from gcam_addon.simulator.scenes.stage import Backdrop, build
from gcam_addon.simulator.scenes.view import Array, View
from gcam_addon.simulator.scenes.weather import Crown, gust_at, paint_rain

_EXPOSURE_S = 0.02
_CALM = (0.0, 0.0)


class Easel:
    """One thread at a time."""

    def __init__(self, script: Script, size: Size, seed: int) -> None:
        self.size = size
        self._script = script
        self._view = View(script.setting.lens, size)
        self._lamp = lamp_place(script, size)
        self._sensor = Sensor(size, seed)
        crowns = [Crown(foliage, self._view) for foliage in script.setting.foliage]
        self._crowns = sorted(crowns, key=lambda crown: -crown.depth_m)
        self._backdrop = self._with_calm_foliage(build(self._view, seed, script.setting.paint))
        self._light: Array | None = None
        self._lit = (self._backdrop.picture, self._backdrop.picture)

    def paint(self, t_s: float, gain: float, moment: int) -> Array:
        """The picture at `t_s` under a camera `gain`; `moment` chooses the noise and the raindrops."""
        light = light_at(self._script.conditions, (t_s, self._script.duration_s), self._lamp)
        light = light * np.float32(gain)
        base, strength = self._lit_backdrop(light, self._script.sensor_gain * gain)
        picture = base.copy()
        self._paint_moving(picture, t_s, light)
        if self._script.rain.strength:
            paint_rain(picture, self._script.rain.strength, moment, self.size)
        for thing in self._script.air:
            thing.paint(picture, t_s, self._script.duration_s, float(light.mean()))
        if self._script.infrared:
            picture = cv2.merge([cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)] * 3)
        return self._sensor.expose(picture, strength, moment)

    def _with_calm_foliage(self, backdrop: Backdrop) -> Backdrop:
        """In calm air leaves are part of the backdrop; in wind they are painted with every picture."""
        if not self._script.wind.strength:
            for crown in self._crowns:
                crown.paint(backdrop.picture, backdrop.depth_m, np.ones(3, np.float32), _CALM)
                crown.cover(backdrop.depth_m)
        return backdrop

    def _lit_backdrop(self, light: Array, sensor_gain: float) -> tuple[Array, Array]:
        """The backdrop in this light with the sensor's pattern, and the strength of noise on it."""
        if self._light is None or not np.array_equal(light, self._light):
            self._light = light
            shown = self._sensor.fixed(_lit(self._backdrop.picture, light), sensor_gain)
            self._lit = (shown, self._sensor.strength(shown, sensor_gain))
        return self._lit

    def _paint_moving(self, picture: Array, t_s: float, light: Array) -> None:
        """Water, then actors and, in wind, leaves: far ones first."""
        if self._script.water is not None:
            self._script.water.paint(picture, self._view, t_s, float(light.mean()))
        things: list[tuple[float, Actor | Crown, list[Shape]]] = []
        for actor in self._script.actors:
            shapes = actor.shapes(t_s)
            pose = actor.path.pose(t_s)
            if shapes and pose is not None:
                things.append((pose.z, actor, shapes))
        if self._script.wind.strength:
            things += [(crown.depth_m, crown, []) for crown in self._crowns]
        for _, thing, shapes in sorted(things, key=lambda entry: -entry[0]):
            if isinstance(thing, Crown):
                self._paint_crown(picture, thing, t_s, light)
            else:
                self._paint_actor(picture, thing, shapes, t_s, light)

    def _paint_crown(self, picture: Array, crown: Crown, t_s: float, light: Array) -> None:
        gust = gust_at(t_s, self._script.duration_s, self._script.wind.strength, crown.seed)
        crown.paint(picture, self._backdrop.depth_m, light.mean(axis=(0, 1)), gust)

    def _paint_actor(
        self, picture: Array, actor: Actor, shapes: list[Shape], t_s: float, light: Array
    ) -> None:
        pose = actor.path.pose(t_s)
        if pose is None:
            return
        setting, hidden = self._script.setting, self._backdrop.depth_m
        place, depth = self._view.project(np.asarray([(pose.x, 0.8, pose.z)], np.float32))
        blur_px = pose.speed_mps * _EXPOSURE_S * self._view.scale_px(float(depth[0]))
        look = Look(_light_near(light, place[0], self.size), setting.shadow, blur_px)
        paint_shadow(picture, hidden, self._view, flattened(shapes, setting.sun), setting.shadow)
        paint_shapes(picture, hidden, self._view, shapes, look)


def lamp_place(script: Script, size: Size) -> tuple[float, float]:
    """Where the setting's lamp is in the picture, relative (x, y)."""
    lamp = script.setting.lamp
    if lamp is None:
        return (0.5, 0.0)
    place, _ = View(script.setting.lens, size).project(np.asarray([lamp], np.float32))
    return (float(place[0, 0]) / size.width, float(place[0, 1]) / size.height)


def _lit(picture: Array, light: Array) -> Array:
    """A picture in a field of light."""
    if light.shape[:2] == (1, 1):
        return np.asarray(cv2.multiply(picture, np.append(light[0, 0], 0.0).astype(np.float64)))
    height, width = picture.shape[:2]
    field = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(picture, field, dtype=cv2.CV_8U))


def _light_near(light: Array, place: Array, size: Size) -> Array:
    rows, columns = light.shape[:2]
    row = min(rows - 1, max(0, int(place[1] / size.height * rows)))
    column = min(columns - 1, max(0, int(place[0] / size.width * columns)))
    return np.asarray(light[row, column])
