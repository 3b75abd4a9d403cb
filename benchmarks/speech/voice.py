"""A synthetic voice (hibari, Apache-2.0) that says when it says each word.

Its network decides how many frames each phoneme lasts before it makes any sound. The sum of them
is a tensor inside the graph; here it is made an output, so that the words' times are exact in the
network's own terms (steps of 25 ms). They are late by a constant, which is measured without any
aligner: the network also says which frames are voiced, and over all of texts.py the voicing that
the phonemes promise agrees best with the one that is heard when they are taken
`TIMES_LATENESS_S` earlier. Next to a pause the sound itself shows where a word begins or ends:
there the edge of the silence is the truth.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VOICE_RATE_HZ = 24_000
TIMES_LATENESS_S = 0.0625
_FRAME_SAMPLES = 600
_ENDS_TENSOR = "/CumSum_output_0"
_GRAPH_FIELD, _OUTPUT_FIELD, _NAME_FIELD, _BYTES_WIRE = 7, 12, 1, 2
_NO_SOUND = frozenset('.,!?;:—…"“”ˈˌ')
# A stop is silent before it bursts: that silence is its own, unless it is longer than this.
_STOPS = frozenset("pbtdk\u0261ʧʤ")
_LONGEST_CLOSURE_S, _SHORTEST_PAUSE_S = 0.15, 0.04
_SEARCH_S = 0.15
_SILENCE_DB = -35.0  # below the loudest moment
_HOP = VOICE_RATE_HZ // 200

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is spoken, in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """Sound (float32 [n], `rate_hz`) with its words, and the words of each sentence."""

    samples: Samples
    rate_hz: int
    sentences: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for sentence in self.sentences for word in sentence)


def say(sentence: str, speed: float = 1.0, seed: int = 0) -> Spoken:
    """Speak one sentence; its words are those between its spaces."""
    voice, session = _voice()
    (phonemes,) = voice.phonemize(sentence)
    ids = np.asarray([voice.ids(phonemes)], np.int64)
    *parts, ends = session.run(None, {"ids": ids, "speed": np.asarray([speed], np.float32)})
    dsp: Any = importlib.import_module("hibari.dsp")

    random = np.random.default_rng(seed)
    sound = dsp.synth(*(part[0] for part in parts), random)
    times_s = np.concatenate([[0], ends]) * _FRAME_SAMPLES / VOICE_RATE_HZ - TIMES_LATENESS_S
    known = [symbol for symbol in phonemes if symbol in voice.vocab]
    groups = _groups(sentence.split(), known)
    starts = np.array([times_s[group[0] + 1] for group in groups])
    ends_s = np.array([times_s[group[-1] + 2] for group in groups])
    edges = [(known[group[0]], known[group[-1]]) for group in groups]
    for pause_start, pause_end in _pauses(sound):
        _settle(starts, ends_s, edges, pause_start, pause_end)
    words = [
        Word(text.strip(".,!?"), float(start), float(max(end, start + 0.02)))
        for text, start, end in zip(sentence.split(), starts, ends_s, strict=True)
    ]
    return Spoken(np.asarray(sound, np.float32), VOICE_RATE_HZ, (tuple(words),))


def _settle(
    starts: Floats, ends: Floats, edges: list[tuple[str, str]], pause_start: float, pause_end: float
) -> None:
    """Move the word edges that are nearest to a pause to the pause's own."""
    after = int(np.argmin(np.abs(starts - pause_end)))
    before = after - 1 if after else len(ends) - 1
    around = {edges[after][0], edges[after - 1][1]} if after else set()
    is_pause = pause_end - pause_start > _LONGEST_CLOSURE_S or not around & _STOPS
    if is_pause and abs(starts[after] - pause_end) < _SEARCH_S:
        starts[after] = pause_end
        if after:
            ends[before] = min(ends[before], pause_start)
    elif pause_start > starts[-1]:
        ends[-1] = pause_start


def _pauses(sound: Samples) -> Floats:
    """Silences as [n, 2] in seconds, those before and after all sound included."""
    count = len(sound) // _HOP
    power = np.mean(sound[: count * _HOP].reshape(count, _HOP).astype(np.float64) ** 2, axis=1)
    quiet = 10 * np.log10(power / power.max() + 1e-12) < _SILENCE_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet, [0]]).astype(int)))
    spans = edges.reshape(-1, 2) * _HOP / VOICE_RATE_HZ
    return np.asarray(spans[spans[:, 1] - spans[:, 0] >= _SHORTEST_PAUSE_S])


def _groups(texts: list[str], symbols: list[str]) -> list[list[int]]:
    """Which symbols each word has; a space belongs to none."""
    groups: list[list[int]] = [[]]
    for index, symbol in enumerate(symbols):
        if symbol == " ":
            groups.append([])
        elif symbol not in _NO_SOUND:
            groups[-1].append(index)
    groups = [group for group in groups if group]
    if len(groups) != len(texts):
        raise ValueError(f"expected {len(texts)} words, the voice says {''.join(symbols)!r}")
    return groups


@cache
def _voice() -> tuple[Any, Any]:
    import onnxruntime

    hibari: Any = importlib.import_module("hibari")

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = _with_output(_model_path().read_bytes(), _ENDS_TENSOR)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return hibari.Hibari(), session


def _model_path() -> Path:
    found = importlib.util.find_spec("hibari")
    if found is None or found.origin is None:
        raise SystemExit("hibari-tts is not installed; make setup-models installs it")
    return Path(found.origin).parent / "assets" / "hibari.onnx"


def _with_output(model: bytes, name: str) -> bytes:
    """An ONNX model (a protobuf message) with one more tensor among its graph's outputs."""
    parts, at = [], 0
    while at < len(model):
        start = at
        tag, at = _read_varint(model, at)
        if tag & 7 != _BYTES_WIRE:
            _, at = _read_varint(model, at)
            parts.append(model[start:at])
            continue
        length, at = _read_varint(model, at)
        body, at = model[at : at + length], at + length
        if tag >> 3 == _GRAPH_FIELD:
            body += _field(_OUTPUT_FIELD, _field(_NAME_FIELD, name.encode()))
        parts.append(_field(tag >> 3, body))
    return b"".join(parts)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES_WIRE) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    groups = []
    while value > 127:
        groups.append(value & 127 | 128)
        value >>= 7
    return bytes([*groups, value])


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at
