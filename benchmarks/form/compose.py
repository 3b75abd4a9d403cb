"""From a spec to a song: harmony and melody of every label, phrases, pick-ups, and the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.form import players
from benchmarks.form.render import RATE_HZ, render
from benchmarks.form.specs import Part, Spec
from benchmarks.form.truth import FormSong
from shared.sync_map import Phrase, Section, Span

_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_FOURS = (
    (0, 4, 5, 3),
    (5, 3, 0, 4),
    (0, 3, 0, 4),
    (1, 4, 0, 5),
    (0, 5, 1, 4),
    (3, 4, 2, 5),
    (5, 4, 3, 4),
)
_EIGHTS = (
    (0, 0, 3, 3, 4, 3, 0, 4),
    (0, 2, 5, 3, 1, 4, 0, 0),
    (5, 5, 3, 4, 0, 4, 1, 4),
    (1, 4, 0, 5, 3, 1, 4, 0),
    (0, 5, 3, 1, 0, 2, 3, 4),
    (3, 0, 4, 5, 3, 1, 2, 4),
)
_LEVELS = {
    "sparse": 0.75,
    "verse": 0.85,
    "bridge": 0.85,
    "rising": 0.95,
    "break": 0.7,
    "build": 0.9,
}
_LEAD_KINDS = ("verse", "full", "drop", "bridge", "solo", "break")
_RHYTHMS = (  # beats of the notes of a bar; the last of a phrase is held
    (0, 1, 2, 3),
    (0, 0.5, 1, 2, 2.5, 3),
    (0, 1.5, 2, 3),
    (0.5, 1, 1.5, 2.5, 3),
    (0, 2, 2.5, 3, 3.5),
)


@dataclass(frozen=True)
class _Material:
    """What a label plays: a chord degree and melody (beat, length, scale step) for each bar."""

    degrees: tuple[int, ...]
    melody: tuple[tuple[tuple[float, float, int], ...], ...]


@dataclass(frozen=True)
class _Key:
    """A scale (semitones of seven degrees) on a tonic (MIDI key)."""

    scale: tuple[int, ...]
    tonic: int

    def note(self, degree: int, octaves: int = 0) -> int:
        return self.tonic + 12 * (octaves + degree // 7) + self.scale[degree % 7]


def compose(spec: Spec) -> FormSong:
    """Render a spec; equal specs give equal songs."""
    random = np.random.default_rng(1000 + spec.seed)
    first = round(random.uniform(0.05, 1.5) * RATE_HZ)
    score = players.Score(spec.bpm, spec.swing, first, random)
    scale = _MAJOR if random.random() < 0.6 else _MINOR
    key = _Key(scale, int(random.integers(45, 57)))
    materials = _materials(spec, random)
    bar, heard = 0, Counter[str]()
    sections, phrases, builds, drops, breaks = [], [], [], [], []
    for part in spec.parts:
        heard[part.label] += 1
        material = materials[part.label]
        if heard[part.label] > 1:
            material = _varied(material, random)
        adds = heard[part.label] > 1 and random.random() < 0.6 and spec.style != "jazz"
        for index in range(part.num_bars):
            _play_bar(score, spec, part, (index, bar + index), material, key, adds)
        if part.kind == "build":
            players.roll(score, bar * spec.beats_per_bar, spec.beats_per_bar, part.num_bars)
        at = [score.sample(b * spec.beats_per_bar) for b in range(bar, bar + part.num_bars + 1)]
        sections.append(Section(at[0], at[-1], part.label))
        has_pickup = part.kind in _LEAD_KINDS and bar > 0
        early = score.sample(bar * spec.beats_per_bar) - score.sample(
            bar * spec.beats_per_bar - spec.pickup_beats
        )
        starts = list(range(0, part.num_bars, part.phrase_bars))
        if len(starts) > 1 and part.num_bars - starts[-1] == 1:
            starts.pop()  # one bar more is no phrase
        for start, end in pairwise([*starts, part.num_bars]):
            phrases.append(Phrase(at[start], at[end], end - start, early if has_pickup else 0))
        if part.kind == "build":
            builds.append(Span(at[0], at[-1]))
        if part.kind == "break":
            breaks.append(Span(at[0], at[-1]))
        if part.kind == "drop" or (part.kind == "full" and sections[-2].label == "break"):
            drops.append(at[0])
        bar += part.num_bars
    end = score.sample(bar * spec.beats_per_bar)
    beats = tuple(score.sample(beat) for beat in range(bar * spec.beats_per_bar))
    programs = players.PROGRAMS[spec.style][spec.seed % 2]
    sound = render(score.notes, dict(enumerate(programs)), end + RATE_HZ)
    return FormSong(
        name=spec.name,
        samples=sound,
        beats=beats,
        downbeats=beats[:: spec.beats_per_bar],
        beats_per_bar=spec.beats_per_bar,
        sections=tuple(sections),
        phrases=tuple(phrases),
        builds=tuple(builds),
        drops=tuple(drops),
        breaks=tuple(breaks),
        hits=tuple(sorted(score.hits, key=lambda hit: hit.sample)),
        swing=spec.swing,
    )


def _materials(spec: Spec, random: np.random.Generator) -> dict[str, _Material]:
    fours, eights = random.permutation(len(_FOURS)), random.permutation(len(_EIGHTS))
    materials: dict[str, _Material] = {}
    for part in spec.parts:
        if part.label in materials:
            continue
        borrowed = {"intro": "verse", "outro": "intro", "solo": "verse"}.get(part.label)
        index = len(materials)
        pool, order = (_EIGHTS, eights) if part.phrase_bars == 8 else (_FOURS, fours)
        degrees = pool[order[index % len(order)]][: part.phrase_bars]
        if borrowed in materials and len(materials[borrowed].degrees) == part.phrase_bars:
            degrees = materials[borrowed].degrees
        materials[part.label] = _Material(degrees, _melody(spec, part, random))
    return materials


def _varied(material: _Material, random: np.random.Generator) -> _Material:
    """Another time round: a third of the notes differ, and a chord in eight."""
    degrees = tuple((d + 2) % 7 if random.random() < 0.12 else d for d in material.degrees)
    melody = tuple(
        tuple(
            (start, length, step + int(random.integers(-2, 3)) * int(random.random() < 0.3))
            for start, length, step in bar
        )
        for bar in material.melody
    )
    return _Material(degrees, melody)


def _melody(
    spec: Spec, part: Part, random: np.random.Generator
) -> tuple[tuple[tuple[float, float, int], ...], ...]:
    beats, bars = spec.beats_per_bar, part.phrase_bars
    motifs = [_RHYTHMS[int(random.integers(len(_RHYTHMS)))] for _ in range(2)]
    melody = []
    step = int(random.integers(0, 5))
    for bar in range(bars):
        if bar == bars - 1:
            held = beats - spec.pickup_beats if spec.pickup_beats else beats
            melody.append(((0.0, held - 0.25, 0),))
            continue
        starts = [start for start in motifs[bar % 2] if start < beats]
        notes = []
        for start, end in zip(starts, [*starts[1:], float(beats)], strict=True):
            step = int(np.clip(step + random.integers(-2, 3), -3, 8))
            notes.append((float(start), float(end - start), step))
        melody.append(tuple(notes))
    return tuple(melody)


def _play_bar(
    score: players.Score,
    spec: Spec,
    part: Part,
    place: tuple[int, int],
    material: _Material,
    key: _Key,
    adds: bool,
) -> None:
    (index, bar), beats = place, spec.beats_per_bar
    kind, style = part.kind, spec.style
    at = float(bar * beats)
    level = _LEVELS.get(kind, 1.0)
    degree = material.degrees[index % len(material.degrees)]
    keys = [key.note(degree + third) for third in (0, 2, 4)]
    playing = "verse" if kind == "solo" else kind
    players.drums(score, at, beats, playing, style, level)
    players.bass(score, at, beats, 28 + (keys[0] - 28) % 12, playing, style, level)
    players.chords(score, at, beats, keys, playing, level)
    if adds:
        players.ornaments(score, at, beats, keys, playing, level)
    if (
        kind in ("full", "drop")
        and index % part.phrase_bars == 0
        and (index == 0 or style == "rock")
    ):
        score.drum(players.CRASH, at, 100)
    is_last = index == part.num_bars - 1
    if is_last and kind not in ("sparse", "break", "build") and style not in ("jazz", "acoustic"):
        players.fill(score, at, beats, level)
    if kind not in _LEAD_KINDS:
        return
    lead = 4 if kind == "solo" else players.LEAD
    for start, length, step in material.melody[index % part.phrase_bars]:
        note = key.note(degree + step, 1)
        score.play(lead, note, at + start, length, 100 * level)
    if spec.pickup_beats and index % part.phrase_bars == 0 and bar > 0:
        count = max(1, round(spec.pickup_beats * 2))
        for step in range(count):
            early = at - spec.pickup_beats + step / 2
            score.play(lead, key.note(step - count, 1), early, 0.5, 98 * level)
