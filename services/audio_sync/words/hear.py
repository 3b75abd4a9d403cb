"""Hear words: where somebody speaks, what is said and when, sentences and language.

    chunks of speech -> recogniser -> the script's spelling -> forced alignment -> sentences

The recogniser runs in a thread of its own, so that whoever waits can still call it off: it then
ends its chunk for nobody, and is thrown away.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from typing import TypeVar

from services.audio_sync.words.activity import Floats, speech_likelihood, speech_spans
from services.audio_sync.words.align import Aligner, aligner
from services.audio_sync.words.chunks import chunks_of
from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples, to_song_sample
from services.audio_sync.words.endings import after_pause, before_pause
from services.audio_sync.words.heap import give_back
from services.audio_sync.words.models import load_recognizer
from services.audio_sync.words.placing import place_words
from services.audio_sync.words.recognizer import Recognizer, RoughWord
from services.audio_sync.words.script import in_script_words
from services.audio_sync.words.sentences import sentences_of
from services.audio_sync.words.sounds import sounds_for
from shared.script import Difference, differences, script_words
from shared.sync_map import Span, SpokenText

ALIGNED_LANGUAGE = "en"
_POLL_S = 0.1
# A language is asked for in this many chunks, the longest ones; the surest answer is taken.
_CHUNKS_ASKED = 3
_STRAY_S = 0.3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class HearingOptions:
    """How to hear: a `script` (its text), a language code, the name of a model (`models`)."""

    script: str | None = None
    language: str | None = None
    model: str = "whisper-base"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard; times are samples at 48 kHz. `differences` are those from the script."""

    speech: tuple[Span, ...] = ()
    words: tuple[SpokenText, ...] = ()
    sentences: tuple[SpokenText, ...] = ()
    language: str | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chunk:
    start: int
    samples: Samples


def hear_speech(
    voice: Samples, num_samples: int, progress: Callable[[float], None]
) -> tuple[Span, ...]:
    """Only where somebody speaks or sings, in samples at 48 kHz.

    `voice` is float32 at 16 kHz (`to_voice_rate`), `num_samples` how many there are at 48 kHz.
    """
    likelihood = speech_likelihood(voice, lambda: progress(0.0))
    return _song_spans(speech_spans(likelihood, len(voice)), num_samples)


def hear_words(
    voice: Samples,
    num_samples: int,
    options: HearingOptions,
    progress: Callable[[float], None],
) -> Heard:
    """Hear as `hear_speech` does; silence and music without a voice give an empty answer.

    `progress` gets fractions 0..1 several times a second, from this thread; what it raises ends
    the work within a second. Raises `Unavailable` without weights.
    """
    done = 0.0

    def tick() -> None:
        progress(done)

    likelihood = speech_likelihood(voice, tick)
    spans = speech_spans(likelihood, len(voice))
    speech = _song_spans(spans, num_samples)
    chunks = [
        _Chunk(span.start_sample, voice[span.start_sample : span.end_sample])
        for span in chunks_of(spans, likelihood, len(voice))
    ]
    if not chunks:
        spoken = differences(script_words(options.script or ""), ())
        return Heard(speech, language=options.language, differences=spoken)
    executor = ThreadPoolExecutor(1, thread_name_prefix="recogniser")
    try:
        recognizer = _wait(executor.submit(load_recognizer, options.model), tick)
        give_back()
        language = options.language or _language(executor, recognizer, chunks, tick)
        rough: list[tuple[RoughWord, ...]] = []
        for index, chunk in enumerate(chunks):
            done = index / len(chunks)
            said = executor.submit(recognizer.transcribe, chunk.samples, language)
            rough.append(_without_strays(_wait(said, tick).words, chunk, spans))
            give_back()  # a recogniser leaves a tenth of a gigabyte behind
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    placer = _wait_aligner(language)
    if options.script is not None:
        rough = _scripted(rough, chunks, options.script, sounds_for(placer))
    words = [
        word
        for chunk, said_words in zip(chunks, rough, strict=True)
        for word in _placed(chunk, said_words, likelihood, recognizer.lateness_s, placer, tick)
    ]
    ordered = _within(words, num_samples)
    written = script_words(options.script or "")
    return Heard(
        speech,
        ordered,
        sentences_of(ordered, language),
        language,
        differences(written, [word.text for word in ordered]) if written else (),
    )


