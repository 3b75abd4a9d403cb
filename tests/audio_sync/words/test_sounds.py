from __future__ import annotations

from services.audio_sync.words.align import aligner
from services.audio_sync.words.sounds import sounds_for


def test_what_sounds_alike_has_equal_sounds() -> None:
    sounds_of = sounds_for(aligner())
    assert sounds_of("40") == sounds_of("forty")
    assert sounds_of("pears") == sounds_of("Pairs.") != sounds_of("apples")


def test_letters_where_sounds_are_not_known() -> None:
    assert sounds_for(None)("Über,") == ("u", "b", "e", "r")
