"""How well a film goes on where shots are left out: in its music, its words and its pictures.

What is left out takes its music with it, so a join is good where the music would go on in the same
way: as far into the bar, at a phrase or section, as loud, without a step in the beat.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.gateway.music import Music
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText, SyncMap
from shared.timeline import Timeline
from shared.timing import sample_at_frame

# A cut this near to a beat is on it, whatever the frame rate rounds to.
_ON_BEAT = SAMPLE_RATE_HZ * 6 // 100
_JOIN, _OTHER_BEAT, _OFF_BEAT = 0.6, 2.0, 4.0
_NO_PHRASE, _OTHER_SECTION = 0.4, 0.3
_STEP_SAMPLES = SAMPLE_RATE_HZ // 50  # a step in the rhythm of 20 ms costs one
_WORD, _SENTENCE = 5.0, 1.5
_SAME_SOURCE = 1.0
_GAP = 3.0
_ENERGY_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its bar a sample of the song is: `off` samples after the beat nearest to it.

    `in_bar` counts beats from the downbeat before; None where no beat or downbeat is near.
    """

    is_on_beat: bool
    in_bar: int | None
    off: int


@dataclass(frozen=True, slots=True)
class Joins:
    """The joins of one film; `sync_map` None is a film without a song."""

    film: Timeline
    sync_map: SyncMap | None

    @property
    def music(self) -> Music:
        """What is heard under the film."""
        start = self.film.sound.start_sample if self.film.sound else 0
        heard = self.sync_map if self.film.sound else None
        return Music(heard, start, self.film.frame_rate)

    def sample(self, frame: int) -> int:
        """The sample of the song that plays on a film frame."""
        start = self.film.sound.start_sample if self.film.sound else 0
        return start + sample_at_frame(frame, SAMPLE_RATE_HZ, self.film.frame_rate)

    def place(self, frame: int) -> Place:
        """Where in its bar a film frame is."""
        heard = self.sync_map
        if heard is None or not heard.beats:
            return Place(False, None, 0)
        sample = self.sample(frame)
        beats = [beat.sample for beat in heard.beats]
        at = bisect_left(beats, sample)
        near = min(
            range(max(0, at - 1), min(len(beats), at + 1)), key=lambda i: abs(beats[i] - sample)
        )
        off = sample - beats[near]
        if abs(off) > _ON_BEAT:
            return Place(False, None, off)
        downbeats = heard.downbeats
        bar = bisect_right(downbeats, beats[near] + _ON_BEAT) - 1
        if bar < 0:
            return Place(True, None, off)
        first = bisect_left(beats, downbeats[bar] - _ON_BEAT)
        return Place(True, near - first, off)

    def cost(self, leave: int, enter: int) -> float:
        """What going on at film frame `enter` instead of `leave` costs, music and words."""
        cost = _JOIN + _GAP * float(Fraction(enter - leave, self.film.frame_count)) ** 2
        heard = self.sync_map
        if heard is None or self.film.sound is None:
            return cost
        if heard.beats:
            cost += self._rhythm(leave, enter)
        cost += abs(self._energy(leave) - self._energy(enter))
        return cost + self._speech(leave) + self._speech(enter)

    def step_ms(self, leave: int, enter: int) -> float | None:
        """By how much a beat comes early or late at a join, in ms; None without beats there."""
        one, other = self.place(leave), self.place(enter)
        if not (one.is_on_beat and other.is_on_beat):
            return None
        return (one.off - other.off) * 1000 / SAMPLE_RATE_HZ

    def _rhythm(self, leave: int, enter: int) -> float:
        one, other = self.place(leave), self.place(enter)
        if not (one.is_on_beat and other.is_on_beat):
            return _OFF_BEAT
        cost = abs(one.off - other.off) / _STEP_SAMPLES
        cost += 0.0 if one.in_bar == other.in_bar else _OTHER_BEAT
        cost += sum(_NO_PHRASE for frame in (leave, enter) if not self._begins_phrase(frame)) / 2
        return cost + (0.0 if self._label(leave) == self._label(enter) else _OTHER_SECTION)

    def _begins_phrase(self, frame: int) -> bool:
        assert self.sync_map is not None
        sample = self.sample(frame)
        edges = [item.start_sample for item in self.sync_map.phrases]
        edges += [item.start_sample for item in self.sync_map.sections]
        return any(abs(edge - sample) <= _ON_BEAT for edge in edges)

    def _label(self, frame: int) -> str:
        assert self.sync_map is not None
        sample = self.sample(frame) + _ON_BEAT
        sections = self.sync_map.sections
        return next((s.label for s in sections if s.start_sample <= sample < s.end_sample), "")

    def _energy(self, frame: int) -> float:
        return self.music.energy(frame, frame + round(_ENERGY_SECONDS * self.film.frame_rate))

    def _speech(self, frame: int) -> float:
        assert self.sync_map is not None
        sample = self.sample(frame)

        def is_inside(items: Sequence[SpokenText]) -> bool:
            return any(item.start_sample < sample < item.end_sample for item in items)

        if is_inside(self.sync_map.words):
            return _WORD
        return _SENTENCE if is_inside(self.sync_map.sentences) else 0.0


def same_source_cost(film: Timeline, one: int, other: int) -> float:
    """What showing shot `other` right after shot `one` costs: a jump within one source."""
    shots = film.shots
    return _SAME_SOURCE if shots[one].source.handle == shots[other].source.handle else 0.0
