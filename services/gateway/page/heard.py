"""What was heard under a film, on the film's own time: beats, energy and form to draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ, Section, SyncMap


@dataclass(frozen=True, slots=True)
class HeardBeat:
    """A beat of the film; `strength` is 0..1."""

    seconds: float
    strength: float
    is_downbeat: bool


@dataclass(frozen=True, slots=True)
class HeardSection:
    """A stretch of the song that is in the film, in seconds of the film."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything is within the film; `energy` is in equal steps from its start, 0..1.

    `phrases` are where phrases begin, `drops` where the music arrives, `builds` are (start, end),
    all in seconds of the film.
    """

    beats: tuple[HeardBeat, ...] = ()
    energy: tuple[float, ...] = ()
    sections: tuple[HeardSection, ...] = ()
    phrases: tuple[float, ...] = ()
    builds: tuple[tuple[float, float], ...] = ()
    drops: tuple[float, ...] = ()


def heard_in_film(
    sync_map: SyncMap | None, start_sample: int | None, seconds: float, num_steps: int
) -> Heard:
    """The part of a sync map that a film plays, from `start_sample` of the song on.

    Nothing for a silent film (`start_sample` None). `energy` has `num_steps` values at most.
    """
    if sync_map is None or start_sample is None:
        return Heard()
    downbeats = frozenset(sync_map.downbeats)
    beats = (
        HeardBeat(
            (beat.sample - start_sample) / SAMPLE_RATE_HZ, beat.strength, beat.sample in downbeats
        )
        for beat in sync_map.beats
    )
    sections = (_section(section, start_sample, seconds) for section in sync_map.sections)
    return Heard(
        tuple(beat for beat in beats if 0 <= beat.seconds < seconds),
        _energy(sync_map.energy, start_sample, seconds, num_steps),
        tuple(section for section in sections if section.end > section.start),
        _inside((phrase.start_sample for phrase in sync_map.phrases), start_sample, seconds),
        tuple(
            span
            for build in sync_map.builds
            if (span := _clip(build.start_sample, build.end_sample, start_sample, seconds))
        ),
        _inside(sync_map.drops, start_sample, seconds),
    )


def _inside(samples: Iterable[int], start_sample: int, seconds: float) -> tuple[float, ...]:
    times = ((sample - start_sample) / SAMPLE_RATE_HZ for sample in samples)
    return tuple(time for time in times if 0 <= time < seconds)


def _clip(start: int, end: int, start_sample: int, seconds: float) -> tuple[float, float] | None:
    """A span of the song in seconds of the film, None if the film does not play it."""
    first = max(0.0, (start - start_sample) / SAMPLE_RATE_HZ)
    last = min(seconds, (end - start_sample) / SAMPLE_RATE_HZ)
    return (first, last) if last > first else None


def _section(section: Section, start_sample: int, seconds: float) -> HeardSection:
    start = (section.start_sample - start_sample) / SAMPLE_RATE_HZ
    end = (section.end_sample - start_sample) / SAMPLE_RATE_HZ
    return HeardSection(max(0.0, start), min(seconds, end), section.label)


def _energy(
    energy: tuple[float, ...], start_sample: int, seconds: float, num_steps: int
) -> tuple[float, ...]:
    first = round(start_sample / SAMPLE_RATE_HZ * ENERGY_RATE_HZ)
    window = energy[first : first + round(seconds * ENERGY_RATE_HZ)]
    steps = min(num_steps, len(window))
    edges = [index * len(window) // steps for index in range(steps + 1)] if steps else []
    means = (sum(window[start:end]) / (end - start) for start, end in pairwise(edges))
    return tuple(means)
