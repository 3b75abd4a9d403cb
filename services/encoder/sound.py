"""The encoder "audio.kind": how loud a sound is, and whether it is speech, music or neither.

Speech is what Silero's voice activity network hears; music see `music.py`. A song that is sung
may be both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.encoder.loudness import RATE_HZ, integrated_loudness, momentary_loudness
from services.encoder.music import VOICE_RATE_HZ, music_likelihood, per_second
from shared.condition import Scalar, Tensors
from shared.media.audio import decode_audio, mono_mix
from shared.media.probe import probe
from shared.weights import find_weights

Floats = NDArray[np.float32]

_VOICE_SAMPLES, _VOICE_CONTEXT = 512, 64  # 32 ms, and what it sees of the 32 ms before
_PIECE_WINDOWS = 4000  # two minutes
_SILENT_LEVEL = 1e-4  # -80 dBFS
_IS_ON = 0.5
_MIN_SHARE = 0.3  # of the sounding seconds that make a whole speech, or music


def encode_sound(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `SoundKind`; raises `InvalidInput`, `WeightsUnavailable`."""
    _voice_network()  # missing weights are said before the long part
    progress(0.0)
    # One channel stays one: made two, each would be 3 dB lower.
    samples = decode_audio(path, RATE_HZ, 1 if probe(path).audio_channels == 1 else 2)
    progress(0.4)
    momentary = momentary_loudness(samples)
    peak = float(np.abs(samples).max(initial=0.0))
    duration_seconds = len(samples) / RATE_HZ
    mono = _to_voice_rate(mono_mix(samples))
    del samples
    progress(0.6)
    num_seconds = max(1, round(duration_seconds))
    is_sounding = _levels(mono, num_seconds) > _SILENT_LEVEL
    speech = np.where(is_sounding, hear_voice(mono, num_seconds), 0)
    progress(0.8)
    music = np.where(is_sounding, music_likelihood(mono, num_seconds), 0)
    shares = [float((part > _IS_ON).mean()) for part in (speech, music)]
    sounding = [
        float((part[is_sounding] > _IS_ON).mean()) if is_sounding.any() else 0.0
        for part in (speech, music)
    ]
    values: dict[str, Scalar] = {
        "duration_seconds": duration_seconds,
        "loudness_lufs": integrated_loudness(momentary),
        "peak_dbfs": 20 * float(np.log10(peak)) if peak > 0 else None,
        "kind": _kind(sounding[0], sounding[1], is_silent=not is_sounding.any()),
        "speech_share": shares[0],
        "music_share": shares[1],
    }
    tensors: Tensors = {
        "momentary_lufs": momentary,
        "speech": speech.astype(np.float32),
        "music": music.astype(np.float32),
    }
    return values, tensors


def _kind(speech_share: float, music_share: float, *, is_silent: bool) -> str:
    if is_silent:
        return "silence"
    parts = [
        name
        for name, share in (("speech", speech_share), ("music", music_share))
        if share >= _MIN_SHARE
    ]
    return " and ".join(parts) or "other"


def _to_voice_rate(mono: Floats) -> Floats:
    from scipy.signal import resample_poly

    return np.asarray(resample_poly(mono, 1, RATE_HZ // VOICE_RATE_HZ), np.float32)


@cache
def _voice_network() -> Any:
    import onnxruntime

    (path,) = find_weights("silero-vad").values()
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def hear_voice(mono: Floats, num_seconds: int) -> Floats:
    """Likelihood of a voice in each second, 0..1: float32 [num_seconds]; `mono` at 16 kHz."""
    padded = np.pad(mono, (_VOICE_CONTEXT, -len(mono) % _VOICE_SAMPLES))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _VOICE_SAMPLES + _VOICE_CONTEXT)
    windows = windows[::_VOICE_SAMPLES]
    first = second = np.zeros((1, 1, 128), np.float32)
    parts = []
    for start in range(0, len(windows), _PIECE_WINDOWS):
        piece = np.ascontiguousarray(windows[start : start + _PIECE_WINDOWS])
        found, first, second = _voice_network().run(None, {"input": piece, "h": first, "c": second})
        parts.append(np.asarray(found, np.float32).ravel())
    return per_second(np.concatenate(parts), num_seconds)


def _levels(mono: Floats, num_seconds: int) -> Floats:
    return np.sqrt(per_second(np.square(mono), num_seconds))
