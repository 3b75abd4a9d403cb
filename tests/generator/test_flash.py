from __future__ import annotations

from fractions import Fraction

import numpy as np

from services.generator.footage.flash import flashed
from shared.media.color import Planes
from shared.shot import AccentLook, AccentLookKind

LOOK = AccentLook(AccentLookKind.FLASH, 5, 1.0)


def picture() -> Planes:
    luma = np.tile(np.linspace(16, 235, 64).astype(np.uint8), (32, 1))
    return Planes(luma, np.full((16, 32), 90, np.uint8), np.full((16, 32), 170, np.uint8))


def test_light_is_there_at_once_burns_out_highlights_and_goes() -> None:
    frames = list(flashed([picture()] * 20, (LOOK,), Fraction(30)))
    means = [float(one.y.mean()) for one in frames]
    assert means[4] == means[0]
    assert means[5] > means[0] + 50
    assert means[5:14] == sorted(means[5:14], reverse=True)
    assert means[14:] == means[:1] * 6
    struck = frames[5]
    assert struck.y[0, -1] == 235
    assert struck.y[0, 0] < 35
    assert (np.diff(struck.y[0].astype(int)) >= 0).all()
    assert 90 < struck.u[0, 0] < 128 < struck.v[0, 0] < 170


def test_frames_of_a_span_are_counted_from_the_shot() -> None:
    frames = list(flashed([picture()] * 3, (LOOK,), Fraction(30), first=4))
    assert frames[1].y.mean() > frames[0].y.mean()


def test_frames_without_a_flash_are_the_very_same() -> None:
    one = picture()
    punch = AccentLook(AccentLookKind.PUNCH_IN, 0, 1.0)
    assert next(flashed([one], (punch,), Fraction(30))) is one
