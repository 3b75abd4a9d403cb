from __future__ import annotations

import string

import pytest

from services.audio_sync.words.letters import plain_letters, sounds_of, spelled

_VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"}
_CONSONANTS = {*"BDFGKLMNPRSTVWYZ", "CH", "DH", "HH", "JH", "NG", "SH", "TH", "ZH"}


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("velotron", "V EH L AA T R AA N"),
        ("knight", "N AY T"),
        ("quake", "K W EY K"),
        ("lighter", "L AY T ER"),
        ("motion", "M OW SH AH N"),
        ("Zérich", "Z EH R IH CH"),
    ],
)
def test_letters_become_sounds(word: str, sounds: str) -> None:
    said = " ".join(sounds_of(word))
    assert said == sounds


def test_words_without_vowels_are_spelled() -> None:
    assert sounds_of("fbq") == spelled("fbq") == ("EH", "F", "B", "IY", "K", "Y", "UW")


def test_every_letter_has_a_sound_of_the_dictionary() -> None:
    for first in string.ascii_lowercase:
        for second in string.ascii_lowercase:
            said = sounds_of(f"{first}{second}o{first}")
            assert said
            assert set(said) <= _VOWELS | _CONSONANTS


def test_other_scripts_have_no_letters() -> None:
    assert plain_letters("東京 Ærø 12") == "ro"
    assert sounds_of("東京") == ()
