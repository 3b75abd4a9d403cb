"""Word and sentence times of speech whose words are known: alone, and over music.

    python -m benchmarks speech

Beside the product: the recogniser's own times for the same words, as they are and with their bias
removed, and the product given the script. All of them listen by one `Replay`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from unittest import mock

import numpy as np

from benchmarks.speech.clips import Clip, clips, over_music
from benchmarks.speech.replay import Replay
from benchmarks.speech.score import boundary_f, finite_ms, onset_errors_s, share_within
from benchmarks.speech.voice import Samples, Word
from services.audio_sync.words import hear
from services.audio_sync.words.activity import speech_likelihood, speech_spans
from services.audio_sync.words.chunks import chunks_of
from services.audio_sync.words.clock import VOICE_RATE_HZ, to_voice_rate
from services.audio_sync.words.hear import Heard, HearingOptions, hear_words
from services.audio_sync.words.models import load_recognizer
from services.audio_sync.words.sentences import sentences_of
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText

MODEL = "whisper-base"
SNRS_DB: tuple[float | None, ...] = (None, 12.0, 6.0, 0.0)
_Sentence = tuple[float, float]
_Answer = tuple[list[Word], list[_Sentence]]


def table() -> str:
    """Markdown: shares of onsets within 50 ms and boundary F, by system and by signal to noise."""
    rows = []
    for snr_db in SNRS_DB:
        name = "speech alone" if snr_db is None else f"over music, {snr_db:g} dB"
        for row in _scored(snr_db):
            rows.append(f"| {name} | {row} |")
            print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(
        [
            f"## Speech ({sum(len(clip.words) for clip in clips())} words, one synthetic voice "
            f"played six ways, {MODEL})\n",
            "| sound | system | onsets within 50 ms | median | mean abs. | sentence F, 0.2 s "
            "| CPU-s per minute |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


@cache
def _recognizer() -> Replay:
    return Replay(load_recognizer(MODEL))


def _scored(snr_db: float | None) -> list[str]:
    sounds = [
        clip.samples if snr_db is None else over_music(clip, snr_db, index)
        for index, clip in enumerate(clips())
    ]
    bare, cost = _timed(lambda sound, clip: _bare(sound), sounds)
    moved_s = _recognizer().lateness_s
    return [
        _row("whisper's own times", bare, cost),
        _row("the same, bias removed", [_earlier(heard, moved_s) for heard in bare], cost),
        _row("onbeat", *_timed(lambda sound, clip: _heard(sound, None), sounds)),
        _row(
            "onbeat, script given", *_timed(lambda sound, clip: _heard(sound, clip.script), sounds)
        ),
    ]


def _timed(
    listen: Callable[[Samples, Clip], _Answer], sounds: Sequence[Samples]
) -> tuple[list[_Answer], float]:
    """Answers to all clips, and the CPU seconds per minute of sound that they took."""
    replay = _recognizer()
    started, played_back = time.process_time(), replay.played_back_cpu_s
    answers = [listen(sound, clip) for sound, clip in zip(sounds, clips(), strict=True)]
    minutes = sum(map(len, sounds)) / SAMPLE_RATE_HZ / 60
    spent_s = time.process_time() - started + replay.played_back_cpu_s - played_back
    return answers, spent_s / minutes


def _row(name: str, answers: Sequence[_Answer], cost: float) -> str:
    pairs = list(zip(answers, clips(), strict=True))
    errors = [error for (words, _), clip in pairs for error in onset_errors_s(clip.words, words)]
    ms = finite_ms(errors)
    f = np.mean([boundary_f(clip.sentences, found) for (_, found), clip in pairs])
    return (
        f"{name} | {share_within(errors):.3f} | {np.median(ms):+.0f} ms "
        f"| {np.mean(np.abs(ms)):.0f} ms | {f:.2f} | {cost:.1f}"
    )


def _earlier(answer: _Answer, moved_s: float) -> _Answer:
    words, sentences = answer
    return (
        [Word(word.text, word.start_s - moved_s, word.end_s - moved_s) for word in words],
        [(start - moved_s, end - moved_s) for start, end in sentences],
    )


def _heard(sound: Samples, script: str | None) -> tuple[list[Word], list[_Sentence]]:
    options = HearingOptions(script=script, language="en", model=MODEL)
    with mock.patch.object(hear, "load_recognizer", return_value=_recognizer()):
        heard: Heard = hear_words(to_voice_rate(sound), len(sound), options, lambda fraction: None)
    return _words(heard.words), _edges(heard.sentences)


def _bare(sound: Samples) -> tuple[list[Word], list[_Sentence]]:
    """What whisper says by itself, on the same chunks."""
    voice = to_voice_rate(sound)
    likelihood = speech_likelihood(voice)
    recognizer = _recognizer()
    spoken = []
    for span in chunks_of(speech_spans(likelihood, len(voice)), likelihood, len(voice)):
        chunk = voice[span.start_sample : span.end_sample]
        offset = span.start_sample / VOICE_RATE_HZ
        spoken += [
            SpokenText(
                word.text,
                round((word.start_s + offset) * SAMPLE_RATE_HZ),
                round((word.end_s + offset) * SAMPLE_RATE_HZ),
            )
            for word in recognizer.transcribe(chunk, "en").words
        ]
    return _words(spoken), _edges(sentences_of(spoken, "en"))


def _words(spoken: Sequence[SpokenText]) -> list[Word]:
    return [
        Word(item.text, item.start_sample / SAMPLE_RATE_HZ, item.end_sample / SAMPLE_RATE_HZ)
        for item in spoken
    ]


def _edges(spoken: Sequence[SpokenText]) -> list[_Sentence]:
    return [(word.start_s, word.end_s) for word in _words(spoken)]
