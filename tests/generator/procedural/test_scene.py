"""What every scene promises, whatever it shows."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from services.generator.procedural.scene import SCENES
from shared.brief import Size
from shared.media.color import planes_to_rgb
from shared.procedural import SceneKind
from tests.generator.procedural.conftest import LOUD, asked, difference, drawn, stage_of

KINDS = list(SceneKind)


def test_every_kind_has_a_scene() -> None:
    assert set(SCENES) == set(SceneKind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_request_gives_the_same_frames_and_another_seed_others(kind: SceneKind) -> None:
    once, again = drawn(asked(kind)), drawn(asked(kind))
    assert all(
        np.array_equal(getattr(a, plane), getattr(b, plane))
        for a, b in zip(once, again, strict=True)
        for plane in "yuv"
    )
    other = drawn(asked(kind, seed=4))
    assert difference(once[-1], other[-1]) > 3  # more than grain alone


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not SceneKind.WORDS])
def test_it_moves_and_moves_faster_where_the_music_is_loud(kind: SceneKind) -> None:
    def travel(energy: tuple[float, ...]) -> float:
        request = asked(kind, energy=energy)
        scene = SCENES[kind](stage_of(request))
        # By light without grain; the last frame against the first, both at one loudness.
        first, last = (scene.picture(index).light for index in (1, request.frames - 1))
        return float(np.abs(np.sqrt(last) - np.sqrt(first)).mean())

    still, loud = travel((0.0,) * 12), travel(LOUD)
    assert 0 < still < loud


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not SceneKind.WORDS])
def test_a_beat_is_seen_on_its_frame(kind: SceneKind) -> None:
    plain = SCENES[kind](stage_of(asked(kind)))
    struck = SCENES[kind](stage_of(asked(kind, accents=((6, 1.0),))))

    def apart(index: int) -> float:
        one, other = plain.picture(index).light, struck.picture(index).light
        return float(np.abs(one - other).mean())

    assert apart(5) == 0
    assert apart(6) > 0.001
    assert apart(6) > apart(11) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_no_frame_is_black_or_white_or_of_one_colour(kind: SceneKind) -> None:
    for planes in drawn(asked(kind, size=Size(192, 108)))[6:]:
        rgb = planes_to_rgb(planes).astype(float)
        assert 4 < rgb.mean() < 245
        assert cv2.GaussianBlur(rgb, (0, 0), 3).std() > 3


@pytest.mark.parametrize("kind", KINDS)
def test_upright_and_square_films_are_drawn_too(kind: SceneKind) -> None:
    for size in (Size(72, 128), Size(64, 64)):
        planes = drawn(replace(asked(kind), size=size, frames=2))[1]
        assert (planes.width, planes.height) == (size.width, size.height)
