"""Which events a film may be cut on, and what stands in for those that were not heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.audio_sync.candidate import Candidate, Window
from services.audio_sync.events import musical_candidates
from services.audio_sync.fillers import GAP_BEATS, clock_candidates, gap_at, onset_candidates
from services.audio_sync.hearing import Hearing
from services.audio_sync.spoken import spoken_candidates
from shared.brief import CutsOn, Pacing
from shared.sync_map import CutEvent

_SECTIONS = frozenset({CutEvent.SECTION, CutEvent.DROP})
_PHRASES = _SECTIONS | {CutEvent.PHRASE}
_DOWNBEATS = _PHRASES | {CutEvent.DOWNBEAT}
_BEATS = _DOWNBEATS | {CutEvent.BEAT}
_EVENTS: dict[CutsOn, frozenset[CutEvent]] = {
    CutsOn.SECTIONS: _SECTIONS,
    CutsOn.PHRASES: _PHRASES,
    CutsOn.DOWNBEATS: _DOWNBEATS,
    CutsOn.BEATS: _BEATS,
    CutsOn.ONSETS: frozenset({CutEvent.ONSET}),
    CutsOn.WORDS: frozenset({CutEvent.WORD, CutEvent.SENTENCE, CutEvent.SPEECH}),
    CutsOn.SENTENCES: frozenset({CutEvent.SENTENCE, CutEvent.SPEECH}),
}
# What is taken instead when none of the events lies in the film.
_NEXT: dict[CutsOn, CutsOn] = {
    CutsOn.SECTIONS: CutsOn.PHRASES,
    CutsOn.PHRASES: CutsOn.DOWNBEATS,
    CutsOn.DOWNBEATS: CutsOn.BEATS,
    CutsOn.BEATS: CutsOn.AUTO,
    CutsOn.ONSETS: CutsOn.AUTO,
    CutsOn.SENTENCES: CutsOn.WORDS,
    CutsOn.WORDS: CutsOn.AUTO,
}
_WITH_CLOCK = (CutsOn.AUTO, CutsOn.BEATS, CutsOn.ONSETS)
_SPEECH_OVER_BEATS = 0.2  # where beats carry the film, speech is not what it is cut to
_DISPLACED_SHARE = 0.4  # of the reward of the beat that lies inside a word
_GRID = _BEATS | {CutEvent.OFFBEAT}


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of a film in order of frames, each frame once, none near the film's ends.

    `note` says what was asked for and not heard, "" if nothing was missing.
    """

    candidates: tuple[Candidate, ...]
    note: str = ""


def find_candidates(hearing: Hearing, window: Window, cuts_on: CutsOn = CutsOn.AUTO) -> Choice:
    """What may be cut on: no words are cut, nothing comes before a drop or in its bar."""
    music = musical_candidates(hearing, window)
    spoken = spoken_candidates(hearing.sync_map, hearing.meter, window)
    onsets = onset_candidates(hearing, window)
    level = cuts_on
    while level is not CutsOn.AUTO:
        wanted = [c for c in (*music, *spoken, *onsets) if c.event in _EVENTS[level]]
        if inside := _placed(wanted, hearing, window):
            break
        level = _NEXT[level]
    else:
        inside = _placed(_automatic(music, spoken, onsets, hearing, window), hearing, window)
    if level in _WITH_CLOCK:
        clock = clock_candidates(inside, hearing, window)
        inside = _by_frame([*inside, *_placed(clock, hearing, window)], window)
    return Choice(tuple(inside), "" if level is cuts_on else f"no {cuts_on} to cut on")


def fixed_candidates(hearing: Hearing, window: Window) -> dict[int, Candidate]:
    """By film frame: the greatest event whose cut would be there, on purpose or by chance."""
    found: dict[int, Candidate] = {}
    music = musical_candidates(hearing, window)
    spoken = spoken_candidates(hearing.sync_map, hearing.meter, window)
    for lead in sorted({0, window.lead_frames}):  # a cut that leads as asked wins
        at: dict[int, Candidate] = {}
        for candidate in (*spoken, *music):
            frame = candidate.frame - lead
            if frame not in at or candidate.reward > at[frame].reward:
                at[frame] = replace(candidate, frame=frame, lead_frames=lead)
        found |= at
    return found


def _automatic(
    music: Sequence[Candidate],
    spoken: Sequence[Candidate],
    onsets: Sequence[Candidate],
    hearing: Hearing,
    window: Window,
) -> list[Candidate]:
    """Beats; between beats that are far apart speech and onsets; off-beats for the frantic."""
    is_frantic = hearing.pacing is Pacing.FRANTIC
    found = [c for c in music if is_frantic or c.is_burst or c.event is not CutEvent.OFFBEAT]
    grid = [c.sample for c in music if c.event in _BEATS and c.sample is not None]
    far = GAP_BEATS * hearing.meter.beat_samples
    for candidate in (*spoken, *onsets):
        if candidate.sample is None:
            continue
        if gap_at(candidate.sample, grid, window) >= far:
            found.append(candidate)
        elif candidate.event in (CutEvent.SENTENCE, CutEvent.SPEECH):
            found.append(replace(candidate, reward=_SPEECH_OVER_BEATS * candidate.reward))
    return found + _displaced(found, spoken, hearing, window)


def _displaced(
    found: Sequence[Candidate], spoken: Sequence[Candidate], hearing: Hearing, window: Window
) -> list[Candidate]:
    """For beats inside words: the starts of that word and of the next one, if they are near."""
    words, added = hearing.words, []
    at = {candidate.sample: candidate for candidate in spoken}
    starts = [word.start_sample for word in words.words]
    place_of = {word: index for index, word in enumerate(words.words)}
    for candidate in found:
        if candidate.sample is None or candidate.event not in _GRID:
            continue
        word = words.cut_by(candidate.frame, window)
        if word is None:
            continue
        place = place_of[word]
        for start in starts[place : place + 2]:
            if abs(start - candidate.sample) <= hearing.meter.beat_samples:
                reward = max(at[start].reward, _DISPLACED_SHARE * candidate.reward)
                added.append(replace(at[start], reward=reward))
    return added


def _placed(found: Iterable[Candidate], hearing: Hearing, window: Window) -> list[Candidate]:
    """Each where its cut comes: ahead of its event as far as asked, never inside a word."""
    placed = []
    for candidate in found:
        if hearing.arcs.is_held(candidate.position):
            continue
        longest = 0 if candidate.sample is None else window.lead_frames
        for lead in range(longest, -1, -1):
            frame = candidate.frame - lead
            if hearing.words.cut_by(frame, window) is None:
                placed.append(replace(candidate, frame=frame, lead_frames=lead))
                break
    return _by_frame(placed, window)


def _by_frame(found: Iterable[Candidate], window: Window) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    first, last = window.floor_frames, window.frame_count - window.floor_frames
    for candidate in found:
        other = best.get(candidate.frame)
        if first <= candidate.frame <= last and (not other or candidate.reward > other.reward):
            best[candidate.frame] = candidate
    return [best[frame] for frame in sorted(best)]
