from __future__ import annotations

from fractions import Fraction

from shared.composite import CompositeRequest
from shared.digest import Digest, canonical_bytes, digests_in
from shared.generate import GenerateRequest
from shared.region import Region, box
from shared.schema import from_json, to_json

ORIGINAL, EDITED, MASK = (Digest.of_bytes(name) for name in (b"one", b"two", b"three"))


def request(region: Region) -> CompositeRequest:
    half = Fraction(1, 2)
    return CompositeRequest(ORIGINAL, half, Fraction(1), EDITED, region, 9, Fraction(24))


def test_it_is_told_apart_from_the_other_clips() -> None:
    for region in (box(0.1, 0.2, 0.3, 0.4), Region(painted=MASK)):
        asked = GenerateRequest(request(region))
        assert from_json(GenerateRequest, to_json(asked)) == asked


def test_all_that_it_is_made_of_is_in_its_key() -> None:
    assert set(digests_in(request(Region(painted=MASK)))) == {ORIGINAL, EDITED, MASK}
    keys = {canonical_bytes(request(box(0.1, 0.1, size, 0.5))) for size in (0.3, 0.4)}
    assert len(keys) == 2
