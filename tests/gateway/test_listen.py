"""`hear`: what is heard in one file, whatever kind of file it is."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from services.gateway.listen import WordsWanted, hear
from shared.errors import InvalidInput
from tests.audio_sync.words.spoken import LINES, spoken
from tests.gateway.conftest import Played


def test_a_song_has_its_tempo_and_beats(played: Played) -> None:
    found = asyncio.run(hear(played.settings, played.sources.song))
    heard, notes = found.document, found.notes
    assert heard["tempo_bpm"] == pytest.approx(120, abs=0.5)
    errors = [min(abs(found - true) for found in heard["beats"]) for true in played.sources.beats]
    assert max(errors) < 0.03
    assert heard["words"] == heard["speech"] == []
    assert notes == ()


def test_a_picture_is_refused(played: Played) -> None:
    for path in (played.sources.photos[0], played.sources.clips[0]):
        with pytest.raises(InvalidInput, match="has no sound"):
            asyncio.run(hear(played.settings, Path(path)))


def test_words_are_heard_when_they_are_wanted(played: Played, tmp_path: Path) -> None:
    samples, lines = spoken()
    sound, script = tmp_path / "voice.wav", tmp_path / "script.txt"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    script.write_text(LINES[0].replace("three", "nine") + "\n" + LINES[1], encoding="utf-8")
    found = asyncio.run(hear(played.settings, sound, WordsWanted(script=script)))
    heard, notes = found.document, found.notes
    assert len(heard["sentences"]) == len(LINES)
    assert heard["language"] == "en"
    assert len(heard["speech"]) == 2
    said = [word for line in lines for word in line]
    starts = [word["start"] for word in heard["words"]]
    assert starts == pytest.approx([word.start_s for word in said], abs=0.15)
    assert all(0 < word["confidence"] <= 1 for word in heard["words"])
    (note,) = notes
    assert note.endswith('the script has "nine", but "three" is said')
