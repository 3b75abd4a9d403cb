"""hibari with the times of its words: the durations that its network gives to phonemes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput, Unavailable
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText

if TYPE_CHECKING:
    from hibari import Hibari

_VOICE_RATE_HZ = 24_000
_SEED = 0
# What its phonemes promise is heard this much earlier: benchmarks/speech/voice.py measures it by
# the voicing that the network gives for each frame.
_LATENESS_SAMPLES = SAMPLE_RATE_HZ // 16
_MAX_PHONEMES = 400  # as many as the network has learned to say in one breath
# Durations are inside the graph, between its two parts; as another output they come out.
_DURATIONS = "/Clip_output_0"
_NOT_SPOKEN = frozenset(' ;:,.!?—…"“”()')
_CLAUSE_ENDS = frozenset(",;:—.!?…")


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Sound, float32 [num_samples] at 48 kHz, and its words, in samples from its start."""

    sound: NDArray[np.float32]
    words: tuple[SpokenText, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is pronounced, before it is said: text after normalisation, and phonemes."""

    text: str
    phonemes: str


class GuideVoice:
    """One voice, loaded once; equal texts give equal sound."""

    def __init__(self, name: str) -> None:
        import onnxruntime
        from hibari import Hibari

        self._hibari: Hibari = Hibari(voice=name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = Path(self._hibari.model_path).read_bytes() + _output_named(_DURATIONS)
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises types of its own
            raise Unavailable(
                f"the guide voice {name} does not say how long its sounds last; expected the "
                "model of hibari-tts 0.2.1"
            ) from error

    def say(
        self, text: str, speed: float = 1.0, progress: Callable[[float], None] = lambda done: None
    ) -> Said:
        """Say a text; raises `InvalidInput` if there is nothing in it to be said."""
        from scipy.signal import resample_poly

        random = np.random.default_rng(_SEED)
        sounds: list[NDArray[np.float32]] = []
        words: list[SpokenText] = []
        sentences = self._hibari.split_sentences(text)
        for number, sentence in enumerate(sentences):
            timed: list[tuple[str, int, int]] = []
            for breath in _breaths(self._words(sentence)):
                at = sum(map(len, sounds)) * SAMPLE_RATE_HZ // _VOICE_RATE_HZ
                sound, spans = self._breathe(breath, speed, random)
                spoken = zip(breath, spans, strict=True)
                timed += [(word.text, at + start, at + end) for word, (start, end) in spoken]
                sounds.append(sound)
            words += _as_written(sentence.split(), timed)
            progress((number + 1) / len(sentences))
        if not words:
            raise InvalidInput(f"nothing to say in {text[:40]!r}; expected words in English")
        joined = np.concatenate(sounds).astype(np.float64)
        doubled = resample_poly(joined, SAMPLE_RATE_HZ // _VOICE_RATE_HZ, 1)
        return Said(np.asarray(doubled, np.float32), tuple(words))

    def _words(self, sentence: str) -> list[_Word]:
        """Words of a sentence: numbers and abbreviations are read out."""
        from hibari.g2p.normalize import normalize

        speech = self._hibari.g2p
        words, text, phonemes = [], "", ""
        for token in speech.phonemize_tokens(speech.tokenize(normalize(sentence))):
            text += token.text
            phonemes += token.phonemes or ""
            if token.whitespace:
                words.append(_Word(text, phonemes))
                text = phonemes = ""
        return [*words, _Word(text, phonemes)] if text else words

    def _breathe(
        self, words: list[_Word], speed: float, random: np.random.Generator
    ) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
        """Sound at 24 kHz, and from which sample at 48 kHz to which each word is heard."""
        from hibari import dsp

        vocabulary: dict[str, int] = self._hibari.vocab
        ids, owners = [0], [-1]
        for index, word in enumerate(words):
            for letter in word.phonemes + (" " if index + 1 < len(words) else ""):
                if letter in vocabulary:
                    ids.append(vocabulary[letter])
                    owners.append(-1 if letter in _NOT_SPOKEN else index)
        ids.append(0)
        owners.append(-1)
        if len(ids) < 3:
            return np.zeros(0, np.float32), [(0, 0)] * len(words)
        names = ["lh", "theta", "ln", "lr", "phi", "f0", _DURATIONS]
        inputs = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)}
        *spectrum, durations = self._session.run(names, inputs)
        sound = np.asarray(dsp.synth(*(part[0] for part in spectrum), random), np.float32)
        counts = np.ravel(durations).astype(np.float64)
        step = len(sound) / counts.sum() * (SAMPLE_RATE_HZ / _VOICE_RATE_HZ)  # 25 ms
        ends = np.maximum(np.cumsum(counts) * step - _LATENESS_SAMPLES, 0)
        starts = np.concatenate([[0.0], ends[:-1]])
        spans, last = [], 0
        for index in range(len(words)):
            own = [place for place, owner in enumerate(owners) if owner == index]
            span = (int(starts[own[0]]), int(ends[own[-1]])) if own else (last, last)
            spans.append(span)
            last = span[1]
        return sound, spans


def _breaths(words: list[_Word]) -> Iterator[list[_Word]]:
    """A sentence in pieces that are short enough to be said at once, cut at clauses if possible."""
    held: list[_Word] = []
    for word in words:
        length = sum(len(one.phonemes) + 1 for one in held) + len(word.phonemes)
        if held and length > _MAX_PHONEMES:
            ends = [i for i, one in enumerate(held, start=1) if one.text[-1:] in _CLAUSE_ENDS]
            cut = ends[-1] if ends else len(held)
            yield held[:cut]
            held = held[cut:]
        held.append(word)
    if held:
        yield held


def _as_written(written: list[str], timed: list[tuple[str, int, int]]) -> list[SpokenText]:
    """Words as they were written, with the times of what they are read out as."""
    said = [_plain(text) for text, _, _ in timed]
    matcher = SequenceMatcher(None, [_plain(word) for word in written], said, autojunk=False)
    found: list[SpokenText] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            pairs = [(k, (start + k - first, start + k - first + 1)) for k in range(first, last)]
        else:
            count = max(1, last - first)
            edges = [start + (end - start) * k // count for k in range(count + 1)]
            pairs = [(k, (edges[k - first], edges[k - first + 1])) for k in range(first, last)]
            if first == last and found and end > start:  # read out, but not written: "2-3"
                before = found.pop()
                found.append(SpokenText(before.text, before.start_sample, timed[end - 1][2]))
        for k, (one, other) in pairs:
            if other > one:
                span = timed[one][1], timed[other - 1][2]
            else:  # written, but not read out, such as a dash
                here = timed[one - 1][2] if one else 0
                span = here, here
            found.append(SpokenText(written[k], *span))
    return found


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text


def _output_named(name: str) -> bytes:
    """A model that has nothing but one more output: joined to another, protobuf merges the two.

    ModelProto.graph is field 7, GraphProto.output 12, ValueInfoProto.name 1 (onnx.proto).
    """
    return _field(7, _field(12, _field(1, name.encode())))


def _field(number: int, content: bytes) -> bytes:
    if len(content) > 100:
        raise ValueError(f"{len(content)} bytes in a field; expected at most 100")
    return bytes([number << 3 | 2, len(content)]) + content
