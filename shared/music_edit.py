"""A song made shorter or longer by joining whole bars of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.digest import Digest
from shared.sync_map import Span


@dataclass(frozen=True, slots=True)
class Join:
    """The edit goes on elsewhere: at `sample` of the edit, from one sample of the song to another.

    `likeness` (0..1) is how alike the song is there and here.
    """

    sample: int
    from_sample: int
    to_sample: int
    likeness: float


@dataclass(frozen=True, slots=True)
class MusicEdit:
    """The edited song: `audio` is a WAV, `sync_map` the song's own, led through the joins.

    `spans` are the stretches of the song that are played, one after the other.
    """

    VERSION: ClassVar[int] = 1

    audio: Digest
    sync_map: Digest
    spans: tuple[Span, ...]
    joins: tuple[Join, ...]
