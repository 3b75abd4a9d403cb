"""Seeing references: one encode for each picture, errors that name the file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.gateway.pictures import naming, see_clips, see_photos
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import ModelFailure
from tests.gateway.edits.runner import SceneRunner
from tests.gateway.edits.scenes import MOTIONS, PHOTOS, REFERENCES


async def test_clips_and_photos_are_each_seen_by_their_encoder() -> None:
    runner = SceneRunner()
    clips = await see_clips(runner, REFERENCES)
    photos = await see_photos(runner, REFERENCES)
    assert runner.encoded() == [*MOTIONS, *PHOTOS]
    for item in REFERENCES:
        if item.kind is MediaKind.VIDEO:
            assert clips[item.blob].duration_seconds == MOTIONS[item.handle].duration_seconds
        if item.kind is MediaKind.IMAGE:
            assert photos[item.blob].width == PHOTOS[item.handle].width


async def test_an_error_names_the_file_or_else_the_handle() -> None:
    async def fail() -> Digest:
        raise ModelFailure("no picture in it")

    item = replace(REFERENCES[0], path="ride.mp4")
    for reference, name in ((item, "ride.mp4"), (replace(item, path=None), item.handle)):
        with pytest.raises(ModelFailure, match=f"{name}: no picture in it"):
            await naming(reference, fail())


async def test_failures_of_an_encoder_are_passed_on() -> None:
    class Failing(SceneRunner):
        async def run(self, request: Any, subject: str = "") -> Digest:
            raise ModelFailure("broken")

    with pytest.raises(ModelFailure, match="long: broken"):
        await see_clips(Failing(), REFERENCES)
