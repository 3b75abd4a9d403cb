"""Ramps, freezes and time that turns: typed, inside their stretch, and refused where they lie."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.build_plan import planned_clips
from services.gateway.edits.overlap import overlaps
from shared.brief import MediaKind, Role, Size
from shared.errors import InvalidInput
from shared.motion import source_seconds
from shared.requests import Delivery, RenderRequest
from shared.shot import Footage, Shot
from shared.timeline import Timeline
from tests.gateway.edits.scenes import changed, edited, film, first_of, scene

RATE = Fraction(30)
DELIVERY = Delivery(Size(1280, 720), RATE)


def shot_named(timeline: Timeline, shot_id: str) -> Shot:
    return next(shot for shot in timeline.shots if shot.id == shot_id)


def footage(timeline: Timeline, shot_id: str) -> Footage:
    source = shot_named(timeline, shot_id).source
    assert isinstance(source, Footage)
    return source


def request_of(timeline: Timeline, shot_id: str) -> RenderRequest:
    clips = planned_clips(timeline, DELIVERY)
    found = next(c.request for c in clips if c.shot_id == shot_id and not c.is_transition)
    assert isinstance(found, RenderRequest)
    return found


def shown_seconds(timeline: Timeline, shot_id: str) -> list[Fraction]:
    """The moments that a shot's request shows, its transitions included, in order of time."""
    request = request_of(timeline, shot_id)
    around = overlaps(timeline.shots, timeline.transitions)[shot_id]
    frames = range(-around.head, request.frames + around.tail)
    if request.is_reversed:
        frames = range(request.frames - 1 - frames[-1], request.frames - frames[0])
    if request.time_map:
        return [source_seconds(request.time_map, frame) for frame in frames]
    return [request.start_seconds + frame * request.speed / RATE for frame in frames]


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("ramp_speed", {"start": 2, "end": 0.5}),
        ("ramp_speed", {"start": 0.5, "end": 1.5, "frame": 20, "ease_frames": 0}),
        ("freeze", {}),
        ("freeze", {"frame": 10, "frames": 12}),
        ("reverse", {}),
    ],
)
@pytest.mark.parametrize("transition", [False, True])
def test_windows_stay_inside_one_stretch(
    op: str, fields: dict[str, float], transition: bool
) -> None:
    before = film()
    shot = next(s for s in before.shots[1:-1] if s.source.kind is MediaKind.VIDEO)
    if transition:
        index = before.shots.index(shot) + 1
        for cut in (f"#{index}", f"#{index + 1}"):
            before = edited(before, "set_transition", cut=cut, kind="dissolve")
    after = edited(before, op, shot=shot.id, **fields)
    assert changed(before, after) == [shot.id]
    assert shot_named(after, shot.id).frames == shot.frames
    seconds = shown_seconds(after, shot.id)
    assert seconds == sorted(seconds)
    assert any(
        stretch.start_seconds <= seconds[0] and seconds[-1] <= stretch.end_seconds
        for stretch in scene().stretches[shot.source.handle]
    )


def test_a_ramp_is_around_the_strongest_accent_and_speed_is_its_mean() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    after = edited(before, "ramp_speed", shot=shot.id, start=2, end=0.5)
    source = footage(after, shot.id)
    strongest = max(shot.accents, key=lambda accent: (accent.strength, -accent.frame))
    assert source.levels[1].start == Fraction(strongest.frame, shot.frames)
    assert Fraction(1, 2) < source.speed < 2
    knots = request_of(after, shot.id).time_map
    assert (knots[0].seconds_per_frame / knots[-1].seconds_per_frame) == 4
    even = edited(after, "set_speed", shot=shot.id, speed=1)
    assert footage(even, shot.id).levels == ()


def test_a_freeze_stands_still_and_goes_on() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    after = edited(before, "freeze", shot=shot.id, frame=20, frames=15)
    knots = request_of(after, shot.id).time_map
    seconds = [source_seconds(knots, frame) for frame in range(shot.frames)]
    assert len(set(seconds[20:35])) == 1
    assert len(set(seconds)) == shot.frames - 14


def test_a_split_of_a_shot_that_plays_backwards_goes_on_backwards() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    whole = edited(before, "reverse", shot=shot.id)
    halves = edited(whole, "split", shot=shot.id, frame=30)
    index = halves.shots.index(shot_named(halves, shot.id))
    first, second = halves.shots[index : index + 2]
    step = shot.source.speed / RATE
    start = footage(whole, shot.id).start_seconds
    assert first.source.start_seconds == start + (shot.frames - 30) * step
    assert second.source.start_seconds == start
    forwards = edited(whole, "reverse", shot=shot.id, backwards=False)
    assert footage(forwards, shot.id).is_reversed is False


def test_a_shot_whose_start_moves_shows_the_same_backwards() -> None:
    plain = film()
    index = next(i for i, s in enumerate(plain.shots) if i and s.source.kind is MediaKind.VIDEO)
    name = f"#{index + 1}"
    before = edited(plain, "reverse", shot=name)
    shot = before.shots[index]
    later = edited(before, "move_cut", cut=name, frame=before.start_frames()[index] + 6)
    assert footage(later, shot.id).start_seconds == footage(before, shot.id).start_seconds
    assert shot_named(later, shot.id).frames == shot.frames - 6


@pytest.mark.parametrize("op", ["ramp_speed", "freeze", "reverse"])
def test_photos_and_performances_keep_their_time(op: str) -> None:
    fields = {"start": 2, "end": 1} if op == "ramp_speed" else {}
    before = film()
    photo = first_of(before, MediaKind.IMAGE)
    with pytest.raises(InvalidInput, match=rf"{op}: .* photo @\w+, which has no time"):
        edited(before, op, shot=photo.id, **fields)
    shot = first_of(before, MediaKind.VIDEO)
    for role in (Role.PERFORMANCE, Role.TALK):
        references = tuple(
            replace(item, roles=(role,)) if item.handle == shot.source.handle else item
            for item in before.references
        )
        with pytest.raises(InvalidInput, match="in time with its sound"):
            edited(replace(before, references=references), op, shot=shot.id, **fields)


def test_what_cannot_be_is_refused_with_figures() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    with pytest.raises(InvalidInput, match="start and end are both 2"):
        edited(before, "ramp_speed", shot=shot.id, start=2, end=2)
    with pytest.raises(InvalidInput, match=rf"frame 500 is not inside shot {shot.id}"):
        edited(before, "freeze", shot=shot.id, frame=500)
    ramped = edited(before, "ramp_speed", shot=shot.id, start=2, end=1)
    with pytest.raises(InvalidInput, match="changes its speed inside"):
        edited(ramped, "split", shot=shot.id, event="beat")
