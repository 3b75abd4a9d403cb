from __future__ import annotations

import dataclasses

from services.audio_sync.arrivals import form_starts, form_worth
from services.audio_sync.windows import best_window
from shared.sync_map import SAMPLE_RATE_HZ, Phrase, Section, Span, SyncMap
from tests.audio_sync.maps import song

BAR = 2 * SAMPLE_RATE_HZ  # at 120 BPM


def with_form(**changes: object) -> SyncMap:
    """Thirty-two bars: verse, build, chorus, verse; phrases of four bars."""
    heard = song(bpm=120.0, length_s=64.0, energy=((0.0, 0.6), (32.0, 0.75), (48.0, 0.6)))
    form = {
        "phrases": tuple(Phrase(bar * BAR, (bar + 4) * BAR, 4) for bar in range(0, 32, 4)),
        "sections": (
            Section(0, 12 * BAR, "verse", 0.6),
            Section(12 * BAR, 16 * BAR, "build", 0.6),
            Section(16 * BAR, 24 * BAR, "chorus", 0.75),
            Section(24 * BAR, 32 * BAR, "verse", 0.6),
        ),
        "builds": (Span(12 * BAR, 16 * BAR),),
        "drops": (16 * BAR,),
    }
    return dataclasses.replace(heard, **{**form, **changes})  # type: ignore[arg-type]


def test_the_window_holds_the_drop_and_ends_with_a_phrase() -> None:
    heard = with_form()
    start = best_window(heard, 16 * BAR)
    assert start == 8 * BAR  # four bars, the build, the chorus to its end
    assert form_worth(heard, start, 16 * BAR) > form_worth(heard, 6 * BAR, 16 * BAR)


def test_it_begins_with_the_pick_up() -> None:
    early = SAMPLE_RATE_HZ // 2
    phrases = tuple(Phrase(bar * BAR, (bar + 4) * BAR, 4, early) for bar in range(4, 32, 4))
    start = best_window(with_form(phrases=phrases), 16 * BAR)
    assert start + early in (8 * BAR, 12 * BAR)


def test_a_chorus_counts_where_there_is_no_drop() -> None:
    heard = with_form(drops=(), builds=())
    assert form_worth(heard, 8 * BAR, 16 * BAR) > form_worth(heard, 24 * BAR, 8 * BAR)


def test_section_starts_are_better_than_phrase_starts() -> None:
    gains = dict(form_starts(with_form()))
    assert gains[16 * BAR] > gains[20 * BAR] > 0.0


def test_without_phrases_there_is_nothing_to_gain() -> None:
    assert form_worth(song(), 0, BAR) == 0.0
    assert form_starts(song()) == []
