"""Where a voice-over goes in a film: it begins with a musical phrase, and ends before the film."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from shared.brief import Brief, Reference
from shared.errors import InvalidInput
from shared.soundtrack import Voice
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from shared.timeline import SongWindow, Timeline

# The music is heard for a moment before somebody speaks, and after.
_LEAD_SAMPLES = SAMPLE_RATE_HZ * 4 // 5
_TAIL_SAMPLES = SAMPLE_RATE_HZ // 2


def with_sound(
    brief: Brief, timeline: Timeline, sync_map: SyncMap | None, voice_seconds: float | None
) -> Timeline:
    """The timeline with the brief's loudness and voice; `voice_seconds` is how long that lasts.

    Raises `InvalidInput` for a voice without a song under it, and for one longer than the film.
    """
    timeline = dataclasses.replace(timeline, loudness=brief.loudness)
    if brief.voice is None:
        return timeline
    if timeline.sound is None or sync_map is None:
        raise InvalidInput(
            f"{_name(brief.voice)}: a voice is laid over a song; expected one by song (a film is "
            "cut to speech alone if that is the song)"
        )
    length = round((voice_seconds or 0) * SAMPLE_RATE_HZ)
    start = _place(timeline.sound, sync_map, length)
    if start is None:
        over = (length - timeline.sound.length_samples) / SAMPLE_RATE_HZ
        raise InvalidInput(
            f"{_name(brief.voice)}: lasts {over:.2f} s longer than the film; expected a voice of "
            f"at most {timeline.sound.length_samples / SAMPLE_RATE_HZ:.2f} s, or a longer film"
        )
    return dataclasses.replace(timeline, voice=Voice(brief.voice.blob, start))


def _place(window: SongWindow, sync_map: SyncMap, length: int) -> int | None:
    """The sample of the film at which the voice begins; None if it does not fit.

    The first phrase, else bar, else beat that leaves music before and after; else as late as the
    music after allows; else at once.
    """
    spare = window.length_samples - length
    if spare < 0:
        return None
    phrases = (phrase.start_sample for phrase in sync_map.phrases)
    beats = (beat.sample for beat in sync_map.beats)
    for events in (phrases, sync_map.downbeats, beats):
        for sample in _inside(events, window):
            if _LEAD_SAMPLES <= sample <= spare - _TAIL_SAMPLES:
                return sample
    return max(0, min(_LEAD_SAMPLES, spare - _TAIL_SAMPLES))


def _inside(events: Iterable[int], window: SongWindow) -> list[int]:
    places = (sample - window.start_sample for sample in events)
    return [place for place in places if 0 <= place < window.length_samples]


def _name(voice: Reference) -> str:
    return voice.path or voice.handle
