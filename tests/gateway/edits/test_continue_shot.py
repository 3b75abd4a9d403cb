"""A generated shot goes on from another one, begins anew again, and stays so in other edits."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput, NotFound
from shared.families.family import Task
from shared.schema import from_json, to_json
from shared.timeline import Timeline
from tests.gateway.drawn import source_of
from tests.gateway.edits.scenes import changed, edited, film


def two() -> Timeline:
    """A film whose second and third shots are generated."""
    one = edited(film(), "replace_source", shot="#2", source="generate", prompt="a road in fog")
    return edited(one, "replace_source", shot="#3", source="generate", prompt="it climbs a hill")


def on() -> Timeline:
    return edited(two(), "continue_shot", shot="#3")


def test_a_shot_goes_on_from_the_one_before_by_a_model_that_can() -> None:
    after, before = on(), two()
    assert changed(before, after) == [before.shots[2].id]
    made, was = source_of(after.shots[2]), source_of(before.shots[2])
    assert made.continues == after.shots[1].id
    assert (made.task, made.param("model")) == (Task.CONTINUE.value, "wan2.1-vace-1.3b")
    assert (made.prompt, made.seed) == (was.prompt, was.seed)
    assert after.transition_into(after.shots[2].id) is None
    assert from_json(Timeline, to_json(after)) == after


def test_told_not_to_it_begins_anew() -> None:
    off = source_of(edited(on(), "continue_shot", shot="#3", on=False).shots[2])
    assert (off.continues, off.task) == (None, Task.TEXT.value)
    more = edited(two(), "continue_shot", shot="#3", after="#2", overlap_frames=3)
    assert source_of(more.shots[2]).param("overlap_frames") == 3
    anew = source_of(edited(more, "continue_shot", shot="#3", on=False).shots[2])
    assert anew.param("overlap_frames") is None


def test_other_words_and_another_seed_still_go_on() -> None:
    said = source_of(
        edited(on(), "set_prompt", shot="#3", prompt="it falls into a valley").shots[2]
    )
    assert (said.continues, said.task) == (on().shots[1].id, Task.CONTINUE.value)
    assert said.prompt == "it falls into a valley"
    assert source_of(edited(on(), "regenerate", shot="#3").shots[2]).continues == on().shots[1].id


def test_who_went_on_from_a_whole_shot_goes_on_from_its_second_half() -> None:
    after = edited(on(), "split", shot="#2", frame=20)
    assert source_of(after.shots[3]).continues == after.shots[2].id
    assert after.shots[2].id not in {shot.id for shot in on().shots}


def test_a_moved_cut_moves_the_start_with_the_end_of_the_shot_before() -> None:
    cut = on().start_frames()[2]
    after = edited(on(), "move_cut", cut="#3", frame=cut + 5)
    assert source_of(after.shots[2]).start_seconds == 0
    assert after.shots[1].frames == on().shots[1].frames + 5


def test_an_edit_of_a_shot_that_goes_on_follows_a_split_and_a_moved_cut_too() -> None:
    edit = edited(on(), "instruct", shot="#3", prompt="make it rain")
    split = edited(edit, "split", shot="#2", frame=20)
    kept = source_of(split.shots[3]).keeps
    assert kept is not None
    assert kept.generated is not None
    assert kept.generated.continues == split.shots[2].id
    moved = edited(edit, "move_cut", cut="#3", frame=edit.start_frames()[2] + 5)
    assert source_of(moved.shots[2]).start_seconds == 0


def test_the_second_half_of_a_shot_that_goes_on_is_cut_like_any_clip() -> None:
    halves = edited(on(), "split", shot="#3", frame=20)
    start = source_of(halves.shots[3]).start_seconds
    moved = edited(halves, "move_cut", cut="#4", frame=halves.start_frames()[3] + 5)
    assert source_of(moved.shots[3]).start_seconds == start + 5 / halves.frame_rate
    assert source_of(moved.shots[2]).start_seconds == 0


def test_a_shot_that_was_cut_later_goes_on_right_where_the_other_ends() -> None:
    late = edited(two(), "move_cut", cut="#3", frame=two().start_frames()[2] + 5)
    assert source_of(late.shots[2]).start_seconds > 0
    assert source_of(edited(late, "continue_shot", shot="#3").shots[2]).start_seconds == 0
    halves = edited(two(), "split", shot="#3", frame=20)
    made = source_of(edited(halves, "continue_shot", shot="#4").shots[3])
    assert made.start_seconds == 0
    assert made.seconds is None


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"shot": "#1"}, "no model makes shot"),
        ({"shot": "#2", "after": "#3"}, "is before what it is to go on from; expected an earlier"),
        (
            {"shot": "#3", "after": "#2", "overlap_frames": 40},
            "overlap_frames 40: expected 1 to 20",
        ),
        ({"shot": "#3", "on": False, "after": "#2"}, "on is false; expected neither"),
        ({"shot": "#3", "overlap_frames": 0}, "overlap_frames"),
    ],
)
def test_what_cannot_go_on_is_refused(given: dict[str, object], found: str) -> None:
    with pytest.raises(InvalidInput, match=found):
        edited(two(), "continue_shot", **given)


def test_a_shot_that_is_not_there_and_a_still_are_refused() -> None:
    with pytest.raises(NotFound):
        edited(two(), "continue_shot", shot="#3", after="#99")
    still = edited(two(), "keyframe", shot="#3", prompt="a lighthouse")
    with pytest.raises(InvalidInput, match="is made from a clip or a still"):
        edited(still, "continue_shot", shot="#3")
