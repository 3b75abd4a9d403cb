"""`plan`: from references and a song to a timeline that tiles the window."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.embedded import embedded_runner
from services.gateway.plan import plan
from shared.brief import Brief, MediaKind
from shared.errors import InvalidInput
from shared.schema import from_json
from shared.sync_map import SAMPLE_RATE_HZ, CutPlan
from shared.timeline import Timeline
from tests.gateway.conftest import Played


def plan_again(played: Played, brief: Brief) -> Timeline:
    async def run() -> Timeline:
        async with embedded_runner(played.settings) as runner:
            return await plan(runner, brief, played.ingested.infos)

    return asyncio.run(run())


def test_shots_follow_the_cut_plan(played: Played) -> None:
    cut_plan = from_json(CutPlan, played.blobs.read(played.timeline.cut_plan))
    assert played.timeline.frame_count == cut_plan.frame_count == 120
    assert played.timeline.start_frames()[1:] == tuple(cut.frame for cut in cut_plan.cuts)
    assert len(cut_plan.cuts) >= 1


def test_the_sound_is_one_window_of_the_song_as_long_as_the_film(played: Played) -> None:
    sound = played.timeline.sound
    assert sound is not None
    assert sound.length_samples == 4 * SAMPLE_RATE_HZ
    assert 0 <= sound.start_sample <= 4 * SAMPLE_RATE_HZ
    assert sound.fade_out_samples > 0 or sound.start_sample == 4 * SAMPLE_RATE_HZ


def test_planning_again_gives_the_same_timeline(played: Played) -> None:
    assert plan_again(played, played.ingested.brief) == played.timeline


def test_the_whole_song_needs_no_fade(played: Played) -> None:
    timeline = plan_again(played, replace(played.ingested.brief, duration_seconds=None))
    assert timeline.sound is not None
    assert (timeline.sound.start_sample, timeline.sound.fade_out_samples) == (0, 0)
    assert timeline.frame_count == 240


def test_a_film_longer_than_its_song_ends_with_it(played: Played) -> None:
    timeline = plan_again(played, replace(played.ingested.brief, duration_seconds=Fraction(60)))
    assert timeline.frame_count == 240


def test_without_sound_photos_and_clips_give_the_length(played: Played) -> None:
    brief = replace(played.ingested.brief, song=None, duration_seconds=None)
    timeline = plan_again(played, brief)
    assert timeline.sound is None
    assert timeline.frame_count == pytest.approx((6 + 6 + 3 + 3) * 30, abs=3)


def test_what_cannot_become_a_film_is_refused(played: Played) -> None:
    brief = played.ingested.brief
    for wrong, message in (
        (replace(brief, references=()), "no clip or photo"),
        (replace(brief, duration_seconds=Fraction(1, 2)), "too short"),
    ):
        with pytest.raises(InvalidInput, match=message):
            plan_again(played, wrong)


def test_every_shot_shows_one_of_the_references(played: Played) -> None:
    blobs = {r.blob: r.kind for r in played.ingested.brief.references}
    for shot in played.timeline.shots:
        assert blobs[shot.source.blob] is shot.source.kind
        if shot.source.kind is MediaKind.VIDEO:
            length = shot.frames / played.timeline.frame_rate
            assert shot.source.start_seconds + length * shot.source.speed <= Fraction(602, 100)
