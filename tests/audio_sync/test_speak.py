from __future__ import annotations

import importlib.util
from fractions import Fraction
from pathlib import Path

import pytest

from services.audio_sync import speak
from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.media.audio import decode_audio
from shared.requests import SpeakRequest
from shared.schema import from_json
from shared.speech import Speech
from tests.gateway.films import Here

TEXT = Digest.of_bytes(b"")


def test_a_text_becomes_a_speech_with_its_audio(tmp_path: Path) -> None:
    pytest.importorskip("hibari")
    here = Here()
    request = SpeakRequest(here.blobs.put(b"Hello there, film."), "heart")
    digest = speak.perform(request, here)
    assert digest == speak.perform(request, here)
    found = from_json(Speech, here.blobs.read(digest))
    assert [word.text for word in found.words] == ["Hello", "there,", "film."]
    path = tmp_path / "said.wav"
    path.write_bytes(here.blobs.read(found.audio))
    assert len(decode_audio(path)) == found.num_samples
    assert here.told[-1] == 1.0


def test_unknown_voices_and_speeds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("hibari")
    assert speak.backend(SpeakRequest(TEXT, "heart")).action == "speak"
    with pytest.raises(InvalidInput, match="'bob' is not known; expected one of heart"):
        speak.backend(SpeakRequest(TEXT, "bob"))
    with pytest.raises(InvalidInput, match=r"speed 3 of a voice; expected 0\.5 to 2"):
        speak.backend(SpeakRequest(TEXT, "heart", Fraction(3)))
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(Unavailable, match=r"emma is not on this machine; .* or the voice heart"):
        speak.backend(SpeakRequest(TEXT, "emma"))


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "hibari" else real(name, *rest),
    )
    with pytest.raises(Unavailable, match=r"hibari-tts, which is not installed; .*setup-models"):
        speak.backend(SpeakRequest(TEXT, "heart"))
