from __future__ import annotations

import numpy as np

from services.audio_sync.words.align import aligner
from services.audio_sync.words.clock import to_voice_rate
from tests.audio_sync.words.spoken import spoken


def test_known_words_are_placed() -> None:
    sound, lines = spoken()
    end = round(lines[1][0].start_s * 48_000) - 20_000
    placed = aligner().place(to_voice_rate(sound[:end]), [word.text for word in lines[0]])
    assert placed is not None
    errors = [at.start_s - word.start_s for at, word in zip(placed, lines[0], strict=True) if at]
    assert len(errors) == len(lines[0])
    assert np.max(np.abs(errors)) < 0.12
    assert np.mean(np.abs(errors)) < 0.05


def test_unknown_words_and_signs_have_places_or_none() -> None:
    sound, lines = spoken()
    texts = ["Wee", "drohve", "—", *(word.text for word in lines[0][2:])]
    end = round(lines[1][0].start_s * 48_000) - 20_000
    placed = aligner().place(to_voice_rate(sound[:end]), texts)
    assert placed is not None
    assert [at is None for at in placed] == [text == "—" for text in texts]


def test_what_cannot_be_placed_is_none() -> None:
    silence = np.zeros(1600, np.float32)
    assert aligner().place(silence, ["hello"] * 50) is None
    assert aligner().place(silence[:0], ["hello"]) is None
    assert aligner().place(silence, []) is None
    assert aligner().place(silence, ["—"]) is None


def test_the_same_again_gives_the_same() -> None:
    sound, lines = spoken()
    voice = to_voice_rate(sound)
    texts = [word.text for line in lines for word in line]
    assert aligner().place(voice, texts) == aligner().place(voice, texts)
