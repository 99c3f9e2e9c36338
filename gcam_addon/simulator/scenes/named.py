"""The scenes by name: a table of scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gcam_addon.errors import ConfigError
from gcam_addon.simulator.scenes.air import Insects, Snow
from gcam_addon.simulator.scenes.beams import Headlights, Infrared, Television, Torch
from gcam_addon.simulator.scenes.car import Car
from gcam_addon.simulator.scenes.cat import Cat
from gcam_addon.simulator.scenes.garden import ROAD_Z, garden
from gcam_addon.simulator.scenes.light import AutoExposure, Clouds, Dusk, ExposureSteps, Lamp, Level
from gcam_addon.simulator.scenes.path import Path
from gcam_addon.simulator.scenes.person import Clothes, Person
from gcam_addon.simulator.scenes.room import DOOR, room
from gcam_addon.simulator.scenes.scene import Scene
from gcam_addon.simulator.scenes.script import Script
from gcam_addon.simulator.scenes.setting import Setting
from gcam_addon.simulator.scenes.water import Water
from gcam_addon.simulator.scenes.weather import Rain, Wind

_HALL = (DOOR[0] + 0.55, DOOR[1])
_SAND = Clothes(top=(110, 150, 178), trousers=(96, 74, 58))
_RED = Clothes(top=(52, 48, 150), trousers=(52, 48, 46), hair=(60, 96, 150))
_GREY = Clothes(top=(96, 92, 90), trousers=(40, 38, 40))
_EVENING = Level(0.42, (0.9, 1.0, 1.06))
_MOON = Level(0.2, (1.15, 1.0, 0.9))
_NIGHT = Level(0.26, (1.12, 1.0, 0.9))


def _room_walk(start_s: float) -> Person:
    """In by the door, to the table, waiting there for 5 s, out again: 15 s."""
    far, near = (0.8, 4.35), (1.15, 2.55)
    stops = [
        (0.0, *_HALL),
        (1.4, 1.8, 4.5),
        (4.0, *near),
        (9.0, *near),
        (11.2, *far),
        (12.6, 1.8, 4.6),
        (14.0, *_HALL),
    ]
    return Person(Path(tuple((start_s + t, x, z) for t, x, z in stops)))


def _room_crossing(start_s: float) -> Person:
    """Through the room close to the camera, from the left edge to the door: 6 s."""
    stops = [(0.0, -2.6, 1.9), (3.6, 0.9, 2.3), (5.4, 1.8, 4.4), (6.8, *_HALL)]
    return Person(Path(tuple((start_s + t, x, z) for t, x, z in stops)), _SAND, height=0.96)


def _garden_visit(start_s: float) -> Person:
    """From the road by the gate down the path, waiting for 4 s half way, then off to the right: 20 s."""
    stops = [
        (0.0, 9.5, 11.2),
        (6.2, 0.95, 10.6),
        (9.8, 0.9, 5.6),
        (13.8, 0.9, 5.6),
        (16.6, 3.2, 3.8),
        (18.6, 5.4, 3.6),
    ]
    return Person(Path(tuple((start_s + t, x, z) for t, x, z in stops)), _RED)


def _garden_crossing(start_s: float, z: float = 6.6) -> Person:
    """Over the lawn from left to right: 8 s."""
    return Person(Path(((start_s, -6.4, z), (start_s + 9.5, 6.4, z - 0.6))), _GREY, height=1.03)


def _drive(
    start_s: float, mps: float = 7.0, *, leftwards: bool = False, paint: tuple[int, int, int] = (44, 40, 158)
) -> Car:
    reach, z = 13.0, ROAD_Z + (1.8 if leftwards else 0.0)
    ends = (reach, -reach) if leftwards else (-reach, reach)
    return Car(Path(((start_s, ends[0], z), (start_s + 2 * reach / mps, ends[1], z))), paint)


def _prowl(start_s: float) -> Cat:
    """Over the near lawn with a rest: 13 s."""
    stops = ((0.0, 4.6, 5.4), (4.4, 1.2, 4.9), (7.4, 1.2, 4.9), (13.0, -4.4, 4.4))
    return Cat(Path(tuple((start_s + t, x, z) for t, x, z in stops)))


def _far_walk(start_s: float) -> Person:
    """Over the meadow behind the road, from left to right: 17 s, a twentieth of the picture high."""
    return Person(Path(((start_s, -11.0, 18.6), (start_s + 17, 10.5, 17.8))), _GREY)


def _torch_walk(start_s: float) -> Path:
    """Over the lawn from the right, looking about in the middle: 13 s."""
    stops = ((0.0, 6.2, 7.4), (5.0, 1.6, 6.4), (7.0, 1.6, 6.4), (13.0, -6.0, 7.0))
    return Path(tuple((start_s + t, x, z) for t, x, z in stops))


def _after_dark(inside: Setting, outside: Setting) -> dict[str, Script]:
    """Moving light, and what an infrared lamp shows."""
    torch = _torch_walk(9)
    television = (_NIGHT, Television())
    infrared = Script(outside, 40, (), (Infrared(),), auto_exposure=None, sensor_gain=4.0, infrared=True)
    night = Script(outside, 40, (), (_MOON,), auto_exposure=None, sensor_gain=5.0)
    indoors = Script(inside, 30, (), television, auto_exposure=None, sensor_gain=3.5)
    return {
        "room-television": indoors,
        "room-television-person": replace(indoors, actors=(_room_walk(9),)),
        "garden-night-cat": replace(infrared, actors=(_prowl(12),)),
        "garden-insects": replace(infrared, air=(Insects(),)),
        "garden-insects-person": replace(infrared, actors=(_garden_visit(10),), air=(Insects(),)),
        "garden-headlights": replace(night, conditions=(_MOON, Headlights((9, 17, 19.5, 31)))),
        "garden-torch": replace(
            night, actors=(Person(torch, _GREY),), conditions=(_MOON, Torch(torch, outside.lens))
        ),
    }


def _weather(outside: Setting) -> dict[str, Script]:
    """What falls, runs, and drifts over."""
    snowing = Script(outside, 40, (), (Level(0.8, (1.06, 1.0, 0.94)),), air=(Snow(),))
    return {
        "garden-far-walker": Script(outside, 40, (_far_walk(10),), (Clouds(0.45, 3, 9),)),
        "garden-snow": snowing,
        "garden-snow-person": replace(snowing, actors=(_garden_visit(10),)),
        "garden-water": Script(outside, 40, water=Water(-4.6, -0.4, 4.6, 7.6, 12, 38)),
    }


def _scripts() -> dict[str, Script]:
    inside, outside = room(), garden()
    return {
        **_usual(inside, outside),
        **_after_dark(inside, outside),
        **_weather(outside),
    }


def _usual(inside: Setting, outside: Setting) -> dict[str, Script]:
    return {
        "room-empty": Script(inside, 30),
        "room-person": Script(inside, 30, (_room_walk(6),)),
        "room-lamp": Script(inside, 30, (), (_EVENING, Lamp(10, 22)), sensor_gain=1.6),
        "room-lamp-person": Script(
            inside, 30, (_room_walk(8.6),), (_EVENING, Lamp(10, 25.5)), sensor_gain=1.6
        ),
        "room-night": Script(inside, 30, (), (_NIGHT,), auto_exposure=None, sensor_gain=5.5),
        "room-night-person": Script(
            inside, 30, (_room_walk(7),), (_NIGHT,), auto_exposure=None, sensor_gain=5.5
        ),
        "room-exposure": Script(
            inside,
            30,
            (),
            (ExposureSteps(((8, 1.35), (14, 0.8), (15, 0.95), (22, 1.0))),),
            auto_exposure=None,
        ),
        "room-demo": Script(
            inside,
            48,
            (_room_walk(5), _room_crossing(29)),
            (Clouds(0.12, 1),),
            auto_exposure=AutoExposure(2.0),
        ),
        "garden-empty": Script(outside, 30),
        "garden-person": Script(outside, 32, (_garden_visit(6),)),
        "garden-person-near": Script(outside, 24, (_garden_crossing(6, 5.2),)),
        "garden-car": Script(outside, 30, (_drive(6), _drive(18, 8, leftwards=True, paint=(150, 142, 138)))),
        "garden-cat": Script(outside, 30, (_prowl(8),)),
        "garden-wind": Script(outside, 30, wind=Wind(1.0)),
        "garden-wind-person": Script(outside, 32, (_garden_visit(6),), wind=Wind(1.0)),
        "garden-clouds": Script(outside, 40, (), (Clouds(0.4, 2),)),
        "garden-rain": Script(outside, 30, (), (Level(0.74, (1.06, 1.0, 0.94)),), rain=Rain(1.0)),
        "garden-dusk": Script(outside, 60, (), (Dusk(0.2),)),
        "garden-busy": Script(
            outside,
            50,
            (
                _drive(4),
                _prowl(9),
                _garden_crossing(21),
                _drive(34, 8, leftwards=True, paint=(158, 150, 142)),
            ),
            (Clouds(0.22, 1),),
            wind=Wind(0.45),
        ),
    }


SCENES: Mapping[str, Script] = _scripts()
"""Quiet ones (no actors) have an empty truth: nothing in them may be called motion."""


def open_scene(name: str, seed: int = 1) -> Scene:
    """A renderer of a named scene. Raises `ConfigError` for a name that isn't in `SCENES`."""
    script = SCENES.get(name)
    if script is None:
        raise ConfigError(f"There is no scene “{name}”; choose one of {', '.join(SCENES)}.", field="scene")
    return Scene(name, script, seed)
