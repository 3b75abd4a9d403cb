"""whisper by OpenAI's own library, for a user who has it and a checkpoint (.pt) on disk."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from services.audio_sync.words.clock import Samples
from services.audio_sync.words.faster_whisper import LATENESS_S, MIN_CHUNK_SAMPLES
from services.audio_sync.words.recognizer import RoughWord, Transcript
from shared.errors import InvalidInput, Unavailable


class OpenaiWhisper:
    """`openai-whisper` on the processor: greedy, so that the same sound gives the same text.

    A checkpoint does not say which attention heads follow the sound. Where its file has the name
    that OpenAI gave it ("small.en.pt"), those that the library knows are used, else all heads of
    the upper half of the decoder, which know the words' times less well.
    """

    lateness_s = LATENESS_S

    def __init__(self, checkpoint: Path) -> None:
        try:
            whisper: Any = importlib.import_module("whisper")
        except ImportError:
            raise Unavailable(
                "openai-whisper is not installed; pip install openai-whisper, or use whisper-base"
            ) from None
        # A path, never a name: a name would be downloaded.
        self._whisper = whisper
        self._model: Any = whisper.load_model(str(checkpoint.absolute()), device="cpu")
        self._set_heads(checkpoint.stem)

    def _set_heads(self, name: str) -> None:
        known = getattr(self._whisper, "_ALIGNMENT_HEADS", {}).get(name)
        if known is None:
            return
        try:
            self._model.set_alignment_heads(known)
        except RuntimeError:
            dims = self._model.dims
            raise InvalidInput(
                f"has {dims.n_text_layer} x {dims.n_text_head} attention heads, which {name} has "
                "not; expected the checkpoint that OpenAI published, or another name"
            ) from None

    def language_of(self, chunk_16k: Samples) -> tuple[str, float]:
        if not self._model.is_multilingual:
            return "en", 1.0
        sound = self._whisper.pad_or_trim(chunk_16k)
        mel = self._whisper.log_mel_spectrogram(sound, n_mels=self._model.dims.n_mels)
        _, likelihoods = self._model.detect_language(mel)
        best = max(likelihoods, key=likelihoods.__getitem__)
        return str(best), float(likelihoods[best])

    def transcribe(self, chunk_16k: Samples, language: str) -> Transcript:
        if len(chunk_16k) < MIN_CHUNK_SAMPLES:
            return Transcript((), language)
        # Always greedy, with no second try with dice; its own limits drop what is no speech.
        result = self._model.transcribe(
            chunk_16k,
            language=language,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            fp16=False,
            verbose=None,
        )
        words = tuple(
            RoughWord(
                word["word"].strip(),
                float(word["start"]),
                max(float(word["start"]), float(word["end"])),
                float(word["probability"]),
                index,
            )
            for index, segment in enumerate(result["segments"])
            for word in segment.get("words", ())
            if word["word"].strip()
        )
        return Transcript(words, str(result["language"]))
