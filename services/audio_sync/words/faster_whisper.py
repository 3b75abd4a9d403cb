"""whisper by CTranslate2: the default recogniser, in 8-bit arithmetic on the processor."""

from __future__ import annotations

import dataclasses
import importlib
import math
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples
from services.audio_sync.words.recognizer import RoughWord, Transcript
from services.audio_sync.words.weights import PartedFile

# Fixed, so that sums are taken in the same order whatever the machine.
NUM_THREADS = 2
BEAM_SIZE = 5
# Measured on whisper base and English speech; taken for its other sizes and languages too.
LATENESS_S = -0.05
# whisper loops, or makes text out of noise; its authors' limits tell.
_MAX_COMPRESSION = 2.4
_MIN_MEAN_LOG_PROBABILITY = -1.0
_MAX_NO_SPEECH = 0.6
# In less than this there is no word, and libraries trip over it.
MIN_CHUNK_SAMPLES = VOICE_RATE_HZ // 10


class FasterWhisper:
    """A whisper model in CTranslate2's format: from files in memory, or from a folder."""

    lateness_s = LATENESS_S

    def __init__(self, name: str, source: Mapping[str, bytes | PartedFile] | Path) -> None:
        from faster_whisper import WhisperModel

        # Its progress bar (never shown) would take a semaphore that a killed worker leaves behind.
        tqdm: Any = importlib.import_module("tqdm").tqdm
        tqdm.set_lock(threading.RLock())
        in_memory = not isinstance(source, Path)
        self._model = WhisperModel(
            name if in_memory else str(source),
            device="cpu",
            compute_type="int8",
            cpu_threads=NUM_THREADS,
            files=dict(source) if isinstance(source, Mapping) else None,
            local_files_only=True,
        )

    def language_of(self, chunk_16k: Samples) -> tuple[str, float]:
        if not self._model.model.is_multilingual:
            return "en", 1.0
        language, likelihood, _ = self._model.detect_language(chunk_16k)
        return str(language), float(likelihood)

    def transcribe(self, chunk_16k: Samples, language: str) -> Transcript:
        if len(chunk_16k) < MIN_CHUNK_SAMPLES:
            return Transcript((), language)
        # One temperature: no second try with dice when the first is doubtful.
        segments, info = self._model.transcribe(
            chunk_16k,
            language=language,
            beam_size=BEAM_SIZE,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            log_prob_threshold=_MIN_MEAN_LOG_PROBABILITY,
            no_speech_threshold=_MAX_NO_SPEECH,
        )
        words: list[RoughWord] = []
        for index, segment in enumerate(segments):
            if segment.compression_ratio > _MAX_COMPRESSION:
                continue
            for word in segment.words or ():
                text = word.word.strip()
                if words and word.word.startswith("-"):  # the rest of "ill-disposed"
                    words[-1] = _joined(words[-1], text, float(word.end))
                elif text and math.isfinite(word.start) and math.isfinite(word.end):
                    start = max(0.0, float(word.start))
                    end = max(start, float(word.end))
                    words.append(RoughWord(text, start, end, float(word.probability), index))
        return Transcript(tuple(words), str(info.language))


def _joined(word: RoughWord, rest: str, end_s: float) -> RoughWord:
    return dataclasses.replace(word, text=word.text + rest, end_s=max(word.end_s, end_s))
