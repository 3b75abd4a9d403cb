from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import InvalidInput
from shared.shot import AccentLookKind
from tests.gateway.edits.scenes import BEAT_FRAMES, changed, edited, film


@pytest.mark.parametrize("kind", AccentLookKind)
def test_a_shot_is_struck_on_its_beats_in_one_way(kind: AccentLookKind) -> None:
    before = edited(film(), "set_accent_look", shot="#2", kind="none")
    after = edited(before, "set_accent_look", shot="#2", kind=kind.value, strength=0.5)
    shot, start = after.shots[1], after.start_frames()[1]
    assert shot.looks
    assert all((start + look.frame) % BEAT_FRAMES == 0 for look in shot.looks)
    assert max(look.strength for look in shot.looks) == 0.5
    assert {look.kind for look in shot.looks} == {kind}
    assert changed(before, after) == [shot.id]
    assert edited(after, "set_accent_look", shot="#2", kind="none") == before


def test_looks_go_with_their_beats_when_a_shot_moves() -> None:
    before = edited(film(), "set_accent_look", shot="#2", kind="punch_in")
    moved = edited(before, "extend", shot="#1", frames=5, ripple=True)
    shot, start = moved.shots[1], moved.start_frames()[1]
    assert shot.looks
    assert all((start + look.frame) % BEAT_FRAMES == 0 for look in shot.looks)


def test_a_shot_without_beats_is_refused() -> None:
    silent = replace(film(), sound=None)
    with pytest.raises(InvalidInput, match="set_accent_look: no beat falls inside shot"):
        edited(silent, "set_accent_look", shot="#2", kind="flash")
