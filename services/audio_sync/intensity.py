"""How much is going on: loudness from moment to moment, steadied by the sections of the song."""

from __future__ import annotations

from services.audio_sync.dynamics import Dynamics
from shared.sync_map import SyncMap

# A chorus is cut as a chorus from its first beat to its last, with some room for what it does.
_SECTION_WEIGHT = 0.7
_MIN_SECTIONS = 2  # one section says nothing about verse and chorus


class Intensity:
    """0 (the song's quiet) .. 1 (its loud) for any stretch; 0.5 where all is the same."""

    def __init__(self, sync_map: SyncMap, dynamics: Dynamics) -> None:
        self._dynamics = dynamics
        sections = sync_map.sections if len(sync_map.sections) >= _MIN_SECTIONS else ()
        self._levels = [
            (
                section.start_sample,
                section.end_sample,
                dynamics.loudness(section.start_sample, section.end_sample),
            )
            for section in sections
        ]

    def between(self, start_sample: int, end_sample: int) -> float:
        """Intensity of a stretch that is short against a section."""
        loudness = self._dynamics.loudness(start_sample, end_sample)
        middle = (start_sample + end_sample) // 2
        for start, end, level in self._levels:
            if start <= middle < end:
                return _SECTION_WEIGHT * level + (1.0 - _SECTION_WEIGHT) * loudness
        return loudness
