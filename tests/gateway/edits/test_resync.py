"""Edits of performance takes: wherever a shot goes, its window goes with the song."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.director import Heard, direct_film
from services.gateway.edits.overlap import overlaps
from services.gateway.edits.parse import parse_operation
from services.gateway.edits.resync import resynced
from services.gateway.material import gather_material
from services.gateway.music import song_window
from shared.brief import Brief, Role, Size
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput, NotFound
from shared.performance import Performance, TakeSpan
from shared.schema import to_json
from shared.shot import Shot
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline
from tests.gateway.edits import scenes
from tests.gateway.edits.scenes import RATE, START_SAMPLE
from tests.gateway.edits.test_settle import OPERATIONS

SPEED = Fraction(10_000, 10_001)
TAKES = (
    Performance(
        "long",
        SPEED,
        (
            TakeSpan(Fraction(-3), Fraction(17), Fraction(0)),
            TakeSpan(Fraction(17), Fraction(37), Fraction(20)),
        ),
    ),
    Performance("walk", Fraction(1), (TakeSpan(Fraction(1), Fraction(16), Fraction(0)),)),
)
NAMES = {item.handle for item in TAKES}


@cache
def film() -> Timeline:
    """The film of `scenes` with two of its clips as performances, the rest as other footage."""
    references = tuple(
        replace(item, roles=(Role.PERFORMANCE,)) if item.handle in NAMES else item
        for item in scenes.REFERENCES
    )
    shown = [item for item in references if item.handle in {*scenes.CLIPS, *scenes.PHOTOS}]
    material = gather_material(
        tuple(shown),
        {r.blob: scenes.CLIPS[r.handle] for r in shown if r.handle in scenes.CLIPS},
        {r.blob: scenes.PHOTOS[r.handle] for r in shown if r.handle in scenes.PHOTOS},
    )
    planned = scenes.cut_plan()
    digest = Digest.of_bytes(to_json(planned))
    heard = Heard(scenes.SYNC_MAP, scenes.SYNC_MAP_DIGEST, planned, digest)
    brief = Brief(scenes.SONG, references, size=Size(1280, 720), frame_rate=RATE)
    length = scenes.SYNC_MAP.duration_samples
    sound = song_window(scenes.SONG.blob, START_SAMPLE, scenes.FRAMES, RATE, length)
    return direct_film(brief, material, heard, sound, performances=TAKES).timeline


def edited(timeline: Timeline, op: str, **fields: Any) -> Timeline:
    return scenes.applied(timeline, scenes.operation(op, **fields))


def taken(timeline: Timeline) -> list[tuple[int, Shot, int]]:
    """Index, shot and first film frame of every shot of a take."""
    starts = timeline.start_frames()
    shots = zip(range(len(starts)), timeline.shots, starts, strict=True)
    return [item for item in shots if item[1].source.handle in NAMES]


def assert_in_time(timeline: Timeline) -> None:
    """Every frame of a take's shot shows it at the song's position, told apart from the code."""
    shots = taken(timeline)
    assert shots
    for _, shot, start in shots:
        song = START_SAMPLE / SAMPLE_RATE_HZ + (start + 0.5) / 30
        if shot.source.handle == "long":
            # The first stretch begins at -3 s of the song, the second 20 s into the take at 17.
            begins, take = (17, 20) if song >= 17 else (-3, 0)
            expected = take + (song - begins) * float(SPEED)
            assert shot.source.speed == SPEED
        else:
            expected = song - 1
            assert shot.source.speed == 1
        assert float(shot.source.start_seconds) == pytest.approx(expected, abs=1e-9)
        assert shot.source.earlier_seconds == shot.source.later_seconds == 0


def first_taken(*, inside: bool = True) -> tuple[int, Shot, int]:
    """A take's shot with shots on both sides."""
    last = len(film().shots) - 1
    return next(item for item in taken(film())[1:] if not inside or 0 < item[0] < last)


