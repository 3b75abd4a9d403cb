from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from services.audio_sync.words.clock import to_voice_rate
from services.audio_sync.words.hear import Heard, HearingOptions, hear_speech, hear_words
from shared.errors import Cancelled
from shared.script import plain_word
from shared.sync_map import SAMPLE_RATE_HZ
from tests.audio_sync.words.spoken import LINES, SPOKEN, spoken

TINY = "whisper-tiny.en"


@pytest.fixture(scope="module")
def heard() -> Heard:
    return hear_words(*SPOKEN, HearingOptions(model=TINY), lambda fraction: None)


def test_words_are_heard_where_they_are_said(heard: Heard) -> None:
    true = [word for line in spoken()[1] for word in line]
    assert [plain_word(word.text) for word in heard.words] == [plain_word(w.text) for w in true]
    errors = [
        word.start_sample / SAMPLE_RATE_HZ - said.start_s
        for word, said in zip(heard.words, true, strict=True)
    ]
    assert np.mean(np.abs(errors) < 0.05) >= 0.8
    assert all(0.3 < word.confidence <= 1.0 for word in heard.words)


def test_sentences_speech_and_language(heard: Heard) -> None:
    assert heard.language == "en"
    assert [sentence.text for sentence in heard.sentences] == list(LINES)
    for sentence, line in zip(heard.sentences, spoken()[1], strict=True):
        assert sentence.start_sample / SAMPLE_RATE_HZ == pytest.approx(line[0].start_s, abs=0.2)
        assert sentence.end_sample / SAMPLE_RATE_HZ == pytest.approx(line[-1].end_s, abs=0.2)
    assert heard.speech == hear_speech(*SPOKEN, lambda fraction: None)


def test_the_same_again_gives_the_same_and_progress_rises(heard: Heard) -> None:
    seen: list[float] = []
    again = hear_words(*SPOKEN, HearingOptions(model=TINY), seen.append)
    assert again == heard
    assert seen == sorted(seen)


def test_a_script_spells_and_differences_are_told() -> None:
    script = "We drove along the coast for nine days. Nobody had seen the Blue Lantern!"
    options = HearingOptions(script, "en", TINY)
    heard = hear_words(*SPOKEN, options, lambda fraction: None)
    assert [word.text for word in heard.words][-2:] == ["Blue", "Lantern!"]
    assert [(d.written, d.spoken) for d in heard.differences] == [(("nine",), ("three",))]


def test_another_language_has_the_recognisers_times() -> None:
    options = HearingOptions(language="de", model=TINY)
    heard = hear_words(*SPOKEN, options, lambda fraction: None)
    assert heard.language == "de"
    assert heard.words


def test_silence_has_no_words_and_needs_no_weights() -> None:
    heard = hear_words(
        np.zeros(16_000, np.float32), 48_000, HearingOptions("One two."), lambda fraction: None
    )
    assert (heard.speech, heard.words, heard.sentences) == ((), (), ())
    assert heard.differences[0].written == ("One", "two.")


def test_it_stops_within_a_second() -> None:
    sound = np.tile(spoken()[0], 4)
    called_off: list[float] = []

    def progress(fraction: float) -> None:
        # Called off while the recogniser works on a chunk.
        if any(thread.name.startswith("recogniser") for thread in threading.enumerate()):
            called_off.append(time.monotonic())
            if called_off[-1] - called_off[0] > 0.5:
                raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        hear_words(to_voice_rate(sound), len(sound), HearingOptions(model=TINY), progress)
    assert time.monotonic() - called_off[-1] < 1.0
