"""What is drawn of the song is on the film's time, and only what the film plays."""

from __future__ import annotations

import pytest

from services.gateway.page.heard import Heard, HeardBeat, HeardSection, heard_in_film
from shared.sync_map import SAMPLE_RATE_HZ, Beat, Phrase, Section, Span, SyncMap

SECOND = SAMPLE_RATE_HZ


def song() -> SyncMap:
    """Ten seconds: a beat each second, loud in the second half."""
    return SyncMap(
        duration_samples=10 * SECOND,
        peak=1.0,
        tempo_bpm=60.0,
        beat_confidence=1.0,
        beats=tuple(Beat(index * SECOND, 0.5) for index in range(10)),
        onsets=(),
        energy=(0.2,) * 500 + (0.8,) * 500,
        downbeats=(4 * SECOND,),
        phrases=tuple(Phrase(k * SECOND, (k + 2) * SECOND, 1) for k in range(0, 10, 2)),
        builds=(Span(2 * SECOND, 5 * SECOND), Span(8 * SECOND, 9 * SECOND)),
        drops=(5 * SECOND, 9 * SECOND),
        sections=(
            Section(0, 2 * SECOND, "intro"),
            Section(2 * SECOND, 5 * SECOND, "A"),
            Section(5 * SECOND, 10 * SECOND, "B"),
        ),
    )


def test_beats_and_sections_are_cut_to_the_window() -> None:
    heard = heard_in_film(song(), 3 * SECOND, 4.0, 4)
    assert heard.beats == tuple(HeardBeat(float(k), 0.5, k == 1) for k in range(4))
    assert heard.sections == (HeardSection(0, 2, "A"), HeardSection(2, 4, "B"))


def test_form_is_cut_to_the_window() -> None:
    heard = heard_in_film(song(), 3 * SECOND, 4.0, 4)
    assert heard.phrases == (1.0, 3.0)
    assert heard.builds == ((0.0, 2.0),)
    assert heard.drops == (2.0,)


def test_energy_is_averaged_in_equal_steps() -> None:
    heard = heard_in_film(song(), 3 * SECOND, 4.0, 4)
    assert heard.energy == pytest.approx((0.2, 0.2, 0.8, 0.8))


def test_film_longer_than_the_song_has_energy_to_its_end() -> None:
    heard = heard_in_film(song(), 9 * SECOND, 4.0, 8)
    assert heard.energy == pytest.approx((0.8,) * 8)


def test_energy_of_fewer_values_than_steps_is_as_it_is() -> None:
    assert len(heard_in_film(song(), 0, 0.03, 300).energy) == 3


@pytest.mark.parametrize(("heard", "start"), [(None, 0), (song(), None)])
def test_nothing_is_heard_without_a_song(heard: SyncMap | None, start: int | None) -> None:
    assert heard_in_film(heard, start, 4.0, 4) == Heard()
