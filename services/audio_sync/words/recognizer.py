"""What any speech recogniser does: from a chunk of sound to its text with rough times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.audio_sync.words.clock import Samples

MAX_CHUNK_S = 28.0


@dataclass(frozen=True, slots=True)
class RoughWord:
    """A word as the recogniser writes it, punctuation included.

    Times are seconds from the start of the chunk, as the recogniser gives them: they may be off
    by a tenth of a second. `confidence` is 0..1. `segment` counts the recogniser's own segments.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float
    segment: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a chunk, in order; `language` is a code such as "en"."""

    words: tuple[RoughWord, ...]
    language: str


class Recognizer(Protocol):
    """A speech recogniser with its weights loaded; the same sound gives the same text."""

    @property
    def lateness_s(self) -> float:
        """How late its word times are on average (negative: early), as measured."""

    def language_of(self, chunk_16k: Samples) -> tuple[str, float]:
        """The language that is most likely spoken in a chunk, and how likely it is (0..1)."""

    def transcribe(self, chunk_16k: Samples, language: str) -> Transcript:
        """Recognise float32 [n] at 16 kHz of at most `MAX_CHUNK_S`."""
