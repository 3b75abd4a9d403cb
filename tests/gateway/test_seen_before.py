"""What a revision takes as seen: joins of clips that were joined before, in whatever place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.inspection import FilmInspection, SeenCut
from services.gateway.seen_before import Before, _known_contrasts
from shared.brief import Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.requests import Delivery

ANY = Digest.of_bytes(b"any")


def clip(name: str) -> BuiltClip:
    return BuiltClip(name, False, 30, "key", ANY, ANY, f"packets of {name}", ANY)


def build(names: str) -> Build:
    delivery = Delivery(Size(64, 64), Fraction(30))
    return Build(ANY, delivery, tuple(clip(name) for name in names), None, ANY)


def before(names: str) -> Before:
    cuts = tuple(SeenCut(30 * n, 30 * n, n / 10) for n in range(1, len(names)))
    seen = FilmInspection(64, 64, Fraction(30), 90, 90, Fraction(3), True, cuts, (), None, 40, 90)
    return Before(build(names), seen, ANY)


@pytest.mark.parametrize(
    ("names", "known"),
    [
        ("abc", (0.1, 0.2)),
        ("axc", (None, None)),
        ("xabc", (None, 0.1, 0.2)),
        ("bc", (0.2,)),
        ("cba", (None, None)),
    ],
)
def test_a_join_is_known_when_the_same_two_clips_met_before(
    names: str, known: tuple[float | None, ...]
) -> None:
    assert _known_contrasts(build(names), before("abc")) == known


def test_a_join_that_was_not_seen_is_looked_at_again() -> None:
    earlier = before("ab")
    astray = FilmInspection(
        64, 64, Fraction(30), 60, 60, Fraction(2), True, (SeenCut(30, None, 0.0),), (), None, 5, 60
    )
    assert _known_contrasts(build("ab"), Before(earlier.build, astray, ANY)) == (None,)


def test_no_join_of_a_fresh_film_is_known() -> None:
    assert _known_contrasts(build("abc"), None) == (None, None)
