"""What the planner does with songs whose form is known: `python -m benchmarks cuts`.

The songs are those of the form benchmark, rendered; beats, bars, phrases, sections, builds, drops
and breaks are the true ones, energy is measured from the sound, and words of random lengths lie
over every verse. So the first table measures the grammar of the cuts, not the ears before it; the
second one measures both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import fmean
from time import process_time

import numpy as np

from benchmarks import cut_hearing
from benchmarks.form.compose import compose
from benchmarks.form.specs import SPECS
from benchmarks.form.truth import FormSong
from services.audio_sync.cuts import plan
from services.audio_sync.energy import energy_curve
from services.gateway.shot_rhythm import lag1_autocorrelation, spread
from shared.brief import Pacing
from shared.requests import PlanCutsRequest
from shared.sync_map import (
    SAMPLE_RATE_HZ,
    Beat,
    CutEvent,
    CutPlan,
    Onset,
    Section,
    Span,
    SpokenText,
    SyncMap,
)
from shared.timing import frame_at_sample

_RATE = Fraction(30000, 1001)
_FLOOR = Fraction(3, 10)
_DOWNBEATS = {CutEvent.DOWNBEAT, CutEvent.PHRASE, CutEvent.SECTION, CutEvent.DROP}
_LONG_SECONDS = 600


@dataclass
class _Tally:
    """What was counted for one pacing over all songs."""

    events: list[CutEvent] = field(default_factory=list)
    phrase_starts: list[bool] = field(default_factory=list)
    section_starts: list[bool] = field(default_factory=list)
    drops: list[bool] = field(default_factory=list)
    longest_run: int = 0
    short_shots: int = 0
    words_cut: int = 0
    loud_beats: list[float] = field(default_factory=list)
    quiet_beats: list[float] = field(default_factory=list)
    spreads: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)


def table() -> str:
    """The tables in Markdown."""
    maps = [_heard(compose(spec)) for spec in SPECS]
    lines = [
        "## Cuts: the grammar, on songs of known form",
        "",
        f"{len(maps)} songs, whole, {_RATE} frames a second; true form, words over the verses. "
        "Downbeats are a share of all cuts; phrases, sections and drops are of those in the songs "
        "that begin outside a word; runs are equal lengths in a row, short shots below 0.3 s, both "
        "outside builds; beats are means in sections of the louder and the quieter half.",
        "",
        "| pacing | cuts | on downbeats | phrases cut | sections cut | drops hit | longest run "
        "| short shots | words cut | beats, loud / quiet | spread | lag 1 |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for pacing in Pacing:
        tally = _Tally()
        for heard in maps:
            _count(heard, _planned(heard, pacing), tally)
        lines.append(_row(pacing, tally))
    lines += ["", *cut_hearing.lines(), "", *_speed_lines(maps)]
    return "\n".join(lines) + "\n"


def _planned(heard: SyncMap, pacing: Pacing) -> CutPlan:
    frames = frame_at_sample(heard.duration_samples, SAMPLE_RATE_HZ, _RATE)
    return plan(heard, PlanCutsRequest(None, pacing, _RATE, 0, frames))


def _heard(song: FormSong) -> SyncMap:
    """The song as perfect ears hear it, with words over its verses."""
    energy = tuple(float(value) for value in energy_curve(song.samples))
    downbeats = set(song.downbeats)
    beats = tuple(Beat(sample, 1.0 if sample in downbeats else 0.6) for sample in song.beats)
    return SyncMap(
        duration_samples=len(song.samples),
        peak=float(np.abs(song.samples).max()),
        tempo_bpm=60.0 * SAMPLE_RATE_HZ / float(np.median(np.diff(song.beats))),
        beat_confidence=1.0,
        beats=beats,
        onsets=tuple(Onset(hit.sample, 0.6, hit.band) for hit in song.hits),
        energy=energy,
        downbeats=song.downbeats,
        downbeat_confidence=1.0,
        beats_per_bar=song.beats_per_bar,
        beat_division=2,
        swing=song.swing,
        phrases=song.phrases,
        sections=song.sections,
        builds=song.builds,
        drops=song.drops,
        breaks=song.breaks,
        words=tuple(_words(song.sections)),
    )


def _words(sections: tuple[Section, ...]) -> Iterator[SpokenText]:
    random = np.random.default_rng(4)
    for section in sections:
        at = section.start_sample + SAMPLE_RATE_HZ // 4
        while section.label == "verse" and at < section.end_sample - SAMPLE_RATE_HZ:
            length = int(SAMPLE_RATE_HZ * random.uniform(0.12, 0.6))
            yield SpokenText("la", at, at + length)
            at += length + int(SAMPLE_RATE_HZ * random.choice([0.0, 0.05, 0.6]))


def _count(heard: SyncMap, found: CutPlan, tally: _Tally) -> None:
    tally.events += [cut.event for cut in found.cuts]
    cut_samples = {cut.sample for cut in found.cuts}
    for starts, counted in (
        (heard.phrases[1:], tally.phrase_starts),
        (heard.sections[1:], tally.section_starts),
    ):
        samples = [item.start_sample for item in starts]
        counted += [at in cut_samples for at in samples if not _is_in_word(at, heard)]
    tally.drops += [drop in cut_samples for drop in heard.drops]
    edges = [0, *(cut.frame for cut in found.cuts), found.frame_count]
    outside = [not _is_in_build(start, heard) for start in edges[:-1]]
    shots = list(zip(pairwise(edges), outside, strict=True))
    tally.short_shots += sum(is_out and (b - a) / _RATE < _FLOOR for (a, b), is_out in shots)
    tally.longest_run = max(tally.longest_run, _longest_run(heard, found))
    tally.words_cut += sum(_cuts_word(frame, heard) for frame in edges[1:-1])
    lengths = [float((b - a) / _RATE) for a, b in pairwise(edges)]
    tally.spreads.append(spread(lengths) or 0.0)
    tally.lags.append(lag1_autocorrelation(lengths) or 0.0)
    _count_sections(heard, edges, tally)


def _count_sections(heard: SyncMap, edges: list[int], tally: _Tally) -> None:
    means = {section: _energy(heard, section) for section in heard.sections}
    middle = float(np.median(list(means.values())))
    beat = 60.0 / (heard.tempo_bpm or 60.0)
    for section in heard.sections:
        first, last = (_frame(sample) for sample in (section.start_sample, section.end_sample))
        inside = [b - a for a, b in pairwise(edges) if first <= (a + b) / 2 < last]
        is_arc = any(section.start_sample == span.start_sample for span in heard.builds)
        if inside and not is_arc:
            side = tally.loud_beats if means[section] > middle else tally.quiet_beats
            side += [float(frames / _RATE) / beat for frames in inside]


def _energy(heard: SyncMap, section: Section) -> float:
    first, last = (at * 100 // SAMPLE_RATE_HZ for at in (section.start_sample, section.end_sample))
    return fmean(heard.energy[first:last])


def _longest_run(heard: SyncMap, found: CutPlan) -> int:
    """Equal lengths in a row, in beats of the true grid."""
    place = {beat.sample: index for index, beat in enumerate(heard.beats)}
    places = [place.get(cut.sample or -1) for cut in found.cuts]
    lengths = [
        None if a is None or b is None or _is_in_build(cut.frame, heard) else b - a
        for cut, (a, b) in zip(found.cuts, pairwise(places), strict=False)
    ]
    return max((len(list(run)) for value, run in groupby(lengths) if value is not None), default=0)


def _is_in_build(frame: int, heard: SyncMap) -> bool:
    return any(_is_inside(frame, span) for span in heard.builds)


def _is_inside(frame: int, span: Span) -> bool:
    return _frame(span.start_sample) <= frame < _frame(span.end_sample)


def _frame(sample: int) -> int:
    return frame_at_sample(sample, SAMPLE_RATE_HZ, _RATE)


def _is_in_word(sample: int, heard: SyncMap) -> bool:
    return any(word.start_sample < sample < word.end_sample for word in heard.words)


def _cuts_word(frame: int, heard: SyncMap) -> bool:
    """Whether a cut is more than half a frame inside a word."""
    half, time = Fraction(1, 2) / _RATE, frame / _RATE
    return any(
        Fraction(word.start_sample, SAMPLE_RATE_HZ) + half
        < time
        < Fraction(word.end_sample, SAMPLE_RATE_HZ) - half
        for word in heard.words
    )


def _row(pacing: Pacing, tally: _Tally) -> str:
    share = {event: tally.events.count(event) / len(tally.events) for event in CutEvent}
    on_downbeat = sum(share[event] for event in _DOWNBEATS)
    cells = (
        pacing,
        len(tally.events),
        f"{on_downbeat:.2f}",
        f"{sum(tally.phrase_starts)} of {len(tally.phrase_starts)}",
        f"{sum(tally.section_starts)} of {len(tally.section_starts)}",
        f"{sum(tally.drops)} of {len(tally.drops)}",
        tally.longest_run,
        tally.short_shots,
        tally.words_cut,
        f"{fmean(tally.loud_beats):.1f} / {fmean(tally.quiet_beats):.1f}",
        f"{fmean(tally.spreads):.2f}",
        f"{fmean(tally.lags):+.2f}",
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _speed_lines(maps: list[SyncMap]) -> Iterator[str]:
    """CPU seconds to plan ten minutes, made of one song again and again."""
    heard = _repeated(max(maps, key=lambda item: item.tempo_bpm or 0.0), _LONG_SECONDS)
    yield f"Ten minutes at {heard.tempo_bpm:.0f} BPM, CPU seconds:"
    yield ""
    yield "| " + " | ".join(Pacing) + " |"
    yield "|" + "---|" * len(Pacing)
    seconds = []
    for pacing in Pacing:
        started = process_time()
        _planned(heard, pacing)
        seconds.append(process_time() - started)
    yield "| " + " | ".join(f"{value:.2f}" for value in seconds) + " |"


def _repeated(heard: SyncMap, seconds: int) -> SyncMap:
    from dataclasses import replace

    length = heard.duration_samples
    shifts = [number * length for number in range(-(-seconds * SAMPLE_RATE_HZ // length))]
    return replace(
        heard,
        duration_samples=length * len(shifts),
        beats=tuple(Beat(b.sample + by, b.strength) for by in shifts for b in heard.beats),
        downbeats=tuple(sample + by for by in shifts for sample in heard.downbeats),
        energy=heard.energy * len(shifts),
        words=(),
    )
