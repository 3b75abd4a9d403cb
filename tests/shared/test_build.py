"""Builds: what a finished revision remembers of each shot."""

from __future__ import annotations

from fractions import Fraction

from shared.brief import Size
from shared.build import Build, BuiltClip
from shared.digest import Digest, digests_in
from shared.requests import Delivery

A, B, C, D, E = (Digest.of_bytes(bytes([number])) for number in range(5))


def test_a_build_holds_every_blob_it_needs() -> None:
    # These are the roots that garbage collection starts from.
    clip = BuiltClip("s1-abcde", False, 24, "0" * 64, B, C, "1" * 64, D)
    build = Build(A, Delivery(Size(64, 64), Fraction(25)), (clip,), soundtrack=None, film=E)
    assert list(digests_in(build)) == [A, B, C, D, E]


def test_a_shot_and_the_transition_into_it_are_told_apart() -> None:
    into = BuiltClip("s2-fghij", True, 12, "0" * 64, A, B, "1" * 64, C)
    shot = BuiltClip("s2-fghij", False, 24, "2" * 64, A, C, "3" * 64, C)
    build = Build(A, Delivery(Size(64, 64), Fraction(25)), (into, shot), None, D)
    assert build.clip_of("s2-fghij") == shot
    assert build.clip_of("s2-fghij", transition=True) == into
    assert build.clip_of("s9-other") is None
