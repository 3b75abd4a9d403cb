from __future__ import annotations

from services.audio_sync.words.letters import sounds_of
from services.audio_sync.words.recognizer import RoughWord
from services.audio_sync.words.script import in_script_words


def _heard(text: str) -> list[RoughWord]:
    return [RoughWord(word, k * 0.5, k * 0.5 + 0.4, 0.9, 0) for k, word in enumerate(text.split())]


def _settled(heard: str, script: str) -> str:
    return " ".join(word.text for word in in_script_words(_heard(heard), script, sounds_of))


def test_the_script_spells() -> None:
    assert _settled("my name is quillin abernethy", "My name is Quillan Abernathy.") == (
        "My name is Quillan Abernathy."
    )


def test_what_was_said_otherwise_stays() -> None:
    assert _settled("a quick red fox", "A quick brown fox.") == "A quick red fox."


def test_what_was_not_said_is_left_out_and_what_was_added_stays() -> None:
    assert _settled("we drove home today", "We all drove home.") == "We drove home. today"


def test_one_word_heard_as_two_keeps_their_time() -> None:
    words = in_script_words(_heard("the velo tron folds"), "The Velotron folds.", sounds_of)
    assert [word.text for word in words] == ["The", "Velotron", "folds."]
    assert (words[1].start_s, words[1].end_s) == (0.5, 1.4)


def test_times_stay_in_order_when_a_word_becomes_two() -> None:
    words = in_script_words(_heard("we onbeet go"), "We on beat go.", sounds_of)
    assert [word.text for word in words] == ["We", "on", "beat", "go."]
    assert 0.5 == words[1].start_s < words[1].end_s == words[2].start_s < words[2].end_s < 0.91
