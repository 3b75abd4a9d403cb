"""Other type over the same pictures, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.versions.unlocked import (
    over_locked_picture,
    with_true_locks,
    without_type,
)
from shared.errors import InvalidInput
from shared.shot import Framing
from shared.timeline import Timeline
from tests.gateway.typed_film import cue, title, typed_timeline


def _locked() -> Timeline:
    film = typed_timeline(cue(1, 70, 40, "one"), titles=(title(),))
    return replace(film, shots=tuple(replace(shot, is_locked=True) for shot in film.shots))


def test_only_shots_with_type_lose_their_lock() -> None:
    bare = without_type(_locked())
    # The title is over the first shot, the cue over the second.
    assert [shot.is_locked for shot in bare.shots] == [False, False, True, True]
    assert not bare.captions
    assert not bare.titles


def test_the_same_type_keeps_every_lock() -> None:
    assert over_locked_picture(_locked(), _locked()) == _locked()


def test_another_picture_or_cut_is_refused() -> None:
    film = _locked()
    moved = replace(film.shots[0], framing=Framing(0.1, 0.5, 2.0))
    with pytest.raises(InvalidInput, match="shot s1-aaaaa would show another picture"):
        over_locked_picture(film, replace(film, shots=(moved, *film.shots[1:])))
    with pytest.raises(InvalidInput, match="has the film's shots and cuts"):
        over_locked_picture(film, replace(film, shots=film.shots[:-1]))


def test_a_shorter_version_keeps_the_locks_of_clips_that_stay() -> None:
    film = _locked()
    shorter = replace(film, shots=film.shots[1:], captions=(), titles=())
    assert [shot.is_locked for shot in with_true_locks(film, shorter).shots] == [False, True, True]
