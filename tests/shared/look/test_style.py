"""A style: nearer to the reference, within limits, with skin spared and black and white kept."""

from __future__ import annotations

import numpy as np
import pytest

from shared.look.oklab import skin_weight, to_oklab
from shared.look.statistics import ZONES, LookMean, LookStatistics, measure_look
from shared.look.style import style_cube

RNG = np.random.default_rng(8)


def mean_of(picture: np.ndarray) -> LookMean:
    lightness, zones, spread = measure_look(picture)
    looks = [np.array([value], np.float32) for value in (0.0, lightness, zones, spread)]
    return LookMean.of([LookStatistics(*looks)], [1.0])


def picture(low: tuple[int, ...], high: tuple[int, ...]) -> np.ndarray:
    share = RNG.random((64, 64, 1))
    return np.asarray(np.array(low) * (1 - share) + np.array(high) * share).astype(np.uint8)


FILM = picture((40, 40, 40), (220, 220, 220))
TEAL = picture((0, 45, 60), (250, 215, 170))
STYLE = style_cube(mean_of(FILM), mean_of(TEAL))


def test_shadows_and_highlights_move_towards_the_reference_each_on_its_own() -> None:
    styled = np.rint(STYLE.apply(FILM / 255.0) * 255).astype(np.uint8)
    for zone in (0, 2):
        before, after, wanted = (mean_of(p).zones[zone] for p in (FILM, styled, TEAL))
        assert np.linalg.norm(after - wanted) < 0.8 * np.linalg.norm(before - wanted)


def test_a_film_like_its_reference_stays_as_it_is() -> None:
    colors = RNG.random((200, 3))
    same = style_cube(mean_of(TEAL), mean_of(TEAL))
    assert np.abs(same.apply(colors) - colors).max() < 0.03  # 17 entries a side are not exact
    assert np.abs(same.apply(colors) - colors).mean() < 0.004


def test_strength_nought_is_the_identity() -> None:
    colors = RNG.random((200, 3))
    found = style_cube(mean_of(FILM), mean_of(TEAL), 0).apply(colors)
    assert found == pytest.approx(colors, abs=2e-3)


def test_even_an_extreme_reference_changes_little() -> None:
    extreme = picture((255, 0, 0), (255, 30, 0))
    grays = np.repeat(np.linspace(0, 1, 101)[:, None], 3, 1)
    cube = style_cube(mean_of(FILM), mean_of(extreme))
    before, after = to_oklab(grays), to_oklab(cube.apply(grays))
    assert np.abs(after[:, 0] - before[:, 0]).max() < 0.06
    assert np.hypot(*(after - before)[:, 1:].T).max() < 0.03
    assert (np.diff(after[:, 0]) > -1e-9).all()


def test_black_and_white_stay() -> None:
    ends = np.array([[0.0] * 3, [1.0] * 3])
    assert STYLE.apply(ends) == pytest.approx(ends, abs=5e-3)


def test_skin_is_spared() -> None:
    skin = np.array([[0.84, 0.65, 0.53], [0.63, 0.45, 0.34], [0.42, 0.28, 0.2]])
    assert skin_weight(to_oklab(skin)).min() > 0.6
    bare = style_cube(mean_of(FILM), mean_of(TEAL), spares_skin=False)
    before = to_oklab(skin)[:, 1:]
    spared, moved = (
        np.linalg.norm(to_oklab(cube.apply(skin))[:, 1:] - before, axis=1) for cube in (STYLE, bare)
    )
    assert (spared < 0.6 * moved).all()
    assert len(ZONES) == 3
