"""`hear`: what is heard in one file, whatever kind of file it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.listen import hear
from shared.errors import InvalidInput
from tests.gateway.conftest import Played


def test_a_song_has_its_tempo_and_beats(played: Played) -> None:
    heard = asyncio.run(hear(played.settings, played.sources.song))
    assert heard["tempo_bpm"] == pytest.approx(120, abs=0.5)
    errors = [min(abs(found - true) for found in heard["beats"]) for true in played.sources.beats]
    assert max(errors) < 0.03


def test_a_picture_is_refused(played: Played) -> None:
    for path in (played.sources.photos[0], played.sources.clips[0]):
        with pytest.raises(InvalidInput, match="has no sound"):
            asyncio.run(hear(played.settings, Path(path)))
