"""Clips are split at their own cuts, with a margin; photos are kept whole."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from services.gateway.material import is_seen, split_clip
from services.gateway.sight import Sight
from shared.brief import MediaKind, Role
from shared.recognition import VideoShots
from tests.gateway.synthetic import material, motion, reference, style


def test_a_clip_is_split_at_its_cuts_with_a_frame_of_margin() -> None:
    found = material({"a": motion(4, shots=(0, 40))})
    spans = [(stretch.first, stretch.last) for stretch in found.stretches]
    assert spans == [(0, 38), (41, 99)]


def test_flashes_of_a_few_frames_are_no_material_unless_there_is_nothing_else() -> None:
    assert len(material({"a": motion(4, shots=(0, 40, 44))}).stretches) == 2
    assert len(material({"a": motion(0.2)}).stretches) == 1


def test_times_are_exact_and_frames_are_found_again() -> None:
    stretch = material({"a": motion(4)}).stretches[0]
    assert stretch.end_seconds == 4
    for frame in (0, 1, 50, 99):
        assert stretch.seconds_at(frame) == Fraction(frame, 25)
        assert stretch.frame_at(stretch.seconds_at(frame)) == frame
        assert stretch.frame_at(stretch.seconds_at(frame) + Fraction(1, 30)) == frame


def test_material_counts_its_seconds() -> None:
    assert material({"a": motion(4), "b": motion(2)}, {"p": style()}).seconds == 6


def test_what_roles_are_seen() -> None:
    assert is_seen(reference("a", MediaKind.VIDEO))
    assert not is_seen(reference("a", MediaKind.IMAGE, Role.STYLE))
    assert is_seen(reference("a", MediaKind.IMAGE, Role.STYLE, Role.PRODUCT))


def test_dissolves_belong_to_no_stretch() -> None:
    clip = motion(8, shots=(0, 100))
    item = reference("a", MediaKind.VIDEO)
    # Frames 50 to 59 belong to both neighbours; the hard cut at 100 is known by its last frame.
    transitions = np.array([[50, 59], [99, 99]])
    shots = VideoShots(
        clip.time_base, clip.pts, np.array([0, 60, 100]), transitions, np.zeros(200, np.float32)
    )
    found = split_clip(item, clip, Sight(shots={item.blob: shots}))
    spans = [(stretch.first, stretch.last) for stretch in found]
    assert spans == [(0, 49), (61, 98), (101, 199)]
    assert [(s.first, s.last) for s in split_clip(item, clip)] == [(0, 98), (101, 199)]


def test_shots_of_another_file_are_not_believed() -> None:
    clip, item = motion(8), reference("a", MediaKind.VIDEO)
    other = VideoShots(
        clip.time_base, clip.pts[:9], np.array([0, 4]), np.array([[3, 3]]), np.zeros(9, np.float32)
    )
    assert len(split_clip(item, clip, Sight(shots={item.blob: other}))) == 1
