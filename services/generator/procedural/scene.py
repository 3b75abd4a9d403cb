"""Every scene by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.generator.procedural.bokeh import Bokeh
from services.generator.procedural.flow import Flow
from services.generator.procedural.mist import Mist
from services.generator.procedural.picture import Scene, Stage
from services.generator.procedural.rain import Rain
from services.generator.procedural.rings import Rings
from services.generator.procedural.waves import Waves
from services.generator.procedural.words import Words
from shared.procedural import SceneKind

SCENES: Mapping[SceneKind, Callable[[Stage], Scene]] = {
    SceneKind.FLOW: Flow,
    SceneKind.MIST: Mist,
    SceneKind.BOKEH: Bokeh,
    SceneKind.WAVES: Waves,
    SceneKind.RINGS: Rings,
    SceneKind.RAIN: Rain,
    SceneKind.WORDS: Words,
}
