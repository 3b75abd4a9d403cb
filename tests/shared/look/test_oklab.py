"""Oklab: known values, there and back, skin of all tones."""

from __future__ import annotations

import numpy as np
import pytest

from shared.look.oklab import from_oklab, skin_weight, to_oklab

# Faces by the Monk Skin Tone scale (Google, 2022), published as sRGB.
MONK = ("f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134")


def srgb(text: str) -> list[float]:
    return [int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def test_known_colours() -> None:
    # Ottosson's own values of sRGB red, and of white.
    found = to_oklab(np.array([[1.0, 0, 0], [1, 1, 1], [0, 0, 0]]))
    expected = [[0.62796, 0.22486, 0.12585], [1, 0, 0], [0, 0, 0]]
    assert found == pytest.approx(np.array(expected), abs=2e-4)


def test_there_and_back() -> None:
    colors = np.random.default_rng(1).random((500, 3))
    assert from_oklab(to_oklab(colors)) == pytest.approx(colors, abs=2e-3)


def test_what_no_screen_shows_loses_chroma_and_keeps_hue_and_lightness() -> None:
    wanted = np.array([[0.6, 0.3, 0.2], [0.9, -0.2, -0.2]])
    found = to_oklab(from_oklab(wanted))
    assert found[:, 0] == pytest.approx(wanted[:, 0], abs=0.01)
    hue = np.arctan2(found[:, 2], found[:, 1])
    assert hue == pytest.approx(np.arctan2(wanted[:, 2], wanted[:, 1]), abs=0.03)
    assert (np.hypot(found[:, 1], found[:, 2]) < np.hypot(wanted[:, 1], wanted[:, 2])).all()


def test_skin_is_known_from_sky_leaves_and_gray() -> None:
    tones = skin_weight(to_oklab(np.array([srgb(text) for text in MONK[4:8]])))
    assert tones.min() > 0.45
    other = np.array([[0.35, 0.55, 0.9], [0.2, 0.5, 0.15], [0.5, 0.5, 0.5], [0.6, 0.1, 0.6]])
    assert skin_weight(to_oklab(other)).max() < 0.1
