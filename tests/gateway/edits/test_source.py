"""Another window, another camera, another source: always seen, never shown elsewhere."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import pytest

from shared.brief import MediaKind
from shared.errors import InvalidInput, NotFound
from shared.shot import Grade, MoveKind
from shared.timeline import Timeline
from tests.gateway.edits.scenes import changed, edited, film, operation, scene, window


def shared_seconds(timeline: Timeline, index: int) -> float:
    """Seconds that a shot shows and any other shot of its clip shows too."""
    shot = timeline.shots[index]
    if shot.source.kind is MediaKind.IMAGE:
        return 0.0
    start, end = window(shot)
    return float(
        sum(
            max(Fraction(0), min(end, window(other)[1]) - max(start, window(other)[0]))
            for place, other in enumerate(timeline.shots)
            if place != index and other.source.handle == shot.source.handle
        )
    )


@pytest.mark.parametrize("seed", range(10))
def test_reseed_shows_something_else_that_no_other_shot_shows(seed: int) -> None:
    for index, shot in enumerate(film().shots):
        after = edited(film(), "reseed", shot=shot.id, seed=seed)
        now = after.shots[index]
        assert changed(film(), after) == [shot.id]
        assert (now.source, now.framing, now.move) != (shot.source, shot.framing, shot.move)
        assert now.source.handle == shot.source.handle
        assert now.seed == seed
        assert shared_seconds(after, index) == 0
        assert edited(film(), "reseed", shot=shot.id, seed=seed) == after


def test_seeds_count_through_clearly_different_windows() -> None:
    index = next(i for i, shot in enumerate(film().shots) if shot.source.handle == "long")
    shot = film().shots[index]
    windows = sorted(
        window(edited(film(), "reseed", shot=shot.id, seed=seed).shots[index]) for seed in range(8)
    )
    assert all(one[1] <= other[0] for one, other in pairwise(windows))
    assert all(end <= window(shot)[0] or start >= window(shot)[1] for start, end in windows)


def test_no_move_of_a_photo_repeats_beside_it() -> None:
    inner = list(enumerate(film().shots))[1:-1]
    photos = [index for index, shot in inner if shot.source.kind is MediaKind.IMAGE]
    assert any(film().shots[index + 1].move.kind is MoveKind.PUSH_IN for index in photos)
    for index, seed in product(photos, range(8)):
        after = edited(film(), "reseed", shot=f"#{index + 1}", seed=seed)
        kinds = [shot.move.kind for shot in after.shots[index - 1 : index + 2]]
        assert kinds[1] not in {kinds[0], kinds[2]} - {MoveKind.HOLD}


def test_once_footage_runs_out_the_least_shown_window_is_taken() -> None:
    crowded = edited(film(), "insert", after="#1", source="short", frames=18)
    full = edited(crowded, "insert", after="#6", source="short", frames=18)
    index = next(i for i, shot in enumerate(full.shots) if i > 3 and shot.source.handle == "short")
    after = edited(full, "reseed", shot=full.shots[index].id, seed=0)
    assert after.shots[index].source != full.shots[index].source
    assert shared_seconds(after, index) > 0


def test_a_clip_with_nothing_else_to_show_is_refused() -> None:
    # 22 frames of the clip, a 25th of a second each, are 26.4 of the film's frames.
    timeline = edited(film(), "insert", after="#3", source="short", frames=26)
    shot = next(item for item in timeline.shots if item.source.handle == "short")
    with pytest.raises(InvalidInput, match="reseed: @short has nothing else to show in 26 frames"):
        edited(timeline, "reseed", shot=shot.id, seed=4)


def test_a_replaced_source_is_ungraded_at_speed_1_and_keeps_id_and_length() -> None:
    before = edited(film(), "set_grade", shot="#1", warmth=1)
    before = edited(before, "set_speed", shot="#1", speed=0.5)
    for source in ("walk", "@photo"):
        after = edited(before, "replace_source", shot="#1", source=source)
        shot = after.shots[0]
        assert changed(before, after) == [before.shots[0].id]
        assert shot.source.handle == source.removeprefix("@")
        assert (shot.frames, shot.grade, shot.source.speed) == (90, Grade(), Fraction(1))
        assert shared_seconds(after, 0) == 0
    assert edited(before, "replace_source", shot="#1", source="photo").shots[0].accents


def test_a_window_under_transitions_has_room_for_them() -> None:
    before = edited(film(), "set_transition", cut="#3", kind="dissolve", frames=20)
    before = edited(before, "set_transition", cut="#4", kind="dissolve", frames=20)
    for seed in range(8):
        after = edited(before, "reseed", shot="#3", seed=seed).shots[2]
        start, end = window(after)
        assert any(
            stretch.start_seconds <= start - 10 / before.frame_rate
            and end + 10 / before.frame_rate <= stretch.end_seconds
            for stretch in scene().stretches[after.source.handle]
        )


def test_sources_that_cannot_be_shown_are_refused() -> None:
    handle = film().shots[0].source.handle
    with pytest.raises(InvalidInput, match=f"shows @{handle} already; .*reseed"):
        edited(film(), "replace_source", shot="#1", source=handle)
    with pytest.raises(NotFound, match=r"no reference @wall; did you mean @walk\? The film has @l"):
        edited(film(), "replace_source", shot="#1", source="wall")
    with pytest.raises(InvalidInput, match="@words is text; expected a clip or a photo"):
        edited(film(), "replace_source", shot="#1", source="words")
    with pytest.raises(InvalidInput, match=r"3\.000 s of @short are needed .* has 0\.880 s"):
        edited(film(), "replace_source", shot="#1", source="short")
    with pytest.raises(InvalidInput, match="seed is -1; expected a whole number from 0"):
        operation("reseed", shot="#1", seed=-1)


def test_a_photo_in_place_of_a_clip_needs_no_footage() -> None:
    after = edited(film(), "replace_source", shot="#1", source="photo").shots[0]
    assert (after.source.kind, after.source.start_seconds) == (MediaKind.IMAGE, Fraction(0))
