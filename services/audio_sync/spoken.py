"""Speech under a film: words that no cut may fall into, and where it is good to cut instead."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from services.audio_sync.candidate import Candidate, Window
from services.audio_sync.meter import Meter
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, SpokenText, SyncMap

_PAUSE_SAMPLES = SAMPLE_RATE_HZ // 5  # a breath between words
_SENTENCE_REWARD, _SPEECH_REWARD, _PAUSE_REWARD, _WORD_REWARD = 3.0, 2.0, 1.0, 0.0
_MAX_SHOWN = 40  # letters of a sentence in a reason


class Words:
    """Words in order; where two overlap, the first ends where the second begins."""

    def __init__(self, words: tuple[SpokenText, ...]) -> None:
        ordered = sorted(words, key=lambda word: (word.start_sample, word.end_sample))
        self.words = tuple(ordered)
        self._starts = [word.start_sample for word in ordered]
        nexts = [*self._starts[1:], *(word.end_sample for word in ordered[-1:])]
        self._ends = [
            min(word.end_sample, after) for word, after in zip(ordered, nexts, strict=True)
        ]

    def cut_by(self, frame: int, window: Window) -> SpokenText | None:
        """The word that a cut on a film frame would fall into, None between words.

        A word's own first and last frame are not inside it: a cut is never nearer to its edges.
        """
        index = bisect_right(self._starts, window.sample(frame + 1)) - 1
        # A word that begins within this frame hides the one that it follows.
        for place in (index, index - 1):
            if place < 0:
                continue
            first, last = window.frame(self._starts[place]), window.frame(self._ends[place])
            if first < frame < last:
                return self.words[place]
        return None


@dataclass(frozen=True, slots=True)
class _Moment:
    sample: int
    event: CutEvent
    reward: float
    place: str


def spoken_candidates(sync_map: SyncMap, meter: Meter, window: Window) -> list[Candidate]:
    """Starts of sentences, of stretches of speech and of words, in order of time.

    Strength is the confidence of what is said. Where a sentence begins its first word is left out.
    """
    best: dict[int, tuple[_Moment, float]] = {}
    for moment, strength in _moments(sync_map):
        known = best.get(moment.sample)
        if known is None or moment.reward > known[0].reward:
            best[moment.sample] = moment, strength
    return [
        Candidate(
            window.frame(sample),
            sample,
            meter.position(sample),
            None,
            moment.event,
            strength,
            moment.reward + 0.5 * strength,
            place=moment.place,
        )
        for sample, (moment, strength) in sorted(best.items())
    ]


def _moments(sync_map: SyncMap) -> Iterator[tuple[_Moment, float]]:
    for sentence in sync_map.sentences:
        place = f"the start of the sentence “{_shown(sentence.text)}”"
        moment = _Moment(sentence.start_sample, CutEvent.SENTENCE, _SENTENCE_REWARD, place)
        yield moment, _strength(sentence)
    if not sync_map.sentences:
        for span in sync_map.speech:
            place = "the start of speech"
            yield _Moment(span.start_sample, CutEvent.SPEECH, _SPEECH_REWARD, place), 0.5
    last_end = None
    for word in sorted(sync_map.words, key=lambda word: word.start_sample):
        is_paused = last_end is None or word.start_sample - last_end >= _PAUSE_SAMPLES
        reward = _PAUSE_REWARD if is_paused else _WORD_REWARD
        place = f"the word “{_shown(word.text)}”{' after a pause' if is_paused else ''}"
        yield _Moment(word.start_sample, CutEvent.WORD, reward, place), _strength(word)
        last_end = word.end_sample


def _strength(spoken: SpokenText) -> float:
    return min(max(spoken.confidence, 0.0), 1.0)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1].rstrip() + "…"
