"""The demo song, composed and heard once for all tests: that takes seconds."""

from __future__ import annotations

import pytest

from examples.song import Song, compose
from services.audio_sync.analyze import analyze
from shared.sync_map import SyncMap


@pytest.fixture(scope="session")
def demo_song() -> Song:
    return compose()


@pytest.fixture(scope="session")
def heard_demo(demo_song: Song) -> SyncMap:
    return analyze(demo_song.samples, demo_song.sample_rate_hz)
