"""Options: windows of all clips and photos with what each would bring into the film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.options import (
    FIRST,
    HEAD_DRIFT,
    HEAD_GAZE,
    ITEM,
    REFERENCE,
    STOP,
    TAIL_DRIFT,
    TAIL_GAZE,
    Catalogue,
)
from tests.gateway.synthetic import material, motion, style

SECOND = Fraction(1)


def test_windows_of_every_stretch_come_first_and_photos_last() -> None:
    found = material(
        {"a": motion(3), "b": motion(0.5), "c": motion(4, shots=(0, 50))}, {"p": style()}
    )
    catalogue = Catalogue(found)
    options = catalogue.options(SECOND)
    assert catalogue.handles == ("a", "b", "c", "p")
    assert set(options.features[:, ITEM]) == {0, 2, 3, 4}  # b is too short
    assert options.features[-1, REFERENCE] == 3
    assert np.all(np.diff(options.features[:, ITEM]) >= 0)
    assert catalogue.options(SECOND) is options


def test_places_are_the_source_frames_that_a_window_covers() -> None:
    catalogue = Catalogue(material({"a": motion(3), "b": motion(3)}, {"p": style()}))
    options = catalogue.options(SECOND)
    assert np.all(options.features[:-1, STOP] - options.features[:-1, FIRST] == 25)
    assert catalogue.num_places == 75 + 75 + 1
    assert options.features[-1, FIRST] == 150
    first_of_b = np.flatnonzero(options.features[:, ITEM] == 1)[0]
    assert options.features[first_of_b, FIRST] == 75
    assert options.frames[first_of_b] == 0


def test_the_bottom_quarter_of_a_clip_is_soft() -> None:
    clip = motion(10)
    sharpness = np.ones(250, np.float32)
    sharpness[100:150] = 0.2
    catalogue = Catalogue(material({"a": replace(clip, sharpness=sharpness), "even": motion(5)}))
    options = catalogue.options(SECOND)
    mine = options.features[:, ITEM] == 0
    assert 0.15 < options.is_soft[mine].mean() <= 0.25
    assert np.all(options.is_soft[mine & (options.starts == 4.4)])
    assert not options.is_soft[~mine].any()


def test_a_window_that_ends_inside_a_pan_is_unfinished() -> None:
    clip = motion(6, speed=0.0)
    flow = np.zeros((150, 2), np.float32)
    flow[50:100] = (0.4, 0.0)  # a pan from second 2 to second 4
    options = Catalogue(material({"a": replace(clip, flow=flow)})).options(SECOND)
    unfinished = dict(zip(np.round(options.ends, 2).tolist(), options.unfinished, strict=True))
    assert unfinished[3.0] == 1.0
    assert unfinished[1.0] == unfinished[5.0] == 0.0
    # The stretch ends with the window, so whoever filmed it has ended the move.
    whole = Catalogue(material({"a": replace(clip, flow=np.full_like(flow, 0.4))})).options(SECOND)
    assert whole.unfinished[-1] == 0.0
    assert whole.unfinished[0] == 1.0


def test_head_and_tail_are_the_windows_own() -> None:
    clip = motion(2, speed=0.0)
    gaze = np.linspace((0.2, 0.5), (0.8, 0.5), 50).astype(np.float32)
    flow = np.zeros((50, 2), np.float32)
    flow[25:] = (0.2, 0.1)
    found = material({"a": replace(clip, saliency_center=gaze, flow=flow)})
    row = Catalogue(found).option(found.stretches[0], Fraction(0), Fraction(2)).features[0]
    assert row[HEAD_GAZE][0] < 0.3
    assert row[TAIL_GAZE][0] > 0.7
    assert row[HEAD_DRIFT] == pytest.approx([0, 0])
    assert row[TAIL_DRIFT] == pytest.approx([0.2, 0.1])


def test_gaze_is_where_it_is_in_the_film_not_in_the_source() -> None:
    photo = replace(style(1500, 1000), saliency_x=0.25)
    found = material({}, {"p": photo})
    wide = Catalogue(found).option(found.photos[0], Fraction(0), Fraction(0)).features[0]
    upright = Catalogue(found, 9 / 16).option(found.photos[0], Fraction(0), Fraction(0)).features[0]
    assert wide[HEAD_GAZE][0] == pytest.approx(0.25)
    assert upright[HEAD_GAZE][0] == pytest.approx(0.5)  # the upright crop looks at it
