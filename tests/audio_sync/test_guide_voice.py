"""A guide voice says what is written, and knows when."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from services.audio_sync.guide_voice import GuideVoice
from shared.errors import InvalidInput

pytest.importorskip("hibari")
TEXT = "On the 3rd of May, 1,250 people paid $9.99 — each! Dr. Smith's coffee keeps the beat."


@pytest.fixture(scope="module")
def voice() -> GuideVoice:
    return GuideVoice("heart")


def test_words_are_the_script_s_own_in_order(voice: GuideVoice) -> None:
    said = voice.say(TEXT)
    assert [word.text for word in said.words] == TEXT.split()
    for word, following in pairwise(said.words):
        assert word.start_sample <= word.end_sample <= following.start_sample
    assert said.words[-1].end_sample <= len(said.sound)
    assert said.sound.dtype == np.float32
    # Numbers take as long as they are read out; a dash takes no time.
    times = {word.text: word.end_sample - word.start_sample for word in said.words}
    assert times["1,250"] > 3 * times["people"]
    assert times["—"] == 0


def test_it_is_silent_between_sentences_and_nowhere_inside_words(voice: GuideVoice) -> None:
    said = voice.say("Coffee in the morning. Music in the evening.")
    ends = next(word for word in said.words if word.text == "morning.")
    begins = next(word for word in said.words if word.text == "Music")
    pause = said.sound[ends.end_sample + 2_400 : begins.start_sample - 1_200]
    assert len(pause) > 4_800
    assert np.abs(pause).max() < 0.002
    for word in said.words:
        assert np.abs(said.sound[word.start_sample : word.end_sample]).max() > 0.01


def test_faster_is_shorter_and_equal_texts_sound_equal(voice: GuideVoice) -> None:
    usual, again = voice.say("Hello there."), voice.say("Hello there.")
    assert np.array_equal(usual.sound, again.sound)
    assert len(voice.say("Hello there.", 1.5).sound) < 0.85 * len(usual.sound)


def test_a_sentence_too_long_for_a_breath_is_said_whole(voice: GuideVoice) -> None:
    text = "one two three, " * 40 + "done."
    said = voice.say(text)
    assert [word.text for word in said.words] == text.split()


def test_nothing_to_say_is_refused(voice: GuideVoice) -> None:
    with pytest.raises(InvalidInput, match="nothing to say"):
        voice.say("\n")
