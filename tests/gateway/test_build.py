"""`build`: every shot rendered and measured, and a Build that says with what digests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction

from services.gateway.build import Built, build
from services.gateway.build_plan import delivery_of, resolve
from services.gateway.embedded import embedded_runner
from shared.actions import ActionRecord
from shared.brief import Size
from shared.build import Build
from shared.measurement import SegmentMeasure
from shared.media.segment import Segment
from shared.requests import Quality
from shared.schema import from_json
from shared.shot import Move, MoveKind
from shared.timeline import Timeline
from tests.gateway.conftest import Played
from tests.shared.sourced import footage


def build_again(played: Played, timeline: Timeline) -> tuple[Built, tuple[ActionRecord, ...]]:
    async def run() -> tuple[Built, tuple[ActionRecord, ...]]:
        async with embedded_runner(played.settings) as runner:
            built = await build(runner, timeline, delivery_of(timeline, draft=False))
            return built, runner.records

    return asyncio.run(run())


def test_the_build_names_every_clip_with_its_packets_and_measure(played: Played) -> None:
    assert from_json(Build, played.blobs.read(played.built.digest)) == played.built.build
    for shot, made in zip(played.timeline.shots, played.built.build.clips, strict=True):
        assert made.shot_id == shot.id
        segment = Segment.from_bytes(played.blobs.read(made.segment))
        assert segment.packets_sha256 == made.packets_sha256
        assert len(segment.packets) == shot.frames
        measure = from_json(SegmentMeasure, played.blobs.read(made.measure))
        assert measure.frames == shot.frames


def test_the_timeline_is_stored_with_its_build(played: Played) -> None:
    stored = from_json(Timeline, played.blobs.read(played.built.build.timeline))
    assert stored == played.timeline


def test_one_changed_shot_renders_one_shot_and_keeps_the_others_packets(played: Played) -> None:
    shots = list(played.timeline.shots)
    shots[1] = replace(shots[1], move=Move(MoveKind.PUSH_IN, 0.111))
    built, records = build_again(played, replace(played.timeline, shots=tuple(shots)))
    ran = sorted(record.action for record in records if not record.hit)
    assert ran == ["assemble", "measure", "render"]
    kept = zip(built.build.clips, played.built.build.clips, strict=True)
    changed = [one.packets_sha256 != other.packets_sha256 for one, other in kept]
    assert changed == [index == 1 for index in range(len(shots))]


def test_a_shot_that_only_moves_in_the_film_is_not_rendered_again(played: Played) -> None:
    reversed_film = replace(played.timeline, shots=tuple(reversed(played.timeline.shots)))
    _, records = build_again(played, reversed_film)
    assert [record.action for record in records if not record.hit] == ["assemble"]


def test_names_and_places_are_not_in_the_request(played: Played) -> None:
    shot, delivery = played.timeline.shots[0], delivery_of(played.timeline, draft=False)
    renamed = replace(shot, id="s99-other", source=replace(footage(shot), handle="other"))
    assert resolve(renamed, delivery) == resolve(shot, delivery)


def test_a_draft_is_540p_of_the_same_aspect_and_never_larger(played: Played) -> None:
    sizes = {
        Size(1920, 1080): Size(960, 540),
        Size(1080, 1920): Size(540, 960),
        Size(1080, 1080): Size(540, 540),
        Size(256, 144): Size(256, 144),
    }
    for full, small in sizes.items():
        delivery = delivery_of(replace(played.timeline, size=full), draft=True)
        assert (delivery.size, delivery.quality) == (small, Quality.DRAFT)
        assert delivery.frame_rate == Fraction(30)
