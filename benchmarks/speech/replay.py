"""A recogniser that hears each chunk once: the systems of a table differ in what comes after it.

What it cost the first time is counted again each time it is played back, so that every row bears
the whole cost of its system.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.audio_sync.words.clock import Samples
from services.audio_sync.words.recognizer import Recognizer, Transcript
from shared.digest import Digest

_T = TypeVar("_T")


@dataclass(slots=True)
class Replay:
    """Stands in for `recognizer`; `played_back_cpu_s` is what its repeats would have cost."""

    recognizer: Recognizer
    played_back_cpu_s: float = 0.0
    _known: dict[Any, tuple[Any, float]] = field(default_factory=dict)

    @property
    def lateness_s(self) -> float:
        return self.recognizer.lateness_s

    def language_of(self, chunk_16k: Samples) -> tuple[str, float]:
        return self._once(
            ("language", Digest.of_bytes(chunk_16k.tobytes())),
            lambda: self.recognizer.language_of(chunk_16k),
        )

    def transcribe(self, chunk_16k: Samples, language: str) -> Transcript:
        return self._once(
            (language, Digest.of_bytes(chunk_16k.tobytes())),
            lambda: self.recognizer.transcribe(chunk_16k, language),
        )

    def _once(self, key: Any, listen: Callable[[], _T]) -> _T:
        if key in self._known:
            answer, cost_s = self._known[key]
            self.played_back_cpu_s += cost_s
            return answer  # type: ignore[no-any-return]
        started = time.process_time()
        answer = listen()
        self._known[key] = answer, time.process_time() - started
        return answer
