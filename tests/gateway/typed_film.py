"""A small timeline with type, for tests that render nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from shared.brief import MediaKind, Size
from shared.captions import Caption, CaptionDelivery, CueWord, Title, TitleKind
from shared.digest import Digest
from shared.shot import Footage, Shot
from shared.timeline import Timeline
from tests.shared.typed import brand, spoken

PHOTO = Digest.of_bytes(b"photo")
SHOT_FRAMES = 60


def cue(number: int, start: int, frames: int, *lines: str, **fields: Any) -> Caption:
    """A cue whose words are said one after the other."""
    words = spoken(" ".join(lines), 0, max(1, frames // max(1, len(" ".join(lines).split()))))
    return Caption(f"c{number}", start, frames, lines, words, **fields)


def typed_timeline(
    *captions: Caption, titles: tuple[Title, ...] = (), shots: int = 4, **fields: Any
) -> Timeline:
    """Shots of two seconds each at 30 frames a second, 640x360."""
    source = Footage("photo", PHOTO, MediaKind.IMAGE)
    timeline = Timeline(
        size=Size(640, 360),
        frame_rate=Fraction(30),
        shots=tuple(Shot(f"s{n}-aaaaa", SHOT_FRAMES, source) for n in range(1, shots + 1)),
        sound=None,
        sync_map=None,
        cut_plan=PHOTO,
        seed=0,
        next_shot_number=shots + 1,
        captions=captions,
        caption_delivery=CaptionDelivery.BOTH,
        titles=titles,
        brand=brand(),
    )
    return replace(timeline, **fields)


def title(kind: TitleKind = TitleKind.TITLE, frames: int = 45, **fields: Any) -> Title:
    """A title of two words."""
    return Title("t1", kind, ("Two", "words"), frames, **fields)


def words(text: str, start: int = 0, step: int = 8) -> tuple[CueWord, ...]:
    """Words as they are heard, `step` frames each."""
    return spoken(text, start, step)
