"""Windows for one place in the film."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from services.gateway.edits.overlap import Overlap
from services.gateway.edits.recast import (
    NUM_CHOICES,
    Opening,
    apart,
    cast_of,
    photo_cast,
    slot_in,
    windows_for,
)
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.shot import MoveKind
from tests.gateway.edits.scenes import RATE, edited, film, first_of, scene, window

ONE = Fraction(1)


def opening(index: int = 2, overlap: Overlap = Overlap()) -> Opening:  # noqa: B008
    return Opening(film(), film().shots, index, overlap)


def test_what_no_other_shot_shows_comes_first_and_best_first() -> None:
    found = windows_for(opening(), scene(), "walk", ONE, "test")
    shown = [choice.is_shown for choice in found]
    assert shown == sorted(shown)
    fresh = [choice.score for choice in found if not choice.is_shown]
    assert fresh
    assert fresh == sorted(fresh, reverse=True)
    others = [window(shot) for shot in film().shots if shot.source.handle == "walk"]
    for choice in found:
        start = choice.cast.start_seconds
        again = any(start < end and other < start + 2 for other, end in others)
        assert choice.is_shown == again


def test_once_all_was_shown_what_was_shown_least_comes_first() -> None:
    timeline = edited(film(), "insert", after="#4", source="short", frames=15)
    shots = edited(timeline, "replace_source", shot="#5", source="photo").shots
    shown = next(shot for shot in timeline.shots if shot.source.handle == "short")
    crowded = Opening(timeline, (*timeline.shots[:5], shots[4], *timeline.shots[5:]), 5, Overlap())
    start, end = window(shown)
    shared = [
        min(end, choice.cast.start_seconds + Fraction(1, 2)) - max(start, choice.cast.start_seconds)
        for choice in windows_for(crowded, scene(), "short", ONE, "test")
    ]
    assert len(set(shared)) > 3
    assert [max(0, seconds) for seconds in shared] == sorted(max(0, seconds) for seconds in shared)


def test_windows_leave_room_for_transitions() -> None:
    stretches = scene().stretches["long"]
    for choice in windows_for(opening(2, Overlap(12, 18, 30)), scene(), "long", Fraction(2), "t"):
        start = choice.cast.start_seconds
        assert any(
            item.start_seconds <= start - 24 / RATE
            and start + (60 + 18) * 2 / RATE <= item.end_seconds
            for item in stretches
        )


def test_a_clip_that_is_too_short_is_refused_with_figures() -> None:
    with pytest.raises(InvalidInput, match=r"t: 2\.000 s of @short are needed .* has 0\.880 s"):
        windows_for(opening(), scene(), "short", ONE, "t")


def test_apart_means_no_shared_frame_and_not_too_many() -> None:
    kept = apart(windows_for(opening(), scene(), "long", ONE, "t"), Fraction(2))
    assert len(kept) == NUM_CHOICES
    starts = sorted(choice.cast.start_seconds for choice in kept)
    assert all(later - start >= 2 for start, later in pairwise(starts))


def test_the_slot_is_as_loud_as_the_music_there() -> None:
    loud, quiet = slot_in(opening(4), scene()), slot_in(opening(6), scene())
    assert loud[0].length_seconds == 2
    assert (loud[0].energy > quiet[0].energy) == (loud[1] > quiet[1])


def test_moves_beside_an_opening() -> None:
    first, last = opening(0), opening(len(film().shots) - 1)
    assert first.last_move is MoveKind.HOLD
    assert first.next_move is film().shots[1].move.kind
    assert last.next_move is None
    assert last.last_move is film().shots[-2].move.kind


def test_casts_of_shots_as_they_are() -> None:
    clip, photo = first_of(film(), MediaKind.VIDEO), first_of(film(), MediaKind.IMAGE)
    cast = cast_of(clip, scene(), RATE)
    assert (cast.start_seconds, cast.speed) == (clip.source.start_seconds, clip.source.speed)
    assert any(cast.item is item for item in scene().stretches[clip.source.handle])
    assert cast_of(photo, scene(), RATE).item is scene().photos[photo.source.handle]
    times = sum(shot.source.handle == "tall" for shot in film().shots)
    index = next(i for i, shot in enumerate(film().shots) if shot.source.handle == "tall")
    assert photo_cast(opening(index), scene(), "tall").times_used == times - 1
