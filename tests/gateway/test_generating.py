"""From intent to a clip: the clip is as long as it is shown, and its halves are one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.build_plan import delivery_of, planned_clips, resolve
from services.gateway.generating import (
    GenerateWish,
    clip_seed,
    generate,
    generate_wish,
    whole_clip,
    with_clip,
)
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.generate import GenerateRequest
from shared.generation import seed_of
from shared.timeline import Timeline, Transition, TransitionKind
from tests.gateway.drawn import film, source_of
from tests.gateway.edits.scenes import edited
from tests.gateway.edits.scenes import film as cut_film

CLIP = Digest.of_bytes(b"clip")


class Asked:
    """Answers every request with one digest, and remembers it."""

    def __init__(self) -> None:
        self.blobs = MemoryBlobs()
        self.requests: list[Any] = []

    async def run(self, request: Any, subject: str = "") -> Digest:
        self.requests.append(request)
        return CLIP


def wish_of(timeline: Timeline, index: int) -> GenerateWish:
    wish = generate_wish(timeline.shots[index], timeline)
    assert wish is not None
    return wish


def request_of(timeline: Timeline, index: int) -> GenerateRequest:
    asked = Asked()
    asyncio.run(generate(asked, wish_of(timeline, index), "shot"))
    (request,) = asked.requests
    assert isinstance(request, GenerateRequest)
    return request


def test_a_clip_has_the_frames_of_its_shot_and_footage_wishes_none() -> None:
    assert wish_of(film(), 1).frames == film().shots[1].frames
    assert request_of(film(), 1).spec.frames == film().shots[1].frames  # type: ignore[union-attr]
    assert all(generate_wish(shot, cut_film()) is None for shot in cut_film().shots)


def test_the_seed_is_the_sources_then_the_shots_then_from_its_id() -> None:
    shot = film().shots[1]
    assert clip_seed(shot) == seed_of(shot.id)
    assert clip_seed(replace(shot, seed=5)) == 5
    assert clip_seed(replace(shot, seed=5, source=replace(source_of(shot), seed=0))) == 0


def test_under_transitions_the_clip_is_longer_and_both_clips_ask_for_one() -> None:
    shots = film().shots
    into, out_of = (Transition(shot.id, TransitionKind.DISSOLVE, 6) for shot in shots[1:3])
    timeline = replace(film(), transitions=(into, out_of))
    wish = wish_of(timeline, 1)
    assert (wish.head_frames, wish.frames) == (3, shots[1].frames + 6)
    planned = planned_clips(timeline, delivery_of(timeline, draft=False))
    named = [clip.wishes for clip in planned if wish in clip.wishes]
    assert len(named) == 3  # into it, itself, out of it
    render = with_clip(resolve(shots[1], delivery_of(timeline, draft=False)), wish, CLIP)
    assert render.source == CLIP
    assert render.start_seconds == Fraction(3) / timeline.frame_rate


def test_both_halves_of_a_split_shot_are_cut_from_one_clip() -> None:
    shot = film().shots[1]
    after = edited(film(), "split", shot=shot.id, frame=20)
    first, second = request_of(after, 1), request_of(after, 2)
    assert first == second == request_of(film(), 1)
    assert wish_of(after, 1).start_seconds == 0
    assert wish_of(after, 2).start_seconds == Fraction(20) / after.frame_rate
    assert whole_clip(after.shots[2], after.frame_rate) == after.shots[2].source


def test_the_size_of_a_draft_does_not_change_the_clip() -> None:
    wishes = [
        [clip.wishes for clip in planned_clips(film(), delivery_of(film(), draft=draft))]
        for draft in (False, True)
    ]
    assert wishes[0] == wishes[1]


def test_an_unknown_backend_is_refused_by_name() -> None:
    shot = film().shots[1]
    odd = replace(film().shots[1], source=replace(source_of(shot), backend="crayons"))
    timeline = replace(film(), shots=(film().shots[0], odd, *film().shots[2:]))
    with pytest.raises(InvalidInput, match=r"'crayons'; expected .*procedural"):
        request_of(timeline, 1)
