"""A voice begins with the music's own marks, and never outlasts the film."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from services.gateway.voice_over import with_sound
from shared.brief import Brief, MediaKind, Reference, Role
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.soundtrack import LoudnessPreset
from shared.sync_map import SAMPLE_RATE_HZ, Beat, Phrase, SyncMap
from shared.timeline import SongWindow, Timeline
from tests.gateway.edits.scenes import film as timeline

AUDIO = Digest.of_bytes(b"voice")
VOICE = Reference("voice", MediaKind.AUDIO, AUDIO, (Role.VOICE,), "talk.wav")
START = 5 * SAMPLE_RATE_HZ


def sync_map(**changes: object) -> SyncMap:
    """Forty seconds with a beat each half second."""
    seconds = SAMPLE_RATE_HZ
    beats = tuple(Beat(k * seconds // 2, 1.0) for k in range(80))
    bare = SyncMap(40 * seconds, 1.0, 120.0, 1.0, beats, (), ())
    return dataclasses.replace(bare, **changes)  # type: ignore[arg-type]


def film() -> Timeline:
    window = SongWindow(Digest.of_bytes(b"song"), START, 20 * SAMPLE_RATE_HZ, 0)
    return dataclasses.replace(timeline(), sound=window)


def placed(voice_seconds: float, heard: SyncMap) -> float:
    """The second of the film at which the voice begins."""
    brief = Brief(None, (), voice=VOICE)
    voice = with_sound(brief, film(), heard, voice_seconds).voice
    assert voice is not None
    assert voice.audio == AUDIO
    return voice.start_sample / SAMPLE_RATE_HZ


def phrase(start_seconds: float) -> Phrase:
    start = round(start_seconds * SAMPLE_RATE_HZ)
    return Phrase(start, start + 8 * SAMPLE_RATE_HZ, 4)


def test_it_begins_with_a_phrase() -> None:
    heard = sync_map(phrases=(phrase(1), phrase(5.1), phrase(9), phrase(17)))
    assert placed(8.0, heard) == 4.0


def test_without_phrases_that_fit_with_a_bar_or_a_beat() -> None:
    bars = tuple(k * 2 * SAMPLE_RATE_HZ for k in range(20))
    assert placed(17.0, sync_map(phrases=(phrase(12),), downbeats=bars)) == 1.0
    assert placed(18.0, sync_map()) == 1.0


def test_one_as_long_as_the_film_begins_at_once() -> None:
    assert placed(20.0, sync_map()) == 0.0
    assert placed(19.3, sync_map()) == pytest.approx(0.2)


def test_one_that_is_longer_is_refused_with_the_overrun() -> None:
    with pytest.raises(InvalidInput, match=r"talk\.wav: lasts 1\.50 s longer than the film"):
        placed(21.5, sync_map())


def test_a_voice_needs_a_song() -> None:
    silent = dataclasses.replace(timeline(), sound=None)
    with pytest.raises(InvalidInput, match=r"talk\.wav: a voice is laid over a song"):
        with_sound(Brief(None, (), voice=VOICE), silent, None, 1.0)


def test_loudness_is_written_on_the_timeline() -> None:
    brief = Brief(None, (), duration_seconds=Fraction(3), loudness=LoudnessPreset.WEB)
    assert with_sound(brief, film(), sync_map(), None).loudness is LoudnessPreset.WEB
