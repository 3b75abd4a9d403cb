"""A sync map with all that planning derives from it once."""

from __future__ import annotations

from services.audio_sync.arcs import Arcs
from services.audio_sync.dynamics import Dynamics
from services.audio_sync.intensity import Intensity
from services.audio_sync.meter import Meter
from services.audio_sync.spoken import Words
from shared.brief import Pacing
from shared.sync_map import SyncMap

_NOTHING_HEARD = SyncMap(0, 0.0, None, 0.0, (), (), ())


class Hearing:
    """What was heard, with its meter, its dynamics, its arcs (for one pacing) and its words."""

    def __init__(self, sync_map: SyncMap | None, pacing: Pacing) -> None:
        self.sync_map = sync_map or _NOTHING_HEARD
        self.pacing = pacing
        self.meter = Meter(self.sync_map)
        self.dynamics = Dynamics(self.sync_map.energy)
        self.intensity = Intensity(self.sync_map, self.dynamics)
        self.arcs = Arcs(self.sync_map, self.meter, pacing)
        self.words = Words(self.sync_map.words)
