"""What a new shot takes over: the film's style and look, nobody's correction."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.look.film_look import film_look
from shared.digest import Digest
from shared.shot import Grade, Match
from tests.gateway.edits.scenes import film


def test_the_most_common_look_is_taken_over_without_corrections() -> None:
    look, other = Digest.of_bytes(b"look"), Digest.of_bytes(b"other")
    grade = Grade(0.5, warmth=0.2, match=Match(0.1), look=look, look_strength=0.5)
    shots = [replace(shot, grade=grade) for shot in film().shots]
    shots[0] = replace(shots[0], grade=Grade(look=other))
    assert film_look(shots) == Grade(look=look, look_strength=0.5)


def test_a_film_without_a_look_gives_none() -> None:
    assert film_look(film().shots) == Grade()
    assert film_look([]) == Grade()
