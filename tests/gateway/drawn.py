"""A drawn film over the song of `tests.gateway.edits.scenes`, as intended."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from services.gateway.director import Heard
from services.gateway.draw_film import draw_film
from services.gateway.music import song_window
from services.gateway.palette_choice import choose_palette
from shared.brief import Brief, Pacing, Size
from shared.digest import Digest
from shared.generation import Generated
from shared.schema import to_json
from shared.shot import Shot
from shared.timeline import Timeline
from tests.gateway.edits.scenes import (
    FRAMES,
    RATE,
    SONG,
    START_SAMPLE,
    SYNC_MAP,
    SYNC_MAP_DIGEST,
    cut_plan,
)
from tests.shared.typed import brand

PROMPT = "neon rain over a sleeping city"


def brief(**fields: Any) -> Brief:
    """A brief with a prompt and a song, and nothing to show."""
    given = Brief(SONG, (), Pacing.STEADY, Size(1280, 720), RATE, prompt=PROMPT, brand=brand())
    return replace(given, **fields)


def drawn_film(*, is_silent: bool = False, take: int = 0, **fields: Any) -> Timeline:
    """The film of such a brief."""
    planned = cut_plan()
    digest = Digest.of_bytes(to_json(planned))
    heard = Heard(None, None, planned, digest)
    sound = None
    if not is_silent:
        heard = Heard(SYNC_MAP, SYNC_MAP_DIGEST, planned, digest)
        sound = song_window(SONG.blob, START_SAMPLE, FRAMES, RATE, SYNC_MAP.duration_samples)
    asked = brief(**fields)
    palette = choose_palette(asked.prompt or "", asked.seed)
    timeline = draw_film(asked, heard, sound, palette, take)
    return replace(timeline, brand=asked.brand)


@cache
def film() -> Timeline:
    """The film, made once."""
    return drawn_film()


def source_of(shot: Shot) -> Generated:
    """What a drawn shot shows."""
    assert isinstance(shot.source, Generated)
    return shot.source
