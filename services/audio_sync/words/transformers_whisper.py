"""whisper by Hugging Face transformers, for a user who has it and a model's folder on disk."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples
from services.audio_sync.words.faster_whisper import LATENESS_S, MIN_CHUNK_SAMPLES
from services.audio_sync.words.recognizer import RoughWord, Transcript
from shared.errors import InvalidInput, Unavailable

# The library does not say how sure it is of a word.
_CONFIDENCE = 0.8


class TransformersWhisper:
    """A whisper model by `transformers` on the processor, from safetensors only."""

    lateness_s = LATENESS_S

    def __init__(self, folder: Path) -> None:
        try:
            transformers: Any = importlib.import_module("transformers")
        except ImportError:
            raise Unavailable(
                "transformers is not installed; pip install transformers, or use whisper-base"
            ) from None
        importlib.import_module("transformers.utils.logging").disable_progress_bar()
        local: dict[str, Any] = {"local_files_only": True}
        model, info = transformers.WhisperForConditionalGeneration.from_pretrained(
            str(folder), use_safetensors=True, dtype="float32", output_loading_info=True, **local
        )
        if info["missing_keys"]:  # the library would fill them with noise
            raise InvalidInput(
                f"{folder}: {len(info['missing_keys'])} tensors are missing, "
                f"{min(info['missing_keys'])} for one; expected all of a whisper's"
            )
        if not hasattr(model.generation_config, "no_timestamps_token_id"):
            raise InvalidInput(
                f"{folder}: generation_config.json is missing or says nothing of times; expected "
                "the one that is published with the model"
            )
        self._processor: Any = transformers.WhisperProcessor.from_pretrained(str(folder), **local)
        self._model: Any = model
        self._pipeline: Any = transformers.pipeline(
            "automatic-speech-recognition",
            model=model,
            tokenizer=self._processor.tokenizer,
            feature_extractor=self._processor.feature_extractor,
            device="cpu",
        )

    @property
    def _is_multilingual(self) -> bool:
        return bool(getattr(self._model.generation_config, "is_multilingual", False))

    def language_of(self, chunk_16k: Samples) -> tuple[str, float]:
        if not self._is_multilingual:
            return "en", 1.0
        import torch

        features = self._processor(
            chunk_16k, sampling_rate=VOICE_RATE_HZ, return_tensors="pt"
        ).input_features
        start = torch.tensor([[self._model.config.decoder_start_token_id]])
        with torch.inference_mode():
            logits = self._model(features, decoder_input_ids=start).logits[0, -1]
        ids = self._model.generation_config.lang_to_id  # "<|en|>": 50259 and so on
        likelihoods = torch.softmax(logits[list(ids.values())], dim=0)
        best = int(likelihoods.argmax())
        return list(ids)[best].strip("<|>"), float(likelihoods[best])

    def transcribe(self, chunk_16k: Samples, language: str) -> Transcript:
        if len(chunk_16k) < MIN_CHUNK_SAMPLES:
            return Transcript((), language)
        options: dict[str, Any] = {"do_sample": False, "num_beams": 1}
        if self._is_multilingual:
            options |= {"language": language, "task": "transcribe"}
        result = self._pipeline(
            {"raw": chunk_16k, "sampling_rate": VOICE_RATE_HZ},
            return_timestamps="word",
            generate_kwargs=options,
        )
        words = []
        for part in result["chunks"]:
            start, end = part["timestamp"]
            if part["text"].strip() and start is not None:
                start = max(0.0, float(start))
                last = start if end is None else max(start, float(end))
                words.append(RoughWord(part["text"].strip(), start, last, _CONFIDENCE, 0))
        return Transcript(tuple(words), language)
