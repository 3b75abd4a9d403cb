"""The table of the form benchmark: songs rendered here, most of them held out.

Heard three ways: with the true beats (what form itself can do), with half of the downbeats wrong
or missing, and with the beats of the analysis (what a user gets).
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.form.compose import compose
from benchmarks.form.measure import Scores, measure
from benchmarks.form.specs import DEVELOPMENT, HELD_OUT, UNSEEN, Spec
from benchmarks.form.truth import FormSong
from services.audio_sync.analyze import analyze
from services.audio_sync.drum_bands import with_bands
from services.audio_sync.energy import energy_curve
from services.audio_sync.form import Form, find_form
from services.audio_sync.onsets import find_onsets
from services.audio_sync.rises import rise_curve, to_analysis_rate
from services.audio_sync.spectra import spectra
from services.audio_sync.swing import find_swing
from shared.sync_map import SAMPLE_RATE_HZ

_COLUMNS = (
    ("phrases", "phrases F, 1 beat"),
    ("sections_05", "sections F, 0.5 s"),
    ("sections_3", "sections F, 3 s"),
    ("labels", "labels F"),
    ("builds", "builds F"),
    ("drops", "drops F"),
    ("breaks", "breaks F"),
    ("pickups", "pick-ups"),
    ("bands", "drum bands"),
    ("swing_error", "swing error"),
)


def table() -> str:
    """Markdown of the mean scores of both halves, and what form costs."""
    rows, costs = [], []
    for half, specs in (("development", DEVELOPMENT), ("held out", HELD_OUT), ("unseen", UNSEEN)):
        by_way: dict[str, list[Scores]] = {}
        for spec in specs:
            scores, cost = _hear(spec)
            costs.append(cost)
            for way, score in scores.items():
                by_way.setdefault(way, []).append(score)
        rows += [_row(f"{half}, {way}", found) for way, found in by_way.items()]
    head = "| songs | " + " | ".join(title for _, title in _COLUMNS) + " |"
    lines = ["## Form", "", head, "|---" * (len(_COLUMNS) + 1) + "|", *rows, ""]
    lines.append(
        f"{len(costs)} songs; form, bands and swing cost "
        f"{np.mean(costs):.2f} CPU-s per minute of music beyond beats."
    )
    return "\n".join(lines) + "\n"


def _hear(spec: Spec) -> tuple[dict[str, Scores], float]:
    song = compose(spec)
    size = len(song.samples)
    energy = energy_curve(song.samples)
    signal = to_analysis_rate(song.samples.mean(axis=1))
    onsets = find_onsets(rise_curve(signal), size)
    before = time.process_time()
    heard = spectra(signal)
    named = with_bands(onsets, heard.hits_db, size)
    swing = find_swing(named, song.beats)
    form = find_form(heard, song.beats, song.downbeats, energy, size)
    cost = (time.process_time() - before) / (size / SAMPLE_RATE_HZ / 60)
    random = np.random.default_rng(spec.seed)
    broken = find_form(heard, song.beats, spoilt(song, random), energy, size)
    scores = {
        "true beats": measure(song, form, named, swing),
        "a third of the downbeats wrong": measure(song, broken, named, swing),
        "heard beats": _analysed(song),
    }
    return scores, cost


def _analysed(song: FormSong) -> Scores:
    found = analyze(song.samples, SAMPLE_RATE_HZ)
    form = Form(found.phrases, found.sections, found.builds, found.drops, found.breaks)
    return measure(song, form, found.onsets, found.swing)


def spoilt(song: FormSong, random: np.random.Generator) -> tuple[int, ...]:
    """Downbeats of which a third are a beat or two off, and a tenth missing."""
    beats = np.array(song.beats)
    index = np.flatnonzero(np.isin(beats, song.downbeats))
    wrong = random.random(len(index)) < 1 / 3
    shifts = np.where(wrong, random.integers(1, song.beats_per_bar, len(index)), 0)
    kept = random.random(len(index)) > 0.1
    moved: NDArray[np.int64] = np.clip(index + shifts, 0, len(beats) - 1)[kept]
    return tuple(int(sample) for sample in np.unique(beats[moved]))


def _row(name: str, found: Sequence[Scores]) -> str:
    cells = []
    for field, _ in _COLUMNS:
        values = [dataclasses.asdict(scores)[field] for scores in found]
        known = [value for value in values if value is not None]
        digits = 3 if field == "swing_error" else 2
        cells.append(f"{np.mean(known):.{digits}f}" if known else "–")
    return f"| {name} | " + " | ".join(cells) + " |"