def _song_spans(spans: Sequence[Span], num_samples: int) -> tuple[Span, ...]:
    return tuple(
        Span(to_song_sample(span.start_sample), min(num_samples, to_song_sample(span.end_sample)))
        for span in spans
    )


def _wait(future: Future[_T], tick: Callable[[], None]) -> _T:
    while True:
        tick()
        try:
            return future.result(timeout=_POLL_S)
        except StillRunning:
            if future.done():  # the work itself raised one
                raise


def _wait_aligner(language: str) -> Aligner | None:
    return aligner() if language == ALIGNED_LANGUAGE else None


def _language(
    executor: ThreadPoolExecutor,
    recognizer: Recognizer,
    chunks: Sequence[_Chunk],
    tick: Callable[[], None],
) -> str:
    longest = sorted(chunks, key=lambda chunk: (-len(chunk.samples), chunk.start))
    answers = [
        _wait(executor.submit(recognizer.language_of, chunk.samples), tick)
        for chunk in longest[:_CHUNKS_ASKED]
    ]
    return max(answers, key=lambda answer: answer[1])[0]


def _without_strays(
    words: Sequence[RoughWord], chunk: _Chunk, spans: Sequence[Span]
) -> tuple[RoughWord, ...]:
    """Words where somebody speaks: whisper makes up others for the silence in between."""
    slack = round(_STRAY_S * VOICE_RATE_HZ)

    def is_spoken(word: RoughWord) -> bool:
        start = chunk.start + round(word.start_s * VOICE_RATE_HZ)
        end = chunk.start + round(word.end_s * VOICE_RATE_HZ)
        return any(
            start < span.end_sample + slack and end > span.start_sample - slack for span in spans
        )

    return tuple(word for word in words if is_spoken(word))


def _scripted(
    rough: Sequence[tuple[RoughWord, ...]],
    chunks: Sequence[_Chunk],
    script: str,
    sounds_of: Callable[[str], Sequence[str]],
) -> list[tuple[RoughWord, ...]]:
    """The script is one text and the chunks are many: they are compared as one, then parted."""
    offsets = [chunk.start / VOICE_RATE_HZ for chunk in chunks]
    everything = [
        dataclasses.replace(
            word, start_s=word.start_s + offset, end_s=word.end_s + offset, segment=index
        )
        for index, (words, offset) in enumerate(zip(rough, offsets, strict=True))
        for word in words
    ]
    parted: list[list[RoughWord]] = [[] for _ in chunks]
    for word in in_script_words(everything, script, sounds_of):
        offset = offsets[word.segment]
        parted[word.segment].append(
            dataclasses.replace(
                word, start_s=max(0.0, word.start_s - offset), end_s=max(0.0, word.end_s - offset)
            )
        )
    return [tuple(words) for words in parted]


def _placed(
    chunk: _Chunk,
    words: Sequence[RoughWord],
    likelihood: Floats,
    lateness_s: float,
    placer: Aligner | None,
    tick: Callable[[], None],
) -> list[SpokenText]:
    placed = []
    offset_s = chunk.start / VOICE_RATE_HZ
    for word in place_words(chunk.samples, words, lateness_s, placer, tick):
        start_s, end_s = word.start_s + offset_s, word.end_s + offset_s
        start_s = after_pause(likelihood, start_s, end_s)
        placed.append(
            SpokenText(
                word.text,
                to_song_sample(start_s * VOICE_RATE_HZ),
                to_song_sample(before_pause(likelihood, start_s, end_s) * VOICE_RATE_HZ),
                round(min(1.0, max(0.0, word.confidence)), 4),
            )
        )
    return placed


def _within(words: Sequence[SpokenText], num_samples: int) -> tuple[SpokenText, ...]:
    """Words inside the sound, none beginning before the one before it ends."""
    ordered: list[SpokenText] = []
    for word in words:
        start = max(word.start_sample, ordered[-1].end_sample if ordered else 0)
        end = min(num_samples, max(word.end_sample, start))
        if start < end:
            ordered.append(dataclasses.replace(word, start_sample=start, end_sample=end))
    return tuple(ordered)
