"""Whatever edits follow each other, the promises hold: as properties over random sequences."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.edits.operation import Operation
from services.gateway.edits.overlap import overlaps
from services.gateway.edits.parse import parse_operation
from services.gateway.edits.settle import settle
from services.gateway.music import accents_between
from shared.brief import MediaKind, Pacing
from shared.errors import Conflict, InvalidInput, NotFound, OnbeatError
from shared.schema import from_json, to_json
from shared.shot import MoveKind, Shot
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline, TransitionKind
from tests.gateway.edits.scenes import RATE, SONG_SECONDS, START_SAMPLE, applied, film, scene

HANDLES = ("long", "walk", "still", "short", "photo", "tall")
SHOTS = st.integers(1, 12).map(lambda number: f"#{number}")
FEW = st.integers(-40, 40).filter(bool)
RIPPLE: st.SearchStrategy[dict[str, Any]] = st.one_of(st.just({}), st.just({"ripple": True}))


def documents(op: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"op": st.just(op), **fields})


def rippling(op: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, other: {**one, **other}, documents(op, **fields), RIPPLE)


OPERATIONS = st.one_of(
    *(documents(op, shot=SHOTS) for op in ("lock", "lock", "unlock", "pin", "pin", "unpin")),
    *(documents(op, shot=SHOTS) for op in ("disable_accents", "enable_accents")),
    documents("reseed", shot=SHOTS, seed=st.integers(0, 9)),
    documents("replace_source", shot=SHOTS, source=st.sampled_from(HANDLES)),
    documents("set_speed", shot=SHOTS, speed=st.sampled_from([0.25, 0.5, 1, 1.5, 3])),
    documents("set_framing", shot=SHOTS, zoom=st.floats(1, 8)),
    documents("set_move", shot=SHOTS, kind=st.sampled_from([kind.value for kind in MoveKind])),
    documents("set_grade", shot=SHOTS, warmth=st.floats(-1, 1)),
    documents("split", shot=SHOTS, frame=st.integers(1, 60)),
    documents("split", shot=SHOTS, event=st.just("beat")),
    rippling("insert", after=SHOTS, source=st.sampled_from(HANDLES), frames=st.integers(5, 60)),
    rippling("insert", before=SHOTS, source=st.sampled_from(HANDLES), beats=st.integers(1, 3)),
    rippling("remove", shot=SHOTS),
    rippling("extend", shot=SHOTS, frames=FEW, side=st.sampled_from(["end", "start"])),
    documents("move_cut", cut=SHOTS, frame=st.integers(1, 620)),
    documents("move_cut", cut=SHOTS, event=st.sampled_from(["next_beat", "previous_beat"])),
    documents(
        "set_transition",
        cut=SHOTS,
        kind=st.sampled_from([kind.value for kind in TransitionKind]),
        frames=st.integers(2, 30),
    ),
    documents("remove_transition", cut=SHOTS),
    documents("set_pacing", pacing=st.sampled_from([item.value for item in Pacing])),
    documents(
        "set_pacing",
        pacing=st.sampled_from([item.value for item in Pacing]),
        section=st.sampled_from(["verse", "chorus", {"start_seconds": 3, "end_seconds": 8.5}]),
    ),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=8))
def test_every_sequence_of_edits_keeps_every_promise(wanted: list[dict[str, Any]]) -> None:
    timeline, ids_ever = film(), {shot.id for shot in film().shots}
    for document in wanted:
        operation = parse_operation(document)
        after = applied_or_refused(timeline, operation)
        if isinstance(after, OnbeatError):
            assert after.message.startswith(f"{operation.OP}: ")
            continue
        assert applied(timeline, operation) == after
        check_promises(timeline, after, operation)
        new = {shot.id for shot in after.shots} - {shot.id for shot in timeline.shots}
        assert new.isdisjoint(ids_ever)
        ids_ever |= new
        timeline = after
    assert from_json(Timeline, to_json(timeline)) == timeline


def applied_or_refused(timeline: Timeline, operation: Operation) -> Timeline | OnbeatError:
    try:
        return applied(timeline, operation)
    except (InvalidInput, Conflict, NotFound) as error:
        return error


def check_promises(before: Timeline, after: Timeline, operation: Operation) -> None:
    check_tiling(before, after, operation)
    check_locks(before, after, operation)
    check_windows(after)
    check_accents(before, after)
    check_untouched(before, after, operation)


def check_tiling(before: Timeline, after: Timeline, operation: Operation) -> None:
    assert after.sound is not None
    end_sample = START_SAMPLE + after.sound.length_samples
    assert after.sound.length_samples == after.frame_count * SAMPLE_RATE_HZ // 30
    assert end_sample <= SONG_SECONDS * SAMPLE_RATE_HZ
    if not getattr(operation, "ripple", False):
        assert after.frame_count == before.frame_count
        assert after.sound == before.sound
    for shot, around in zip(
        after.shots, overlaps(after.shots, after.transitions).values(), strict=True
    ):
        assert shot.frames >= max(9, around.taken + 1)


def check_locks(before: Timeline, after: Timeline, operation: Operation) -> None:
    shots = {shot.id: shot for shot in after.shots}
    starts = dict(zip(shots, after.start_frames(), strict=True))
    for shot, start in zip(before.shots, before.start_frames(), strict=True):
        if shot.is_locked:
            kept = replace(shots[shot.id], is_locked=True, is_pinned=shot.is_pinned)
            assert kept == shot
            assert after.transition_into(shot.id) == before.transition_into(shot.id)
        if shot.is_pinned:
            assert starts[shot.id] == start


def check_windows(after: Timeline) -> None:
    """Under their transitions, and wherever they may slip, windows stay inside one stretch."""
    around = overlaps(after.shots, after.transitions)
    for shot in after.shots:
        source = shot.source
        if source.kind is MediaKind.IMAGE:
            assert (source.start_seconds, source.speed) == (Fraction(0), Fraction(1))
            continue
        step = source.speed / RATE
        first = source.start_seconds - around[shot.id].head * step - source.earlier_seconds
        last = source.start_seconds + (shot.frames + around[shot.id].tail) * step
        last += source.later_seconds
        assert any(
            stretch.start_seconds <= first and last <= stretch.end_seconds
            for stretch in scene().stretches[source.handle]
        )


def check_accents(before: Timeline, after: Timeline) -> None:
    """A shot that moved or changed its length or move has the beats that are inside it now."""
    beats = [(frame, 0.0) for frame in range(0, after.frame_count, 15)]
    was = {
        shot.id: (start, shot.frames, shot.move, shot.follows_accents)
        for shot, start in zip(before.shots, before.start_frames(), strict=True)
    }
    for shot, start in zip(after.shots, after.start_frames(), strict=True):
        now = (start, shot.frames, shot.move, shot.follows_accents)
        if shot.is_locked or was.get(shot.id) == now:
            continue
        moves = shot.move.kind is not MoveKind.HOLD or shot.source.kind is MediaKind.VIDEO
        follows = shot.follows_accents and moves
        inside = accents_between(beats, start, start + shot.frames, RATE) if follows else ()
        assert [accent.frame for accent in shot.accents] == [accent.frame for accent in inside]


def check_untouched(before: Timeline, after: Timeline, operation: Operation) -> None:
    """Only what an operation names, and what stands beside it, is another."""
    if operation.OP == "set_pacing":
        spans = dict(zip(before.start_frames(), before.shots, strict=True))
        for start, shot in zip(after.start_frames(), after.shots, strict=True):
            was = spans.get(start)
            assert was is None or was.frames != shot.frames or was == shot
        return
    fields = {name: getattr(operation, name, None) for name in ("shot", "cut", "after", "before")}
    name = next(value for value in fields.values() if value is not None)
    named = int(name[1:]) - 1
    near = {shot.id for shot in before.shots[max(0, named - 1) : named + 2]}
    now = {shot.id: shot for shot in after.shots}
    for shot in before.shots:
        if shot.id in near:
            continue
        if getattr(operation, "ripple", False):
            assert replace(now[shot.id], accents=shot.accents, looks=shot.looks) == shot
        else:
            assert now[shot.id] == shot


def test_a_shot_that_moves_finds_its_accents_again() -> None:
    before = film()
    after = applied(
        before, parse_operation({"op": "extend", "shot": "#1", "frames": 4, "ripple": True})
    )
    for shot, start in zip(after.shots, after.start_frames(), strict=True):
        assert all((start + accent.frame) % 15 == 0 for accent in shot.accents)
    assert any(
        [a.frame for a in one.accents] != [a.frame for a in other.accents]
        for one, other in zip(before.shots[1:], after.shots[1:], strict=True)
    )


def test_a_locked_shot_that_moves_keeps_its_accents() -> None:
    index = next(i for i, shot in enumerate(film().shots) if i and shot.accents)
    locked = applied(film(), parse_operation({"op": "lock", "shot": f"#{index + 1}"}))
    after = applied(
        locked, parse_operation({"op": "extend", "shot": "#1", "frames": 4, "ripple": True})
    )
    assert after.shots[index] == locked.shots[index]
    assert after.start_frames()[index] == locked.start_frames()[index] + 4


def test_a_window_that_grows_past_its_stretch_stays_in_it() -> None:
    before = film()
    first = scene().stretches["long"][0]
    index = next(i for i, shot in enumerate(before.shots) if shot.source.handle == "long")
    shot = before.shots[index]
    source = replace(shot.source, start_seconds=first.end_seconds - Fraction(1, 2))
    shots = list(before.shots)
    shots[index] = replace(shot, frames=15, source=source)
    shots[index - 1] = replace(shots[index - 1], frames=shots[index - 1].frames + shot.frames - 15)
    late = replace(before, shots=tuple(shots))
    # Most of the longer window would be of the next stretch.
    after = applied(
        late, parse_operation({"op": "extend", "shot": shot.id, "frames": 50, "ripple": True})
    )
    grown = after.shots[index].source
    assert grown.start_seconds == first.end_seconds - Fraction(65, 30)


def test_shots_that_did_not_change_are_the_same_objects() -> None:
    before = film()
    after = settle(before, before.shots, scene(), "test")
    assert after == before
    assert all(one is other for one, other in zip(before.shots, after.shots, strict=True))


def test_a_burst_below_the_minimum_is_left_alone_until_it_changes() -> None:
    before = film()
    first, second = before.shots[:2]
    burst: tuple[Shot, ...] = (
        replace(first, frames=4, accents=()),
        replace(second, frames=second.frames + first.frames - 4),
        *before.shots[2:],
    )
    short = replace(before, shots=burst)
    assert settle(short, short.shots, scene(), "test") == short
    with pytest.raises(InvalidInput, match="would have 5 frames; expected at least 9"):
        settle(short, [replace(burst[0], frames=5), *burst[1:]], scene(), "test")


def test_no_cut_but_the_edited_one_leaves_its_frame() -> None:
    before = film()
    for op in ("extend", "split", "remove", "insert"):
        fields: dict[str, Any] = {"shot": "#3"}
        fields |= {"extend": {"frames": 6}, "split": {"frame": 30}}.get(op, {})
        if op == "insert":
            fields = {"after": "#3", "source": "walk", "frames": 20}
        after = applied(before, parse_operation({"op": op, **fields}))
        assert len(set(before.start_frames()) - set(after.start_frames())) <= 1
        assert all(one < other for one, other in pairwise(after.start_frames()))
