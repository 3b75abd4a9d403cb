"""Where somebody speaks: silero's network (MIT), from the file that faster-whisper ships.

The network answers, for each 32 ms, how likely it is that there is a voice. It is run a minute at
a time, so that it can be cancelled and never holds more than that.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples, Tick
from services.audio_sync.words.weights import VOICE_ACTIVITY, read_weights
from shared.sync_map import Span

WINDOW_SAMPLES = 512
_CONTEXT_SAMPLES = 64
_STATE_SIZE = 128
_WINDOWS_PER_PASS = 60 * VOICE_RATE_HZ // WINDOW_SAMPLES
# Speech begins above the first and ends below the second (silero's own hysteresis).
_BEGINS_AT, _ENDS_AT = 0.5, 0.35
_MIN_SPEECH_S = 0.25
_MIN_PAUSE_S = 0.3
_PADDING_S = 0.1

Floats = NDArray[np.float32]


def speech_likelihood(voice_16k: Samples, tick: Tick = lambda: None) -> Floats:
    """How likely a voice is in each window of `WINDOW_SAMPLES`: float32 [ceil(n / 512)], 0..1."""
    if not len(voice_16k):
        return np.zeros(0, np.float32)
    session = _session()
    count = -(-len(voice_16k) // WINDOW_SAMPLES)
    padded = np.zeros(_CONTEXT_SAMPLES + count * WINDOW_SAMPLES, np.float32)
    padded[_CONTEXT_SAMPLES : _CONTEXT_SAMPLES + len(voice_16k)] = voice_16k
    width = _CONTEXT_SAMPLES + WINDOW_SAMPLES
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)[::WINDOW_SAMPLES]
    states = [np.zeros((1, 1, _STATE_SIZE), np.float32)] * 2
    parts = []
    for first in range(0, count, _WINDOWS_PER_PASS):
        tick()
        block = np.ascontiguousarray(windows[first : first + _WINDOWS_PER_PASS])
        output, *states = session.run(None, {"input": block, "h": states[0], "c": states[1]})
        parts.append(np.asarray(output, np.float32).reshape(-1))
    return np.concatenate(parts)


def speech_spans(likelihood: Floats, num_samples: int) -> tuple[Span, ...]:
    """Stretches of speech in 16 kHz samples, in order, apart by at least a short pause."""
    found: list[list[int]] = []
    is_on = False
    for index, value in enumerate(likelihood):
        if not is_on and value >= _BEGINS_AT:
            is_on = True
            found.append([index * WINDOW_SAMPLES, num_samples])
        elif is_on and value < _ENDS_AT:
            is_on = False
            found[-1][1] = index * WINDOW_SAMPLES
    return _tidied(found, num_samples)


def _tidied(found: list[list[int]], num_samples: int) -> tuple[Span, ...]:
    joined: list[list[int]] = []
    for start, end in found:
        if joined and start - joined[-1][1] < _MIN_PAUSE_S * VOICE_RATE_HZ:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    padding = round(_PADDING_S * VOICE_RATE_HZ)
    return tuple(
        Span(max(0, start - padding), min(num_samples, end + padding))
        for start, end in joined
        if end - start >= _MIN_SPEECH_S * VOICE_RATE_HZ
    )


@cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena would keep a minute's memory for ever
    options.log_severity_level = 4
    files = read_weights(VOICE_ACTIVITY)
    return onnxruntime.InferenceSession(
        files["silero_vad_v6.onnx"], options, providers=["CPUExecutionProvider"]
    )
