"""A voice over locked picture fits, or is refused with its overrun."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.versions.cue_type import Spoken
from services.gateway.versions.voices import (
    Recording,
    line_files,
    slots_of,
    voice_lines,
    voice_over,
)
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.soundtrack import Tracks, Voice, VoiceLine
from tests.gateway.typed_film import typed_timeline

FILM = typed_timeline()  # 8 s
AUDIO = Digest.of_bytes(b"voice")
SPOKEN = (Spoken("eins", 30, 60), Spoken("zwei", 90, 120))


def _recording(seconds: float, name: str = "de.wav") -> Recording:
    return Recording(name, AUDIO, round(seconds * 48_000))


def test_it_begins_where_the_films_own_voice_did() -> None:
    film = replace(FILM, voice=Voice(Digest.of_bytes(b"en"), 96_000, 7.0))
    assert voice_over(film, _recording(5), SPOKEN) == Voice(AUDIO, 96_000, 7.0)
    assert voice_over(FILM, _recording(5), SPOKEN).start_sample == 48_000
    assert voice_over(FILM, _recording(5), ()).start_sample == 38_400
    assert voice_over(FILM, _recording(7.9), ()).start_sample == 4_800


def test_an_overlong_voice_is_refused_with_the_overrun() -> None:
    with pytest.raises(InvalidInput, match=r"lasts 7.50 s from 1.00 s on, 0.50 s longer .* 7.00 s"):
        voice_over(FILM, _recording(7.5), SPOKEN)


def test_every_line_that_is_too_long_is_named() -> None:
    slots = slots_of(FILM, SPOKEN)
    assert [(slot.start_sample, slot.end_sample) for slot in slots] == [
        (48_000, 144_000),
        (144_000, 384_000),
    ]
    fits = voice_lines([_recording(2), _recording(5)], slots)
    assert [line.start_sample for line in fits] == [48_000, 144_000]
    assert not fits[0].is_guide
    with pytest.raises(InvalidInput) as refused:
        voice_lines([_recording(2.25, "01.wav"), _recording(6, "02.wav")], slots)
    assert "line 1 (01.wav) is 0.25 s too long: 2.25 s in 2.00 s" in refused.value.message
    assert "line 2 (02.wav) is 1.00 s too long" in refused.value.message
    with pytest.raises(InvalidInput, match="1 recordings for 2 lines"):
        voice_lines([_recording(1)], slots)


def test_spoken_lines_of_the_film_come_before_cues() -> None:
    line = VoiceLine(AUDIO, 24_000, 48_000, "one")
    film = replace(FILM, tracks=Tracks((line,)))
    (slot,) = slots_of(film, SPOKEN)
    assert (slot.text, slot.start_sample, slot.end_sample) == ("one", 24_000, 384_000)


def test_recordings_go_by_the_number_in_their_names(tmp_path: Path) -> None:
    for name in ("take10.wav", "take2.wav", *(f"take{n}.wav" for n in (1, 3, 4, 5, 6, 7, 8, 9))):
        (tmp_path / name).touch()
    (tmp_path / "notes.txt").touch()
    assert [path.name for path in line_files(tmp_path)][8:] == ["take9.wav", "take10.wav"]
    (tmp_path / "take12.wav").touch()
    with pytest.raises(InvalidInput, match="expected 1, 2, 3"):
        line_files(tmp_path)
    (tmp_path / "2-again.wav").touch()
    with pytest.raises(InvalidInput, match="each number once"):
        line_files(tmp_path)
    with pytest.raises(NotFound, match="no such folder"):
        line_files(tmp_path / "none")
