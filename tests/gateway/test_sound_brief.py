from __future__ import annotations

import asyncio
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.sound_brief import (
    EffectSpec,
    effects_of,
    parse_clip_sound,
    parse_say_voice,
    store_narration,
)
from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput, NotFound
from shared.soundtrack import ClipSound


def test_levels_and_voices_are_read_by_name() -> None:
    assert parse_clip_sound("under") is ClipSound.UNDER
    assert parse_say_voice(" heart ") == "heart"
    with pytest.raises(InvalidInput, match="clip_sound 'loud' is not known; expected one of off"):
        parse_clip_sound("loud")


def test_effects_are_read_with_what_they_need() -> None:
    found = effects_of(
        [{"path": "a.wav", "seconds": "1.5"}, {"path": "b.wav", "seconds": "2", "gain_db": "-6"}],
        Path("/films"),
    )
    assert found == (
        EffectSpec(Path("/films/a.wav"), Fraction(3, 2)),
        EffectSpec(Path("/films/b.wav"), Fraction(2), -6.0),
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"path": "a.wav"}, "expected a list"),
        ([{"path": "a.wav"}], "expected path and seconds"),
        ([{"path": "a.wav", "seconds": "1", "when": "2"}], "expected path and seconds"),
        ([{"path": "a.wav", "seconds": "soon"}], "seconds 'soon' is not a number"),
        ([{"path": "a.wav", "seconds": "1e9"}], "is not a number"),
        ([{"path": "a.wav", "seconds": "-1"}], "is out of range; expected 0"),
        ([{"path": "a.wav", "seconds": "1", "gain_db": "13"}], "gain_db 13 is out of range"),
        ([{"path": None, "seconds": "1"}], "expected a path"),
    ],
)
def test_other_effects_are_refused(document: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        effects_of(document, Path())


def test_a_script_is_stored_or_refused_by_name(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    script = tmp_path / "say.txt"
    script.write_text("Hello.")
    found = asyncio.run(store_narration(blobs, script, "emma"))
    assert found is not None
    assert (blobs.read(found.script), found.voice) == (b"Hello.", "emma")
    default = asyncio.run(store_narration(blobs, script, None))
    assert default is not None
    assert default.voice == "heart"
    assert asyncio.run(store_narration(blobs, None, None)) is None
    with pytest.raises(InvalidInput, match="there is nothing to say"):
        asyncio.run(store_narration(blobs, None, "emma"))
    with pytest.raises(NotFound, match=r"none\.txt: no such file"):
        asyncio.run(store_narration(blobs, tmp_path / "none.txt", None))
    script.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match=r"say\.txt: is not UTF-8"):
        asyncio.run(store_narration(blobs, script, None))
