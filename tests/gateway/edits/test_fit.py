"""Windows stay inside one stretch, moved by as little as possible."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.edits.fit import fit_window, home_stretch, shows_some_of, window_seconds
from services.gateway.edits.overlap import Overlap
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.shot import Shot
from tests.gateway.edits.scenes import RATE, film, first_of, scene

FIRST, SECOND = scene().stretches["long"]


def shot_at(start: Fraction | int, frames: int = 60, speed: int = 1) -> Shot:
    shot = next(item for item in film().shots if item.source.handle == "long")
    source = replace(shot.source, start_seconds=Fraction(start), speed=Fraction(speed))
    return replace(shot, frames=frames, source=source)


def test_a_shot_is_at_home_where_most_of_its_window_is() -> None:
    cut = SECOND.start_seconds
    assert home_stretch(shot_at(3), (FIRST, SECOND), RATE) is FIRST
    assert home_stretch(shot_at(cut - Fraction(3, 2)), (FIRST, SECOND), RATE) is FIRST
    assert home_stretch(shot_at(cut - Fraction(1, 2)), (FIRST, SECOND), RATE) is SECOND


@pytest.mark.parametrize(
    ("start", "overlap", "wanted"),
    [
        (Fraction(5), Overlap(), Fraction(5)),
        (Fraction(-1), Overlap(), Fraction(0)),
        (Fraction(0), Overlap(head=6), Fraction(6) / RATE),
        (FIRST.end_seconds - 1, Overlap(), FIRST.end_seconds - 2),
        (FIRST.end_seconds - 2, Overlap(tail=6), FIRST.end_seconds - 2 - 6 / RATE),
        (FIRST.end_seconds - 2 + Fraction(1, 10**7), Overlap(), None),
    ],
)
def test_it_moves_no_further_than_needed(
    start: Fraction, overlap: Overlap, wanted: Fraction | None
) -> None:
    fitted = fit_window(shot_at(start), overlap, FIRST, RATE, "test")
    assert fitted.source.start_seconds == (start if wanted is None else wanted)


def test_too_little_footage_is_said_with_figures() -> None:
    long = shot_at(0, frames=601)
    with pytest.raises(InvalidInput, match=r"test: .* needs 20\.033 s of @long; .* has 19\.960 s"):
        fit_window(long, Overlap(), FIRST, RATE, "test")
    assert fit_window(shot_at(3, frames=598), Overlap(), FIRST, RATE, "t").source.start_seconds == (
        FIRST.end_seconds - Fraction(598, 30)
    )


def test_speed_and_transitions_count() -> None:
    assert window_seconds(shot_at(0, speed=2), Overlap(head=3, tail=6), RATE) == Fraction(138, 30)


def test_shots_of_one_clip_show_some_of_each_other_or_not() -> None:
    assert shows_some_of(shot_at(3), shot_at(4), RATE)
    assert not shows_some_of(shot_at(3), shot_at(5), RATE)
    other = next(item for item in film().shots if item.source.handle == "walk")
    assert not shows_some_of(replace(shot_at(other.source.start_seconds), id="x"), other, RATE)


def test_a_photo_fits_everywhere() -> None:
    photo = replace(first_of(film(), MediaKind.IMAGE), frames=10_000)
    assert fit_window(photo, Overlap(), FIRST, RATE, "test") is photo
