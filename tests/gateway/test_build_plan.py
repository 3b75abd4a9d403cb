"""From intent to requests: spans beside transitions tile the film exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.build_plan import delivery_of, mix_request, planned_clips, resolve
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.requests import Delivery, RenderRequest, TransitionRequest
from shared.shot import Footage, Shot
from shared.timeline import SongWindow, Timeline, Transition, TransitionKind

BLOB = Digest.of_bytes(b"source")
SHOT = Shot("s0-aaaaa", 40, Footage("a", BLOB, MediaKind.VIDEO, Fraction(3)))


def film(lengths: list[int], transitions: dict[int, int]) -> Timeline:
    shots = tuple(replace(SHOT, id=f"s{n}-aaaaa", frames=k) for n, k in enumerate(lengths))
    into = tuple(
        Transition(f"s{n}-aaaaa", TransitionKind.DISSOLVE, k) for n, k in transitions.items()
    )
    window = SongWindow(BLOB, 10, 1000, 5)
    size = Size(1280, 720)
    return Timeline(size, Fraction(30), shots, window, None, BLOB, 0, 9, transitions=into)


@given(
    st.lists(st.integers(20, 60), min_size=2, max_size=6),
    st.dictionaries(st.integers(1, 5), st.integers(2, 18), max_size=5),
)
def test_clips_tile_the_film_whatever_the_transitions(
    lengths: list[int], transitions: dict[int, int]
) -> None:
    transitions = {n: k for n, k in transitions.items() if n < len(lengths)}
    timeline = film(lengths, transitions)
    clips = planned_clips(timeline, delivery_of(timeline, draft=False))
    assert sum(clip.frames for clip in clips) == timeline.frame_count
    assert sum(clip.is_transition for clip in clips) == len(transitions)
    start = 0
    starts = dict(zip((s.id for s in timeline.shots), timeline.start_frames(), strict=True))
    for clip in clips:
        if clip.is_transition:
            assert start == starts[clip.shot_id] - clip.frames // 2
        start += clip.frames


def test_both_sides_of_a_transition_show_the_same_moments_as_their_shots() -> None:
    timeline = film([40, 50], {1: 9})
    first, into, second = planned_clips(timeline, delivery_of(timeline, draft=False))
    assert isinstance(into.request, TransitionRequest)
    assert isinstance(first.request, RenderRequest)
    assert isinstance(second.request, RenderRequest)
    assert first.request.span == (0, 36)
    assert into.request.outgoing.span == (36, 45)
    assert into.request.incoming.span == (-4, 5)
    assert second.request.span == (5, 50)


def test_a_film_of_straight_cuts_has_no_spans() -> None:
    timeline = film([40, 50], {})
    requests = [clip.request for clip in planned_clips(timeline, delivery_of(timeline, draft=True))]
    assert all(isinstance(r, RenderRequest) and r.span is None for r in requests)


def test_names_and_locks_are_not_in_a_request() -> None:
    delivery = Delivery(Size(1280, 720), Fraction(30))
    other = replace(SHOT, id="s9-zzzzz", is_locked=True, is_pinned=True, seed=4)
    assert resolve(other, delivery) == resolve(SHOT, delivery)


@pytest.mark.parametrize("silent", [False, True])
def test_the_sound_is_the_window(silent: bool) -> None:
    timeline = film([40], {})
    request = mix_request(replace(timeline, sound=None) if silent else timeline)
    if silent:
        assert request is None
    else:
        assert request is not None
        assert (request.start_sample, request.length_samples) == (10, 1000)
