"""One shot as intended: what it shows, and how it is framed, moved, graded and accented."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Footage:
    """A window of a reference: from `start_seconds` of its own time, played at `speed`.

    For an image `start_seconds` is 0 and `speed` 1. The window may slip by up to
    `earlier_seconds` and `later_seconds` so that impacts in the clip land on accents.
    """

    handle: str
    blob: Digest
    kind: MediaKind
    start_seconds: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    earlier_seconds: Fraction = Fraction(0)
    later_seconds: Fraction = Fraction(0)


class MoveKind(StrEnum):
    """What the virtual camera does during a shot."""

    HOLD = "hold"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"


@dataclass(frozen=True, slots=True)
class Move:
    """A camera move; `amount` is the share of the frame it travels or zooms, 0..0.5."""

    kind: MoveKind = MoveKind.HOLD
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Framing:
    """Which part of the source is shown: a crop of the delivery's aspect around a point.

    `center_x`, `center_y` are 0..1 of the upright source; `zoom` 1.0 is the largest crop that
    fits, larger shows less.
    """

    center_x: float = 0.5
    center_y: float = 0.5
    zoom: float = 1.0


@dataclass(frozen=True, slots=True)
class Grade:
    """A correction of the picture; the default leaves it as it is.

    `exposure_stops` -2..2; `contrast` and `saturation` 0..2, 1 is unchanged; `warmth` -1..1,
    positive is warmer.
    """

    exposure_stops: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    warmth: float = 0.0


@dataclass(frozen=True, slots=True)
class Accent:
    """A frame inside a shot (0 is its first) where something musical happens; strength 0..1."""

    frame: int
    strength: float


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot as intended; `id` is stable and never reused, `frames` is its exact length.

    `accents` are the beats that its camera move arrives on and that impacts in its clip land on;
    they follow the music when the shot moves or changes its length, unless `follows_accents` is
    off. A locked shot keeps its content
    and its length, a pinned one its place in the song.
    """

    id: str
    frames: int
    source: Footage
    framing: Framing = Framing()
    move: Move = Move()
    grade: Grade = Grade()
    accents: tuple[Accent, ...] = ()
    follows_accents: bool = True
    seed: int | None = None
    is_locked: bool = False
    is_pinned: bool = False

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise InvalidInput(f"shot {self.id} has {self.frames} frames; expected at least 1")


def new_shot_id(seed: int, number: int) -> str:
    """The id of the `number`-th shot ever made in a film: stable, and not its place in the film."""
    state = hashlib.sha256(f"shot/{seed}/{number}".encode()).digest()
    return f"s{number}-" + base64.b32encode(state[:5]).decode("ascii").lower()[:5]
