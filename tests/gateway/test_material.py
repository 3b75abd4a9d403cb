"""Clips are split at their own cuts, with a margin; photos are kept whole."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.material import is_seen
from shared.brief import MediaKind, Role
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
