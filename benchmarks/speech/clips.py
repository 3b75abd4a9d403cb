"""The benchmark's sounds: sentences with pauses between them, in several voices, over music."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.speech.texts import CLIPS
from benchmarks.speech.voice import Samples, Spoken, Word, say
from examples.song import compose
from shared.sync_map import SAMPLE_RATE_HZ

# How fast each clip is spoken, and at which rate it is then played: that changes pitch and size
# of the speaker as well. A factor of 1.25 makes a man of the woman.
VOICES = (
    (1.0, (1, 1)),
    (1.15, (1, 1)),
    (0.95, (6, 5)),
    (1.0, (10, 11)),
    (1.1, (5, 4)),
    (0.85, (1, 1)),
)
_LEAD_IN_S = 0.8
_PAUSES_S = (0.25, 0.9)
_MARGIN_S = 0.02
_ACTIVE_LEVEL = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Speech at 48 kHz (float32 [n]), and its sentences' words."""

    samples: Samples
    sentences: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for sentence in self.sentences for word in sentence)

    @property
    def script(self) -> str:
        return " ".join(f"{' '.join(word.text for word in line)}." for line in self.sentences)


@cache
def clips() -> tuple[Clip, ...]:
    """Every text in its voice."""
    return tuple(
        _clip(index, texts, *voice)
        for index, (texts, voice) in enumerate(zip(CLIPS, VOICES, strict=True))
    )


def over_music(clip: Clip, snr_db: float, index: int) -> Samples:
    """The clip over the demo song; the ratio is of the power while somebody speaks."""
    music = np.resize(np.roll(_song(), -index * 2 * SAMPLE_RATE_HZ), len(clip.samples))
    active = clip.samples[np.abs(clip.samples) > _ACTIVE_LEVEL]
    gain = np.sqrt(np.mean(active**2) / np.mean(music**2)) * 10 ** (-snr_db / 20)
    mix = clip.samples + gain * music
    return np.asarray(mix / max(1.0, float(np.max(np.abs(mix)))), np.float32)


@cache
def _song() -> Samples:
    return np.asarray(compose().samples.mean(axis=1), np.float32)


def _clip(index: int, texts: tuple[str, ...], speed: float, played: tuple[int, int]) -> Clip:
    random = np.random.default_rng(index)
    parts = [np.zeros(round(_LEAD_IN_S * SAMPLE_RATE_HZ), np.float32)]
    sentences = []
    for number, text in enumerate(texts):
        start_s = sum(map(len, parts)) / SAMPLE_RATE_HZ
        sound, words = _played(say(text, speed, seed=number), played)
        sentences.append(
            tuple(Word(word.text, word.start_s + start_s, word.end_s + start_s) for word in words)
        )
        parts += [sound, np.zeros(round(random.uniform(*_PAUSES_S) * SAMPLE_RATE_HZ), np.float32)]
    return Clip(np.concatenate(parts), tuple(sentences))


def _played(spoken: Spoken, played: tuple[int, int]) -> tuple[Samples, list[Word]]:
    """A sentence at 48 kHz and another pitch, without the silence around it."""
    from scipy.signal import resample_poly

    slower, faster = played
    factor = slower / faster
    up = SAMPLE_RATE_HZ // spoken.rate_hz * slower
    sound = resample_poly(spoken.samples, up, faster).astype(np.float32)
    first = max(0.0, spoken.words[0].start_s * factor - _MARGIN_S)
    last = spoken.words[-1].end_s * factor + _MARGIN_S
    cut = sound[round(first * SAMPLE_RATE_HZ) : round(last * SAMPLE_RATE_HZ)]
    words = [
        Word(word.text, word.start_s * factor - first, word.end_s * factor - first)
        for word in spoken.words
    ]
    return cut, words
