from __future__ import annotations

from services.audio_sync.words.faster_whisper import FasterWhisper
from services.audio_sync.words.openai_whisper import OpenaiWhisper
from services.audio_sync.words.recognizer import MAX_CHUNK_S, Recognizer
from services.audio_sync.words.transformers_whisper import TransformersWhisper

# A type checker reads this: all of them are recognisers.
_ALL: tuple[type[Recognizer], ...] = (FasterWhisper, OpenaiWhisper, TransformersWhisper)


def test_all_say_how_late_they_are() -> None:
    assert all(abs(kind.lateness_s) < 0.2 for kind in (FasterWhisper, OpenaiWhisper))
    assert len(_ALL) == 3


def test_a_chunk_fits_into_whispers_window() -> None:
    assert MAX_CHUNK_S < 30.0