def test_the_director_shows_takes_where_they_sing_and_other_footage_in_the_outro() -> None:
    timeline = film()
    assert_in_time(timeline)
    outro = (15 * SAMPLE_RATE_HZ - START_SAMPLE) * 30 // SAMPLE_RATE_HZ
    assert {start < outro for _, _, start in taken(timeline)} == {True}
    handles = [s.source.handle for s in timeline.shots]
    assert not any(one == other for one, other in pairwise(handles) if one in NAMES)
    assert {"long", "walk"} <= set(handles)
    before = [
        shot.source.handle
        for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True)
        if start + shot.frames <= outro
    ]
    assert 0 < sum(handle not in NAMES for handle in before) <= len(before) / 3  # cutaways


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("extend", {"frames": 6}),
        ("extend", {"frames": -6}),
        ("extend", {"frames": 5, "side": "start"}),
        ("extend", {"frames": -5, "side": "start"}),
        ("extend", {"frames": 7, "ripple": True}),
        ("extend", {"frames": -7, "side": "start", "ripple": True}),
        ("split", {"frame": 12}),
        ("split", {"event": "beat"}),
        ("remove", {}),
        ("remove", {"ripple": True}),
    ],
)
def test_a_shot_and_all_that_move_with_it_are_in_time_again(
    op: str, fields: dict[str, Any]
) -> None:
    index, shot, _ = first_taken()
    after = edited(film(), op, shot=shot.id, **fields)
    assert after.shots != film().shots
    assert_in_time(after)
    beside = edited(film(), op, shot=film().shots[index + 1].id, **fields)
    assert_in_time(beside)


@pytest.mark.parametrize("ripple", [False, True])
@pytest.mark.parametrize("source", ["photo", "walk", "long"])
def test_inserting_keeps_all_in_time(source: str, ripple: bool) -> None:
    _, shot, _ = first_taken()
    after = edited(film(), "insert", after=shot.id, source=source, frames=12, ripple=ripple)
    assert_in_time(after)


def test_moved_cuts_and_transitions_keep_time() -> None:
    index, shot, start = first_taken()
    assert_in_time(edited(film(), "move_cut", cut=shot.id, frame=start + 4))
    assert_in_time(edited(film(), "move_cut", cut=shot.id, event="previous_beat"))
    following = film().shots[index + 1].id
    assert_in_time(edited(film(), "set_transition", cut=following, kind="dissolve", frames=10))


@pytest.mark.parametrize("pacing", ["calm", "driving"])
def test_another_pacing_casts_takes_in_time(pacing: str) -> None:
    after = edited(film(), "set_pacing", pacing=pacing)
    assert_in_time(after)
    assert len(after.shots) != len(film().shots)


def test_another_take_is_shown_at_the_same_moment_of_the_song() -> None:
    _, shot, _ = next(item for item in taken(film()) if item[1].source.handle == "walk")
    after = edited(film(), "replace_source", shot=shot.id, source="long")
    assert_in_time(after)
    footage = edited(film(), "replace_source", shot=shot.id, source="still")
    assert_in_time(footage)


@pytest.mark.parametrize(("op", "fields"), [("set_speed", {"speed": 0.5}), ("reseed", {"seed": 1})])
def test_a_performance_is_never_slipped_or_warped(op: str, fields: dict[str, Any]) -> None:
    _, shot, _ = first_taken()
    with pytest.raises(InvalidInput, match=f"{op}: shot {shot.id} shows the performance @"):
        edited(film(), op, shot=shot.id, **fields)


def test_a_take_is_not_shown_where_it_was_not_filming() -> None:
    end = film().shots[-1]
    with pytest.raises(InvalidInput, match=r"performance @walk, which has 1\.00-16\.00 s"):
        edited(film(), "replace_source", shot=end.id, source="walk")


def test_a_locked_shot_does_not_leave_its_place_in_the_song() -> None:
    _, shot, _ = first_taken()
    locked = edited(film(), "lock", shot=shot.id)
    with pytest.raises(Conflict, match=rf"shot {shot.id} is locked and shows the performance"):
        edited(locked, "extend", shot=locked.shots[0].id, frames=9, ripple=True)


def test_films_without_takes_keep_their_shots() -> None:
    timeline = scenes.film()
    around = overlaps(timeline.shots, timeline.transitions)
    assert resynced(timeline, timeline.shots, around, "extend") == list(timeline.shots)


@settings(max_examples=40, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=6))
def test_after_any_edits_takes_are_in_time(wanted: list[dict[str, Any]]) -> None:
    timeline = film()
    for document in wanted:
        operation = parse_operation(document)
        with suppress(InvalidInput, Conflict, NotFound):
            timeline = scenes.applied(timeline, operation)
    if taken(timeline):
        assert_in_time(timeline)
