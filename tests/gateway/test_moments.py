"""Faces and likeness by window: the moments inside it count, else the nearest."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.framed import Crop
from services.gateway.moments import in_clip, in_photo
from shared.clip_samples import ClipFaces, ClipLabels
from shared.recognition import Faces, TextEmbedding
from tests.gateway.synthetic import material, motion, style

FULL = Crop.of(16 / 9, 16 / 9)


def faces(*boxes: tuple[float, ...]) -> ClipFaces:
    """One look a second; an empty box is no face."""
    found = np.array(boxes, np.float32)
    counts = (found[:, 3] > 0).astype(np.int64)
    return ClipFaces(Fraction(1), np.arange(len(boxes)), counts, found)


def windows(*spans: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    starts, ends = np.array(spans, np.float64).T
    return starts, ends


NOBODY = (0.0, 0.0, 0.0, 0.0)
LEFT, CUT = (0.1, 0.2, 0.1, 0.2), (0.95, 0.2, 0.1, 0.2)


def test_a_face_counts_where_half_of_the_looks_see_it() -> None:
    stretch = replace(
        material({"a": motion(6)}).stretches[0], faces=faces(NOBODY, NOBODY, NOBODY, LEFT, LEFT)
    )
    seen = in_clip(stretch, FULL, {}).in_windows(*windows((0, 2), (2, 4), (3, 5), (1.2, 1.4)))
    assert seen.face.tolist() == pytest.approx([0, 0.2, 0.2, 0])
    assert seen.middles[2] == pytest.approx([0.15, 0.3])
    assert seen.cut.tolist() == [0, 0, 0, 0]


def test_a_face_that_leaves_the_frame_is_cut() -> None:
    stretch = replace(material({"a": motion(4)}).stretches[0], faces=faces(LEFT, CUT, CUT))
    seen = in_clip(stretch, FULL, {}).in_windows(*windows((0, 1), (1, 3), (0, 2)))
    assert seen.cut.tolist() == pytest.approx([0, 1, 0.5])
    # An upright film cannot hold a face that walks from one side to the other.
    narrow = in_clip(
        replace(stretch, faces=faces(LEFT, (0.8, 0.2, 0.1, 0.2))), Crop.of(16 / 9, 9 / 16), {}
    )
    assert narrow.in_windows(*windows((0, 2))).cut.tolist() == [1.0]


def test_likeness_is_the_mean_of_the_moments() -> None:
    embeddings = np.eye(2, 384, dtype=np.float32)
    labels = ClipLabels(
        Fraction(1), np.array([0, 2]), embeddings, np.zeros(384, np.float32), ("a", "b")
    )
    prompt = TextEmbedding(embeddings[1], embeddings[1:])
    stretch = replace(material({"a": motion(4)}).stretches[0], labels=labels)
    seen = in_clip(stretch, FULL, {"b": prompt}).in_windows(*windows((0, 1), (2, 3), (0, 3)))
    assert seen.fits["b"].tolist() == pytest.approx([0, 1, 0.5])


def test_a_photo_has_one_moment() -> None:
    box = np.array([[0.4, 0.4, 0.2, 0.2]], np.float32)
    found = Faces(box, np.zeros((1, 5, 2), np.float32), np.ones(1, np.float32))
    photo = replace(material({}, {"p": style()}).photos[0], faces=found)
    seen = in_photo(photo, Crop.of(1.5, 16 / 9), {}).in_windows(np.zeros(1), np.zeros(1))
    assert seen.face == pytest.approx(0.2 / Crop.of(1.5, 16 / 9).height, abs=1e-6)
    assert seen.middles[0] == pytest.approx([0.5, 0.5])
