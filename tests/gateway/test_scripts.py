"""What is asked of words, and what is told of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.scripts import (
    parse_language,
    parse_speech_model,
    script_notes,
    speech_options,
)
from shared.blobs import MemoryBlobs
from shared.brief import SpeechOptions
from shared.errors import InvalidInput, NotFound
from shared.sync_map import SpokenText, SyncMap


def _map(text: str) -> SyncMap:
    words = tuple(
        SpokenText(word, 48_000 * k, 48_000 * k + 24_000) for k, word in enumerate(text.split())
    )
    return SyncMap(48_000, 0.5, None, 0.0, (), (), (), words=words)


def _options(script: Path | None, *, is_wanted: bool = False) -> SpeechOptions | None:
    return asyncio.run(speech_options(MemoryBlobs(), is_wanted, script, None))


def test_words_are_asked_for_by_switch_script_or_language(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("One two three.", encoding="utf-8")
    assert _options(None) is None
    assert _options(None, is_wanted=True) == SpeechOptions()
    asked = _options(script)
    assert asked is not None
    assert asked.script is not None


def test_a_script_that_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.txt: no such file"):
        _options(tmp_path / "nowhere.txt")
    with pytest.raises(InvalidInput, match="cannot be read"):
        _options(tmp_path)
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"\n")
    with pytest.raises(InvalidInput, match=r"empty\.txt: has no words"):
        _options(empty)


def test_differences_are_told_in_words() -> None:
    blobs = MemoryBlobs()
    speech = SpeechOptions(blobs.put(b"One two. Three four seven!"))
    assert script_notes(blobs, speech, _map("one too. three seven eight")) == (
        'at 1.0 s the script has "two.", but "too." is said',
        'at 3.0 s the script has "four", which is not said',
        'at 4.0 s "eight" is said, which is not in the script',
    )
    assert script_notes(blobs, speech, _map("one two three four seven")) == ()


def test_many_differences_are_counted() -> None:
    blobs = MemoryBlobs()
    speech = SpeechOptions(blobs.put(b"a b c d e f g h i j k l m n"))
    notes = script_notes(blobs, speech, _map("a x c x e x g x i x k x m x"))
    assert len(notes) == 6
    assert notes[-1] == "what is said differs from the script in 2 more places"


def test_no_words_is_told_where_words_were_asked_for() -> None:
    blobs = MemoryBlobs()
    assert script_notes(blobs, SpeechOptions(), _map("")) == ("no words were heard in the sound",)
    assert script_notes(blobs, None, _map("")) == ()
    assert script_notes(blobs, SpeechOptions(), None) == ()


def test_languages_are_codes() -> None:
    assert parse_language(" EN ") == "en"
    for text in ("english", "", "e1", "x" * 100):
        with pytest.raises(InvalidInput, match="is not a code"):
            parse_language(text)


def test_models_are_names_or_absolute_paths(tmp_path: Path) -> None:
    assert parse_speech_model(" whisper-base ") == "whisper-base"
    assert parse_speech_model("./large", tmp_path) == f"{tmp_path}/large"
    assert parse_speech_model("transformers:large", tmp_path) == f"transformers:{tmp_path}/large"
    assert parse_speech_model("weights/large.pt") == str(Path("weights/large.pt").absolute())
    assert parse_speech_model("~/large", tmp_path) == str(Path("~/large").expanduser())
    with pytest.raises(InvalidInput, match="speech_model is empty"):
        parse_speech_model(" ")


def test_a_model_asks_for_words() -> None:
    options = asyncio.run(speech_options(MemoryBlobs(), False, None, None, "whisper-tiny.en"))
    assert options == SpeechOptions(model="whisper-tiny.en")
