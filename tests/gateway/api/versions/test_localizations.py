"""What is read of a localization; the films are in test_localization_endpoints.py."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.api.jobs.work import KINDS
from services.gateway.api.references.service import StoredReference
from services.gateway.api.services import Services
from services.gateway.api.versions import deliveries, localizations, work
from services.gateway.api.versions.schemas import NewLocalization
from services.gateway.versions.voices import line_files
from shared.errors import InvalidInput


def _asked(**fields: Any) -> dict[str, Any]:
    return NewLocalization(language="de", **fields).model_dump(exclude={"name"})


def test_their_kind_of_job_is_their_own() -> None:
    assert not set(localizations.KINDS) & set(KINDS | work.KINDS | deliveries.KINDS)


def test_captions_are_webvtt_where_they_say_so() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n"
    srt = "1\n00:00:01,000 --> 00:00:02,000\nHallo\n"
    for text in (vtt, srt):
        (cue,) = localizations.translation_of(_asked(captions=text)).cues
        assert (cue.start_seconds, cue.text) == (Fraction(1), "Hallo")
    with pytest.raises(InvalidInput, match="captions line 1"):
        localizations.translation_of(_asked(captions="Hallo"))


def test_titles_and_lines_are_taken_as_they_are_written() -> None:
    asked = _asked(script="eins\n\n  zwei  drei ", titles=[{"title": "#1", "text": " Hallo "}])
    translation = localizations.translation_of(asked)
    assert translation.script == ("eins", "zwei drei")
    (words,) = translation.titles
    assert (words.title, words.text, words.legal) == ("#1", "Hallo", None)


def test_recordings_of_lines_are_in_the_order_of_the_list(
    services: Services, tmp_path: Path
) -> None:
    voices = [
        StoredReference(
            f"ref_{data}", None, name, "audio", 1, services.blobs.put(data.encode()), {}, 0.0
        )
        for data, name in (("z", "9 takes 3.WAV"), ("a", "1.aiff"))
    ]
    with localizations._as_voice(services, tmp_path, voices, is_by_line=True) as voice:
        assert voice == Path("voice")
        found = line_files(tmp_path / voice)
        assert [path.read_bytes() for path in found] == [b"z", b"a"]
    with localizations._as_voice(services, tmp_path, voices[:1], is_by_line=False) as voice:
        assert voice is not None
        assert (tmp_path / voice).read_bytes() == b"z"
    with localizations._as_voice(services, tmp_path, [], is_by_line=False) as voice:
        assert voice is None
