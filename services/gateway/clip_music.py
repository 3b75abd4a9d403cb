"""The music under a generated clip, for backends whose pictures move with it. Pure functions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from services.gateway.music import Music
from shared.generation import ENERGY_POINTS_PER_SECOND, PROCEDURAL, Generated
from shared.shot import Shot
from shared.sync_map import ENERGY_RATE_HZ

# Loudness is taken around each point; what is shorter is not seen as a swell.
_AROUND_SECONDS = Fraction(1, 5)


def with_music(shot: Shot, start_frame: int, music: Music) -> Shot:
    """The shot, which starts at a film frame, with the loudness and beats under its clip.

    Only procedural shots move with the music; others, and all without sound, stay as they are.
    A clip that is shown from later on hears the music from its own start, so that the halves of
    a split shot still ask for one clip.
    """
    source = shot.source
    if not isinstance(source, Generated) or source.backend != PROCEDURAL:
        return shot
    if music.sync_map is None:
        return shot
    rate = music.frame_rate
    seconds = source.start_seconds + shot.frames * source.speed / rate
    seconds = max(seconds, source.seconds or Fraction(0))
    origin = start_frame - floor(source.start_seconds * rate + Fraction(1, 2))
    energy = _energy(music, origin, seconds)
    end = origin + ceil(seconds * rate)
    beats = music.beats(max(end, 0))
    accents = tuple(
        (frame - origin, round(strength, 3)) for frame, strength in beats if origin <= frame < end
    )
    return replace(shot, source=replace(source, energy=energy, accents=accents))


def _energy(music: Music, origin: int, seconds: Fraction) -> tuple[float, ...]:
    assert music.sync_map is not None
    curve = music.sync_map.energy
    if not curve:
        return ()
    first = Fraction(music.start_sample, music.sync_map.sample_rate_hz) + origin / music.frame_rate
    points = []
    for index in range(ceil(seconds * ENERGY_POINTS_PER_SECOND) + 1):
        middle = first + Fraction(index, ENERGY_POINTS_PER_SECOND)
        begin = max(0, int((middle - _AROUND_SECONDS / 2) * ENERGY_RATE_HZ))
        values = curve[begin : begin + int(_AROUND_SECONDS * ENERGY_RATE_HZ)]
        points.append(round(sum(values) / len(values), 2) if values else 0.0)
    return tuple(points)
