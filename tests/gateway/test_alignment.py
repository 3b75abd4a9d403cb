"""Shots of clips wish for alignment, and the requests that come of it follow what was found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.impacts import Scene, write_scene
from services.gateway.alignment import Aligned, MotionWish, align, find_aligned, wish_of
from services.gateway.build_plan import planned_clips, resolve
from services.gateway.embedded import embedded_runner
from shared.brief import MediaKind, Reference, Role, Size
from shared.digest import Digest
from shared.requests import Delivery, RenderRequest, TransitionRequest
from shared.settings import Settings
from shared.shot import Accent, Footage, Framing, Move, MoveKind, Shot
from shared.timeline import Timeline, Transition, TransitionKind
from tests.shared.sourced import footage

RATE = Fraction(30)
BLOB = Digest.of_bytes(b"clip")
HALF = Fraction(1, 2)
SHOT = Shot(
    "s1-aaaaa",
    45,
    Footage("clip", BLOB, MediaKind.VIDEO, HALF, Fraction(1), HALF, HALF),
    accents=(Accent(20, 1.0),),
)
DELIVERY = Delivery(Size(160, 90), RATE)


def test_a_clip_with_accents_wishes() -> None:
    wish = wish_of(SHOT, RATE)
    assert wish is not None
    assert wish.clip == BLOB
    assert wish.window.accents == SHOT.accents
    assert (wish.window.earlier_seconds, wish.window.later_seconds) == (HALF, HALF)


@pytest.mark.parametrize(
    "shot",
    [
        replace(SHOT, accents=()),
        replace(SHOT, follows_accents=False),
        replace(SHOT, source=Footage("clip", BLOB, MediaKind.IMAGE)),
    ],
    ids=["no accents", "switched off", "photo"],
)
def test_what_cannot_or_should_not_move_wishes_nothing(shot: Shot) -> None:
    assert wish_of(shot, RATE) is None


def test_a_performance_is_never_moved() -> None:
    singing = Reference("clip", MediaKind.VIDEO, BLOB, (Role.PERFORMANCE,))
    assert wish_of(SHOT, RATE, (singing,)) is None
    assert wish_of(SHOT, RATE, (replace(singing, roles=(Role.PRODUCT,)),)) is not None


def test_accents_under_a_clip_that_holds_are_in_its_wish_and_not_in_its_request() -> None:
    assert resolve(SHOT, DELIVERY).accents == ()
    pushed = replace(SHOT, move=Move(MoveKind.PUSH_IN, 0.1))
    assert resolve(pushed, DELIVERY).accents == SHOT.accents


def _align(settings: Settings, timeline: Timeline) -> tuple[list[Aligned], list[Aligned | None]]:
    async def run() -> tuple[list[Aligned], list[Aligned | None]]:
        async with embedded_runner(settings) as runner:
            clips = planned_clips(timeline, DELIVERY)
            before = [find_aligned(runner, clip.request, clip.wishes) for clip in clips]
            assert before == [None] * len(clips)
            made = [await align(runner, c.request, c.wishes, c.label) for c in clips]
            return made, [find_aligned(runner, c.request, c.wishes) for c in clips]

    return asyncio.run(run())


def test_both_sides_of_a_transition_slip_as_their_shots_do(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "store")
    path = write_scene(tmp_path / "v.mp4", Scene("bounce", (1.3, 3.3), 4.2), RATE)

    async def put() -> Digest:
        async with embedded_runner(settings) as runner:
            return runner.blobs.put_file(path)

    blob = asyncio.run(put())
    first = replace(SHOT, source=replace(footage(SHOT), blob=blob))
    second = replace(
        first, id="s2-bbbbb", source=replace(first.source, start_seconds=Fraction(5, 2))
    )
    timeline = Timeline(
        Size(160, 90), RATE, (first, second), None, None, BLOB, 0, 3,
        transitions=(Transition(second.id, TransitionKind.DIP, 6),),
    )  # fmt: skip
    made, found = _align(settings, timeline)
    assert found == made
    one, mixed, other = (aligned.request for aligned in made)
    assert isinstance(one, RenderRequest)
    assert isinstance(mixed, TransitionRequest)
    assert isinstance(other, RenderRequest)
    # The impact at 1.3 s plays on frame 20 of a window from 0.5 s after a slip of 4 frames.
    assert one.start_seconds == HALF + Fraction(4, 30)
    assert mixed.outgoing.start_seconds == one.start_seconds
    assert mixed.incoming.start_seconds == other.start_seconds == Fraction(5, 2) + Fraction(4, 30)
    assert mixed.outgoing.framing == Framing()
    assert [len(aligned.alignments) for aligned in made] == [1, 2, 1]


def test_without_a_wish_nothing_is_asked_of_anyone(tmp_path: Path) -> None:
    async def run() -> Aligned:
        async with embedded_runner(Settings(tmp_path / "store")) as runner:
            request = resolve(SHOT, DELIVERY)
            aligned = await align(runner, request, (None,), "shot")
            assert runner.records == ()
            assert find_aligned(runner, request, (None,)) == aligned
            return aligned

    assert asyncio.run(run()) == Aligned(resolve(SHOT, DELIVERY))


def test_a_wish_is_a_value() -> None:
    assert wish_of(SHOT, RATE) == wish_of(replace(SHOT, id="s9-zzzzz", is_pinned=True), RATE)
    assert isinstance(wish_of(SHOT, RATE), MotionWish)
