"""A film cut into other spans keeps what has its span, and casts the rest anew."""

from __future__ import annotations

from itertools import pairwise

from services.gateway.edits.repace import repace
from shared.shot import new_shot_id
from shared.timeline import Timeline
from tests.gateway.edits.scenes import edited, film, scene


def spans_of(timeline: Timeline) -> list[tuple[int, int]]:
    return list(pairwise([*timeline.start_frames(), timeline.frame_count]))


def test_equal_spans_keep_every_object() -> None:
    before = film()
    after = repace(before, spans_of(before), scene(), "test")
    assert after == before
    assert all(one is other for one, other in zip(before.shots, after.shots, strict=True))


def test_other_spans_get_new_shots_with_new_ids_in_order() -> None:
    before = film()
    spans = spans_of(before)
    start, end = spans[2]
    middle = (start + end) // 2
    halved = [*spans[:2], (start, middle), (middle, end), *spans[3:]]
    after = repace(before, halved, scene(), "test")
    assert after.shots[:2] == before.shots[:2]
    assert after.shots[4:] == before.shots[3:]
    number = before.next_shot_number
    assert [shot.id for shot in after.shots[2:4]] == [
        new_shot_id(before.seed, number),
        new_shot_id(before.seed, number + 1),
    ]
    assert after.next_shot_number == number + 2
    assert spans_of(after) == halved


def test_a_pinned_shot_keeps_its_id_and_is_recast_only_where_it_must() -> None:
    timeline = edited(film(), "insert", after="#2", source="short", frames=15)
    pinned = edited(timeline, "pin", shot="#3")
    spans = spans_of(pinned)
    for grown, is_same in ((9, True), (20, False)):
        cut = spans[2][1] + grown
        moved = [*spans[:2], (spans[2][0], cut), (cut, spans[3][1]), *spans[4:]]
        after = repace(pinned, moved, scene(), "test").shots[2]
        assert (after.id, after.is_pinned, after.frames) == (pinned.shots[2].id, True, 15 + grown)
        assert (after.source.handle == "short") is is_same
