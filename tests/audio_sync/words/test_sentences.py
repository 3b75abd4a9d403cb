from __future__ import annotations

from services.audio_sync.words.sentences import sentences_of
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText


def _words(text: str, pause_after: dict[int, float] | None = None) -> list[SpokenText]:
    words, at = [], 0
    for index, word in enumerate(text.split()):
        words.append(SpokenText(word, at, at + 10_000, 0.5 + 0.1 * (index % 2)))
        at += 12_000 + round((pause_after or {}).get(index, 0) * SAMPLE_RATE_HZ)
    return words


def _texts(text: str, pause_after: dict[int, float] | None = None) -> list[str]:
    return [item.text for item in sentences_of(_words(text, pause_after), "en")]


def test_punctuation_ends_sentences() -> None:
    assert _texts('Come in. "Really?" Yes!') == ["Come in.", '"Really?"', "Yes!"]


def test_abbreviations_and_initials_do_not() -> None:
    assert _texts("Dr. J. Smith came. So do I. Good.") == [
        "Dr. J. Smith came.",
        "So do I.",
        "Good.",
    ]


def test_long_pauses_end_sentences() -> None:
    assert _texts("one two three", {1: 2.0}) == ["one two", "three"]
    assert _texts("one two three", {1: 0.5}) == ["one two three"]


def test_times_and_confidence_are_those_of_the_words() -> None:
    (sentence,) = sentences_of(_words("one two"), "en")
    assert (sentence.start_sample, sentence.end_sample) == (0, 22_000)
    assert sentence.confidence == 0.55


def test_languages_without_spaces() -> None:
    (sentence,) = sentences_of(_words("今日 は"), "ja")
    assert sentence.text == "今日は"
    assert sentences_of([], "en") == ()


def test_words_without_full_stops_are_parted_at_breaths() -> None:
    """A recogniser that hears badly writes none; a short sentence may well have a breath in it."""
    step, breath = 24_000, 20_000
    words = [
        SpokenText("and", k * step + (k // 10) * breath, k * step + (k // 10) * breath + step, 0.5)
        for k in range(30)
    ]
    assert [len(sentence.text.split()) for sentence in sentences_of(words, "en")] == [10, 10, 10]
    assert len(sentences_of(words[:20], "en")) == 1
