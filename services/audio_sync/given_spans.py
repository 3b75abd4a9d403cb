"""Stretches of a song that are given, joined so that no join clicks or loses an attack."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.seams import seam
from shared.errors import InvalidInput
from shared.music_edit import Join
from shared.sync_map import SAMPLE_RATE_HZ, Span

Samples = NDArray[np.float32]

_MAX_SPANS = 1_000
_AROUND = SAMPLE_RATE_HZ // 2
_WINDOW = SAMPLE_RATE_HZ // 50  # 20 ms


def check_spans(spans: Sequence[Span], target_samples: int) -> None:
    """Raises `InvalidInput` for spans that are empty, too many, or not `target_samples` long."""
    lengths = [span.end_sample - span.start_sample for span in spans]
    if (
        len(spans) > _MAX_SPANS
        or min(lengths) < 1
        or min(span.start_sample for span in spans) < 0
        or sum(lengths) != target_samples
    ):
        raise InvalidInput(
            f"{len(spans)} spans of {sum(lengths)} samples cannot be joined; expected 1 to "
            f"{_MAX_SPANS}, none of them empty, of {target_samples} samples in all"
        )


def given_spans(
    samples: Samples, spans: Sequence[Span]
) -> tuple[tuple[Span, ...], tuple[Join, ...]]:
    """The spans as they are played, and their joins; the length in all is what was given.

    `samples` is [num_samples, channels] at 48 kHz. A join lies 6 to 30 ms before the given one,
    where it is quietest, on both sides; what is entered is shifted by up to 8 ms if attacks then
    fall together, and no shift adds to another. Raises `InvalidInput` for spans beyond the song.
    """
    if max(span.end_sample for span in spans) > len(samples):
        raise InvalidInput(
            f"a span ends at sample {max(span.end_sample for span in spans)}; the song has "
            f"{len(samples)}"
        )
    played: list[Span] = []
    joins: list[Join] = []
    start, at, edge = spans[0].start_sample, 0, 0
    for before, after in pairwise(spans):
        edge += before.end_sample - before.start_sample
        leave, enter = seam(samples, start + edge - at, after.start_sample)
        if leave <= start:  # a stretch shorter than the fade before it
            leave, enter = start + edge - at, after.start_sample
        played.append(Span(start, leave))
        at += leave - start
        joins.append(Join(at, leave, enter, _likeness(samples, leave, enter)))
        start = enter
    total = edge + spans[-1].end_sample - spans[-1].start_sample
    end = min(start + total - at, len(samples))
    # A shift at the song's very end is made up for at its start.
    played.append(Span(end - (total - at), end))
    return tuple(played), tuple(joins)


def _likeness(samples: Samples, leave: int, enter: int) -> float:
    """How alike the loudness around both places is, 0..1."""
    one, other = _loudness(samples, leave), _loudness(samples, enter)
    size = min(len(one), len(other))
    if size < 2:
        return 0.0
    one, other = one[:size] - one[:size].mean(), other[:size] - other[:size].mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return round(max(0.0, float((one * other).sum()) / scale), 4) if scale > 1e-12 else 0.0


def _loudness(samples: Samples, at: int) -> NDArray[np.float64]:
    part = np.abs(samples[at : at + _AROUND]).mean(axis=1, dtype=np.float64)
    return np.asarray(part[: len(part) // _WINDOW * _WINDOW].reshape(-1, _WINDOW).mean(axis=1))
