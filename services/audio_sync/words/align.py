"""Forced alignment: when each word of a known text is said, by pocketsphinx's acoustic model.

The model hears frames of 25.6 ms every 10 ms; a word is taken to begin in the middle of its first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples
from services.audio_sync.words.pronounce import Said, pronounce

FRAMES_PER_SECOND = 100
_BOUNDARY_S = 0.0256 / 2
_MAX_TOKENS = 400
# Wide, because the text is known: a beam only saves time, and music makes the true path unlikely.
_BEAMS = {"beam": 1e-100, "pbeam": 1e-100, "wbeam": 1e-80}
_PEAK = 0.7


@dataclass(frozen=True, slots=True)
class Placed:
    """When a word is said, in seconds from the start of the chunk, and how well it fits.

    `score` is the mean log likelihood of its frames in the model's units (negative).
    """

    start_s: float
    end_s: float
    score: float


class Aligner:
    """Places English words in a chunk; keep one, its model takes a third of a second to load."""

    def __init__(self) -> None:
        import pocketsphinx

        self._decoder: Any = pocketsphinx.Decoder(lm=None, loglevel="FATAL", **_BEAMS)
        self._added: dict[tuple[str, ...], str] = {}

    def lookup(self, word: str) -> str | None:
        """The dictionary's sounds of a lower-case word ("HH AH L OW"), None if it has none."""
        found = self._decoder.lookup_word(word)
        return None if found is None else str(found)

    def place(self, chunk_16k: Samples, texts: Sequence[str]) -> list[Placed | None] | None:
        """When each of the texts is said, in order; an entry is None for what has no sound ("—").

        None instead of a list: they cannot be placed, for example because they are not said.
        """
        said = [pronounce(text, self.lookup) for text in texts]
        tokens = [self._name(item) for words in said for item in words]
        if not tokens or len(tokens) > _MAX_TOKENS or not len(chunk_16k):
            return None
        found = self._align(chunk_16k, tokens)
        if found is None:
            return None
        placed: list[Placed | None] = []
        at = 0
        for words in said:
            group = found[at : at + len(words)]
            at += len(words)
            placed.append(_joined(group) if group else None)
        return placed

    def _name(self, item: Said) -> str:
        """A dictionary name for a word; one is made for sounds that the dictionary lacks."""
        if item.sounds is None:
            return item.name
        if item.sounds not in self._added:
            name = f"{item.name}#{len(self._added)}"
            self._decoder.add_word(name, " ".join(item.sounds), True)
            self._added[item.sounds] = name
        return self._added[item.sounds]

    def _align(self, chunk_16k: Samples, tokens: list[str]) -> list[Placed] | None:
        decoder = self._decoder
        peak = float(np.max(np.abs(chunk_16k)))
        level = _PEAK * 32767 / peak if peak else 0.0
        decoder.set_align_text(" ".join(tokens))
        decoder.start_utt()
        try:
            decoder.process_raw((chunk_16k * level).astype("<i2").tobytes(), full_utt=True)
            decoder.end_utt()
            segments = decoder.seg()
        except RuntimeError:  # its only answer to what does not fit
            return None
        if segments is None:
            return None
        found = [
            Placed(
                segment.start_frame / FRAMES_PER_SECOND + _BOUNDARY_S,
                (segment.end_frame + 1) / FRAMES_PER_SECOND + _BOUNDARY_S,
                segment.ascore / max(1, segment.end_frame + 1 - segment.start_frame),
            )
            for segment in segments
            if not segment.word.startswith(("<", "["))
        ]
        return found if len(found) == len(tokens) else None


def _joined(group: list[Placed]) -> Placed:
    frames = [max(1e-3, item.end_s - item.start_s) for item in group]
    score = sum(item.score * size for item, size in zip(group, frames, strict=True)) / sum(frames)
    return Placed(group[0].start_s, group[-1].end_s, score)


@cache
def aligner() -> Aligner:
    """This process's aligner."""
    return Aligner()


def num_samples(seconds: float) -> int:
    """Seconds in samples of the recogniser's clock."""
    return round(seconds * VOICE_RATE_HZ)
