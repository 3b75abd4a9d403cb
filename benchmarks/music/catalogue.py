"""The pieces: styles, tempi, clocks and seeds. A third is held out from any tuning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.music import clocks, grooves, meters, quiet
from benchmarks.music.piece import Band, Clock, Piece, finish

_SECONDS = 28.0
Style = Callable[[Band], None]


@dataclass(frozen=True, slots=True)
class _Entry:
    style: str
    play: Style
    tempi: tuple[float, ...]
    meter: int = 4
    clock: str = "human"


# The last piece of every style with three and of every other one with two is held out.
_ENTRIES = (
    _Entry("rock", grooves.rock, (104.0, 132.0, 121.0)),
    _Entry("pop", grooves.pop, (92.0, 116.0, 101.0)),
    _Entry("funk", grooves.funk, (98.0, 110.0)),
    _Entry("disco", grooves.disco, (118.0, 126.0), clock="steady"),
    _Entry("house", grooves.house, (122.0, 128.0), clock="steady"),
    _Entry("drum and bass", grooves.drum_and_bass, (174.0, 168.0), clock="steady"),
    _Entry("hip hop", grooves.hip_hop, (86.0, 94.0), clock="steady"),
    _Entry("trap", grooves.trap, (140.0, 148.0), clock="steady"),
    _Entry("jazz swing", meters.jazz, (138.0, 196.0, 164.0)),
    _Entry("shuffle", meters.shuffle, (96.0, 124.0)),
    _Entry("reggae", grooves.reggae, (74.0, 82.0)),
    _Entry("latin", grooves.latin, (188.0, 100.0)),
    _Entry("bossa", grooves.bossa, (128.0, 142.0)),
    _Entry("metal", grooves.metal, (166.0, 190.0)),
    _Entry("punk", grooves.punk, (204.0, 226.0)),
    _Entry("soul", grooves.soul, (56.0, 66.0)),
    _Entry("country", grooves.country, (112.0, 240.0)),
    _Entry("waltz", meters.waltz, (132.0, 168.0, 96.0), meter=3),
    _Entry("6/8 ballad", meters.ballad_six_eight, (52.0, 68.0, 60.0), meter=2),
    _Entry("5/4", meters.five_four, (150.0, 172.0), meter=5),
    _Entry("ambient piano", quiet.ambient_piano, (72.0, 84.0), clock="human"),
    _Entry("piano song", quiet.piano_song, (88.0, 108.0), clock="human"),
    _Entry("rubato piano", quiet.piano_song, (80.0, 96.0, 70.0), clock="rubato"),
    _Entry("strings", quiet.strings, (92.0, 112.0)),
    _Entry("bowed only", quiet.bowed_only, (84.0, 104.0)),
    _Entry("guitar", quiet.guitar, (96.0, 120.0)),
    _Entry("folk", quiet.folk_strum, (102.0, 90.0)),
    _Entry("choir", quiet.choir, (76.0, 88.0)),
    _Entry("march", quiet.march, (116.0, 104.0), meter=2),
    _Entry("ramp 80-140", grooves.rock, (80.0, 82.0), clock="ramp 140"),
    _Entry("jump 90-128", grooves.pop, (90.0,), clock="jump 128"),
    _Entry("jump 100-140", grooves.disco, (100.0, 102.0), clock="jump 140"),
    _Entry("pause", grooves.pop, (112.0, 124.0), clock="pause"),
    _Entry("break", grooves.house, (125.0, 130.0), clock="break"),
)


@cache
def pieces() -> tuple[Piece, ...]:
    """Every piece, in the catalogue's order."""
    return tuple(
        _piece(entry, index, 100 * number + index)
        for number, entry in enumerate(_ENTRIES)
        for index in range(len(entry.tempi))
    )


def _piece(entry: _Entry, index: int, seed: int) -> Piece:
    random = np.random.default_rng(seed)
    bpm = entry.tempi[index]
    num_bars = max(4, round(_SECONDS * bpm / 60.0 / entry.meter))
    num_bars += num_bars % 2
    clock = _clock(entry, bpm, num_bars, random)
    band = Band(f"{entry.style} {bpm:g}", clock, entry.meter, num_bars, random)
    band.room = float(random.choice([0.0, 0.05, 0.12, 0.2]))
    if entry.clock == "break":
        band.silent_bars = frozenset(range(num_bars // 2 - 2, num_bars // 2 + 2))
    entry.play(band)
    is_last = index > 0 and index == len(entry.tempi) - 1
    is_held_out = is_last and (len(entry.tempi) > 2 or seed // 100 % 2 == 1)
    return finish(band, entry.style, is_held_out)


def _clock(entry: _Entry, bpm: float, num_bars: int, random: np.random.Generator) -> Clock:
    count = num_bars * entry.meter
    kind, _, target = entry.clock.partition(" ")
    middle = (num_bars // 2) * entry.meter
    if kind == "ramp":
        return clocks.ramp(bpm, float(target) * bpm / entry.tempi[0], count)
    if kind == "jump":
        return clocks.jump(bpm, float(target) * bpm / entry.tempi[0], count, middle)
    if kind == "pause":
        return clocks.with_pause(clocks.steady(bpm, count), middle, 3.3)
    if kind == "rubato":
        return clocks.rubato(bpm, count, random, 4 * entry.meter, 0.08)
    if kind == "human":
        return clocks.human(bpm, count, random)
    return clocks.steady(bpm, count)
