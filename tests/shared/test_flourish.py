from __future__ import annotations

from shared.brief import Brief
from shared.digest import canonical_bytes
from shared.flourish import AccentAmount, TransitionUse


def test_a_film_is_restrained_unless_asked_and_says_nothing_of_it_in_keys() -> None:
    brief = Brief(None, ())
    assert (brief.accents, brief.transitions) == (AccentAmount.SUBTLE, TransitionUse.MUSICAL)
    assert b"accents" not in canonical_bytes(brief)
    assert b"accents" in canonical_bytes(Brief(None, (), accents=AccentAmount.OFF))
