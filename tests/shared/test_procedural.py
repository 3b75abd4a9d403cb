from __future__ import annotations

from fractions import Fraction

from shared.brand import Font
from shared.brief import Size
from shared.digest import Digest, canonical_bytes, digests_in
from shared.procedural import ProceduralRequest, SceneKind

FONT = Font(Digest.of_bytes(b"font"))


def test_a_font_is_an_input_of_the_clip() -> None:
    request = ProceduralRequest(
        SceneKind.WORDS, ("#000000", "#ffffff"), Size(64, 64), Fraction(30), 5, 1,
        lines=("A",), font=FONT,
    )  # fmt: skip
    assert list(digests_in(request)) == [FONT.blob]
    assert b"ProceduralRequest/1" in canonical_bytes(request)
