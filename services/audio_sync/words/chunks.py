"""Cutting speech into chunks that a recogniser takes: at pauses, else where a voice is least."""

from __future__ import annotations

import numpy as np

from services.audio_sync.words.activity import WINDOW_SAMPLES, Floats
from services.audio_sync.words.clock import VOICE_RATE_HZ
from services.audio_sync.words.recognizer import MAX_CHUNK_S
from shared.sync_map import Span

# A longer silence inside a chunk makes whisper invent text.
_MAX_PAUSE_S = 3.0
_MARGIN_S = 0.3
_MAX_SAMPLES = round((MAX_CHUNK_S - 2 * _MARGIN_S) * VOICE_RATE_HZ)
# A stretch without pauses is cut in its last half: early cuts would make many small chunks.
_EARLIEST_CUT = _MAX_SAMPLES // 2


def chunks_of(spans: tuple[Span, ...], likelihood: Floats, num_samples: int) -> tuple[Span, ...]:
    """Chunks of at most `MAX_CHUNK_S` that hold all speech, in 16 kHz samples, in order.

    `likelihood` is of a voice in each window. Chunks do not overlap by more than their margins.
    """
    pieces = [piece for span in spans for piece in _pieces(span, likelihood)]
    joined: list[list[int]] = []
    for start, end in pieces:
        if (
            joined
            and start - joined[-1][1] <= _MAX_PAUSE_S * VOICE_RATE_HZ
            and end - joined[-1][0] <= _MAX_SAMPLES
        ):
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return tuple(_with_margins(joined, index, num_samples) for index in range(len(joined)))


def _pieces(span: Span, likelihood: Floats) -> list[tuple[int, int]]:
    pieces, start = [], span.start_sample
    while span.end_sample - start > _MAX_SAMPLES:
        first = (start + _EARLIEST_CUT) // WINDOW_SAMPLES
        last = (start + _MAX_SAMPLES) // WINDOW_SAMPLES
        quietest = first + int(np.argmin(likelihood[first:last]))
        cut = quietest * WINDOW_SAMPLES + WINDOW_SAMPLES // 2
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, span.end_sample)]


def _with_margins(joined: list[list[int]], index: int, num_samples: int) -> Span:
    """A chunk with some of the silence around it, never reaching into its neighbours' speech."""
    margin = round(_MARGIN_S * VOICE_RATE_HZ)
    start, end = joined[index]
    floor = joined[index - 1][1] if index else 0
    ceiling = joined[index + 1][0] if index + 1 < len(joined) else num_samples
    return Span(max(floor, start - margin), min(ceiling, end + margin))
