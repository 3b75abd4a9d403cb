"""Joining given stretches of a song: the length is kept, and so is the beat."""

from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.given_spans import check_spans, given_spans
from services.audio_sync.seams import join
from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, Span
from tests.gateway.films import song

SECOND = SAMPLE_RATE_HZ


def _spans(*seconds: tuple[float, float]) -> list[Span]:
    return [Span(round(a * SECOND), round(b * SECOND)) for a, b in seconds]


def test_the_length_in_all_is_what_was_given() -> None:
    samples = song(12)
    given = _spans((1, 3), (5, 6.5), (9, 11))
    played, joins = given_spans(samples, given)
    assert sum(s.end_sample - s.start_sample for s in played) == round(5.5 * SECOND)
    assert len(joins) == 2
    assert len(join(samples, played)) == round(5.5 * SECOND)


def test_beats_stay_on_the_beat_through_joins() -> None:
    samples = song(12, beat_seconds=0.5)
    sound = join(samples, given_spans(samples, _spans((1, 3), (5, 6.5), (9, 11)))[0])
    envelope = np.abs(sound).mean(axis=1)
    for beat in range(1, 11):
        at = beat * SECOND // 2
        before, after = envelope[at - 720 : at - 96], envelope[at : at + 720]
        assert after.mean() > 1.4 * before.mean()


def test_shifts_do_not_add_up() -> None:
    samples = song(12)
    # Every stretch is entered 3 ms late: each is shifted back by as much, from where it was.
    given = [Span(start * SECOND + 144, start * SECOND + 144 + SECOND) for start in (1, 3, 5, 7)]
    played, _ = given_spans(samples, given)
    late = [p.start_sample - g.start_sample for p, g in zip(played[1:], given[1:], strict=True)]
    assert max(abs(shift) for shift in late) < 0.04 * SECOND


@pytest.mark.parametrize(
    "spans", [[Span(0, 0)], [Span(-1, 9)], [Span(0, 5), Span(7, 8)]], ids=["empty", "early", "sum"]
)
def test_spans_that_cannot_be_are_refused(spans: list[Span]) -> None:
    with pytest.raises(InvalidInput, match="cannot be joined"):
        check_spans(spans, 10)


def test_a_span_beyond_the_song_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the song has 48000"):
        given_spans(song(1), _spans((0, 0.5), (0.8, 1.3)))
