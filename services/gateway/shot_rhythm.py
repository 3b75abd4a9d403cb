"""How a film is paced: lengths of its shots, section by section. Pure functions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any

from services.gateway.music import Music
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from shared.timeline import Timeline
from shared.timing import sample_at_frame

_DECIMALS = 6
_MIN_SHOTS_IN_A_ROW = 3  # two shots are one pair: that is no tendency


def section_documents(timeline: Timeline, sync_map: SyncMap | None) -> list[dict[str, Any]]:
    """The "sections" of report.json: what the song's sections are cut like, in film order.

    A shot belongs to the section that its middle plays; sections that no shot belongs to are left
    out. A film without sections (or without sound) is one section without a label.
    """
    start = timeline.sound.start_sample if timeline.sound else 0
    heard = sync_map if timeline.sound else None
    music = Music(heard, start, timeline.frame_rate)
    spans = [
        (section.label, music.frame(section.start_sample), music.frame(section.end_sample))
        for section in (heard.sections if heard else ())
    ]
    if not spans:
        spans = [("", 0, timeline.frame_count)]
    documents = []
    for label, first, last in spans:
        edges = _edges_inside(timeline, first, last)
        if len(edges) > 1:
            documents.append(_document(label or None, edges, timeline, music))
    return documents


def spread(lengths: Sequence[float]) -> float | None:
    """Standard deviation of lengths over their mean: 0 for a metronome; None for one shot."""
    return pstdev(lengths) / fmean(lengths) if len(lengths) > 1 else None


def lag1_autocorrelation(lengths: Sequence[float]) -> float | None:
    """How alike neighbours are, -1..1: above 0 short shots follow short ones, below 0 long ones.

    None for fewer than three shots and for equal ones.
    """
    if len(lengths) < _MIN_SHOTS_IN_A_ROW:
        return None
    mean = fmean(lengths)
    variance = sum((length - mean) ** 2 for length in lengths)
    if variance == 0.0:
        return None
    return sum((one - mean) * (other - mean) for one, other in pairwise(lengths)) / variance


def _edges_inside(timeline: Timeline, first: int, last: int) -> list[int]:
    """First frames of the shots whose middle lies in a span, and the end of the last of them."""
    edges: list[int] = []
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        if first <= start + shot.frames / 2 < last:
            edges = [*(edges or [start]), start + shot.frames]
    return edges


def _document(
    label: str | None, edges: Sequence[int], timeline: Timeline, music: Music
) -> dict[str, Any]:
    rate = timeline.frame_rate
    seconds = [float((end - start) / rate) for start, end in pairwise(edges)]
    beats = _beats_between(edges[0], edges[-1], music)
    return {
        "label": label,
        "start_frame": edges[0],
        "end_frame": edges[-1],
        "shots": len(seconds),
        "mean_seconds": _rounded(fmean(seconds)),
        "mean_beats": None if beats is None else _rounded(beats / len(seconds)),
        "spread": _rounded(spread(seconds)),
        "lag1_autocorrelation": _rounded(lag1_autocorrelation(seconds)),
    }


def _beats_between(first_frame: int, last_frame: int, music: Music) -> float | None:
    """Beats between two film frames, in parts too; None without two beats."""
    beats = [beat.sample for beat in music.sync_map.beats] if music.sync_map else []
    if len(beats) < 2:
        return None
    places = []
    for frame in (first_frame, last_frame):
        sample = music.start_sample + sample_at_frame(frame, SAMPLE_RATE_HZ, music.frame_rate)
        # Beyond the first and the last beat the tempo goes on.
        left = min(max(bisect_right(beats, sample) - 1, 0), len(beats) - 2)
        places.append(left + (sample - beats[left]) / (beats[left + 1] - beats[left]))
    return places[1] - places[0]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
