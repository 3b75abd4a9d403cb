"""Speed, camera moves and accents."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.shot import Move, MoveKind
from tests.gateway.edits.scenes import (
    BEAT_FRAMES,
    changed,
    edited,
    film,
    first_of,
    operation,
    scene,
    window,
)


def test_speed_keeps_the_length_and_the_start_where_it_can() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    slower = edited(before, "set_speed", shot=shot.id, speed=0.5)
    after = next(item for item in slower.shots if item.id == shot.id)
    assert (after.frames, after.source.speed) == (shot.frames, Fraction(1, 2))
    assert after.source.start_seconds == shot.source.start_seconds
    assert changed(before, slower) == [shot.id]


def test_a_faster_window_stays_inside_its_stretch() -> None:
    before = film()
    for shot in before.shots:
        if shot.source.kind is not MediaKind.VIDEO:
            continue
        faster = edited(before, "set_speed", shot=shot.id, speed=2)
        after = next(item for item in faster.shots if item.id == shot.id)
        start, end = window(after)
        assert any(
            stretch.start_seconds <= start and end <= stretch.end_seconds
            for stretch in scene().stretches[shot.source.handle]
        )


def test_speed_is_refused_with_figures_where_footage_lacks_and_for_photos() -> None:
    before = film()
    longer = edited(before, "extend", shot="#1", frames=6)
    with pytest.raises(InvalidInput, match=r"needs 12\.800 s of @still; .* has 12\.000 s"):
        edited(longer, "set_speed", shot="#1", speed=4)
    photo = first_of(before, MediaKind.IMAGE)
    with pytest.raises(InvalidInput, match=r"set_speed: .* shows the photo @"):
        edited(before, "set_speed", shot=photo.id, speed=2)


@pytest.mark.parametrize("speed", [0.2, 4.01, "2", True, 1e300])
def test_speed_has_bounds(speed: object) -> None:
    with pytest.raises(InvalidInput, match=r"speed is .*; expected a number from 0\.25 to 4"):
        operation("set_speed", shot="#1", speed=speed)


def test_a_move_arrives_on_the_beats_and_a_clip_meets_them_without_one() -> None:
    before = film()
    index = next(i for i, shot in enumerate(before.shots) if shot.move.kind is MoveKind.HOLD)
    assert before.shots[index].source.kind is MediaKind.VIDEO
    shot, start = before.shots[index], before.start_frames()[index]
    moved = edited(before, "set_move", shot=shot.id, kind="pan_left").shots[index]
    assert moved.move == Move(MoveKind.PAN_LEFT, 0.12)
    assert moved.accents
    assert all((start + accent.frame) % BEAT_FRAMES == 0 for accent in moved.accents)
    again = edited(
        edited(before, "set_move", shot=shot.id, kind="tilt_up"),
        "set_move",
        shot=shot.id,
        kind="hold",
    )
    assert again.shots[index] == before.shots[index]
    assert again.shots[index].move == Move()


def test_a_photo_that_holds_has_no_accents() -> None:
    before = film()
    index, shot = next(
        (i, shot)
        for i, shot in enumerate(before.shots)
        if shot.source.kind is MediaKind.IMAGE and shot.accents
    )
    still = edited(before, "set_move", shot=shot.id, kind="hold")
    assert still.shots[index].accents == ()


def test_a_hold_with_an_amount_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"amount is 0\.2 for hold"):
        operation("set_move", shot="#1", kind="hold", amount=0.2)
    with pytest.raises(InvalidInput, match=r"amount is 0\.6; expected a number from 0 to 0\.5"):
        operation("set_move", shot="#1", kind="push_in", amount=0.6)


def test_accents_go_stay_away_and_come_back() -> None:
    before = film()
    shot = next(item for item in before.shots if len(item.accents) > 1)
    off = edited(before, "disable_accents", shot=shot.id)
    assert changed(before, off) == [shot.id]
    longer = edited(off, "extend", shot=shot.id, frames=6)
    assert next(item for item in longer.shots if item.id == shot.id).accents == ()
    assert edited(off, "enable_accents", shot=shot.id) == before
