"""Builds: what a finished revision remembers of each shot."""

from __future__ import annotations

from fractions import Fraction

from shared.brief import Size
from shared.build import Build, BuiltShot
from shared.digest import Digest, digests_in
from shared.requests import Delivery

A, B, C, D = (Digest.of_bytes(bytes([number])) for number in range(4))


def test_a_build_holds_every_blob_it_needs() -> None:
    # These are the roots that garbage collection starts from.
    shot = BuiltShot("s1-abcde", "0" * 64, clip=B, packets_sha256="1" * 64, measure=C)
    build = Build(A, Delivery(Size(64, 64), Fraction(25)), (shot,), soundtrack=None, film=D)
    assert list(digests_in(build)) == [A, B, C, D]
