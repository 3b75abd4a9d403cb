"""A scene hands out what was loaded, and says what was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.edits.scene import Scene, music_of
from shared.errors import InvalidInput
from tests.gateway.edits.scenes import START_SAMPLE, SYNC_MAP, film, scene


def test_stretches_by_handle() -> None:
    assert len(scene().stretches_of("long")) == 2
    with pytest.raises(InvalidInput, match="@long was not looked at"):
        Scene().stretches_of("long")


def test_a_film_without_sound_has_no_music() -> None:
    music = music_of(film(), SYNC_MAP)
    assert (music.start_sample, music.sync_map) == (START_SAMPLE, SYNC_MAP)
    silent = music_of(replace(film(), sound=None), SYNC_MAP)
    assert (silent.start_sample, silent.sync_map) == (0, None)
