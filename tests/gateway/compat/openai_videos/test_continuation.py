"""How long the shots of a continuation are; that films keep what they had is in test_endpoints."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.compat.openai_videos.continuation import Continuation, _pieces, _with_drawn
from services.gateway.edits.scene import Scene
from shared.errors import InvalidInput
from tests.gateway.drawn import drawn_film


@pytest.mark.parametrize("frames", [1, 17, 60, 4000, 100_000])
def test_new_shots_are_as_long_as_the_films_and_add_up(frames: int) -> None:
    pieces = _pieces(drawn_film(is_silent=True), frames)
    assert sum(pieces) == frames
    assert max(pieces) - min(pieces) <= 1
    assert len(pieces) <= 200


def test_a_drawn_film_goes_on_in_its_palette_with_another_scene() -> None:
    film = drawn_film(is_silent=True)
    longer = _with_drawn(film, 40, "a quiet forest", Scene())
    assert longer.shots[:-1] == film.shots
    before, new = film.shots[-1].source, longer.shots[-1].source
    assert new.prompt == "a quiet forest"  # type: ignore[union-attr]
    assert new.param("palette") == before.param("palette")  # type: ignore[union-attr]
    assert new.task != before.task  # type: ignore[union-attr]
    assert longer.frame_count == film.frame_count + 40


def test_a_film_without_the_footage_that_is_mentioned_cannot_go_on() -> None:
    with pytest.raises(InvalidInput, match="mentions no clip"):
        Continuation(Fraction(1), "on")._inserts(drawn_film(is_silent=True), [10])
