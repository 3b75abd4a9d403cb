"""How well form was heard: F-measures of mir_eval and plain shares, for one song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.form.truth import FormSong
from services.audio_sync.form import Form
from shared.sync_map import SAMPLE_RATE_HZ, Band, Onset, Phrase, Section, Span

_BAND_REACH = 0.030 * SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Scores:
    """F-measures 0..1; None where the song has nothing of the kind.

    `phrases` within a beat; `sections_05` and `sections_3` within 0.5 and 3 s, `labels` pairwise;
    `builds`, `breaks` by overlap of half, `drops` within a beat; `pickups`: share of phrases with
    their pick-up right to an eighth; `bands`: share of drum hits heard as the drum they are.
    """

    phrases: float
    sections_05: float
    sections_3: float
    labels: float
    builds: float | None
    drops: float | None
    breaks: float | None
    pickups: float
    bands: float
    swing_error: float | None


def measure(song: FormSong, form: Form, onsets: Sequence[Onset], swing: float | None) -> Scores:
    """Compare what was heard with the truth."""
    beat = float(np.median(np.diff(song.beats)))
    sections_05, sections_3, labels = _sections(song.sections, form.sections)
    return Scores(
        phrases=_events(_starts(song.phrases), _starts(form.phrases), beat),
        sections_05=sections_05,
        sections_3=sections_3,
        labels=labels,
        builds=_spans(song.builds, form.builds),
        drops=_events(song.drops, form.drops, beat) if song.drops or form.drops else None,
        breaks=_spans(song.breaks, form.breaks),
        pickups=_pickups(song.phrases, form.phrases, beat),
        bands=_bands(song, onsets),
        swing_error=None if swing is None else abs(swing - song.swing),
    )


def _starts(phrases: Sequence[Phrase]) -> list[int]:
    return [phrase.start_sample for phrase in phrases]


def _events(true: Sequence[int], found: Sequence[int], reach: float) -> float:
    import mir_eval

    if not true or not found:
        return 0.0
    matched = mir_eval.util.match_events(np.array(true), np.array(found), reach)
    return 2.0 * len(matched) / (len(true) + len(found))


def _sections(true: Sequence[Section], found: Sequence[Section]) -> tuple[float, float, float]:
    import mir_eval

    if not found:
        return 0.0, 0.0, 0.0
    reference, names = _intervals(true), [section.label for section in true]
    estimate, labels = mir_eval.util.adjust_intervals(
        _intervals(found), [section.label for section in found], reference.min(), reference.max()
    )
    shift = reference.min()
    reference, estimate = reference - shift, estimate - shift
    detect = mir_eval.segment.detection
    return (
        float(detect(reference, estimate, window=0.5, trim=True)[2]),
        float(detect(reference, estimate, window=3.0, trim=True)[2]),
        float(mir_eval.segment.pairwise(reference, names, estimate, labels)[2]),
    )


def _intervals(sections: Sequence[Section]) -> NDArray[np.float64]:
    pairs = [(section.start_sample, section.end_sample) for section in sections]
    return np.array(pairs) / SAMPLE_RATE_HZ


def _spans(true: Sequence[Span], found: Sequence[Span]) -> float | None:
    if not true and not found:
        return None
    matched = sum(any(_overlap(one, other) >= 0.5 for other in found) for one in true)
    return 2.0 * matched / (len(true) + len(found))


def _overlap(one: Span, other: Span) -> float:
    """Intersection over union."""
    both = min(one.end_sample, other.end_sample) - max(one.start_sample, other.start_sample)
    union = max(one.end_sample, other.end_sample) - min(one.start_sample, other.start_sample)
    return max(0, both) / union


def _pickups(true: Sequence[Phrase], found: Sequence[Phrase], beat: float) -> float:
    right = sum(
        any(
            abs(phrase.start_sample - other.start_sample) <= beat
            and abs(phrase.pickup_samples - other.pickup_samples) <= beat / 4
            for other in found
        )
        for phrase in true
    )
    return right / len(true)


def _bands(song: FormSong, onsets: Sequence[Onset]) -> float:
    """A hat that sounds with another drum is that drum; kick with snare may be either."""
    groups: list[tuple[int, set[Band]]] = []
    for hit in song.hits:
        if groups and hit.sample - groups[-1][0] < _BAND_REACH:
            groups[-1][1].add(hit.band)
        else:
            groups.append((hit.sample, {hit.band}))
    if not onsets:
        return 0.0
    times = np.array([onset.sample for onset in onsets])
    right = 0
    for sample, bands in groups:
        nearest = int(np.argmin(np.abs(times - sample)))
        wanted = bands - {Band.HAT} or bands
        is_near = abs(int(times[nearest]) - sample) <= _BAND_REACH
        right += is_near and onsets[nearest].band in wanted
    return right / len(groups)
