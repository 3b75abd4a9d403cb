"""One shot as intended: what it shows, and how it is framed, moved, graded and accented."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from shared.brief import MediaKind
from shared.digest import Digest, added
from shared.errors import InvalidInput
from shared.generation import Generated
from shared.soundtrack import ShotSound
from shared.speed import SpeedLevel, check_levels


@dataclass(frozen=True, slots=True)
class Footage:
    """A window of a reference: from `start_seconds` of its own time, played at `speed`.

    For an image `start_seconds` is 0 and `speed` 1. The window may slip by up to
    `earlier_seconds` and `later_seconds` so that impacts in the clip land on accents. `input_lut`
    is a table in the .cube format that brings log footage to BT.709. With `levels` the speed of a
    clip changes inside the shot, and `speed` is its mean, so that the window is the same;
    `is_reversed` plays the window backwards.
    """

    handle: str
    blob: Digest
    kind: MediaKind
    start_seconds: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    earlier_seconds: Fraction = Fraction(0)
    later_seconds: Fraction = Fraction(0)
    input_lut: Digest | None = added(None)
    levels: tuple[SpeedLevel, ...] = added(())
    is_reversed: bool = added(False)

    def __post_init__(self) -> None:
        if self.levels:
            check_levels(self.levels, self.speed)
        if (self.levels or self.is_reversed) and self.kind is not MediaKind.VIDEO:
            raise InvalidInput(f"@{self.handle} is a {self.kind}; only clips change their speed")


# What a shot can be cut from.
Source = Footage | Generated


def is_clip(source: Source) -> bool:
    """Whether a source is the user's own video: its windows lie in uncut stretches."""
    return isinstance(source, Footage) and source.kind is MediaKind.VIDEO


class MoveKind(StrEnum):
    """What the virtual camera does during a shot."""

    HOLD = "hold"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    ROLL_CLOCKWISE = "roll_clockwise"
    ROLL_COUNTERCLOCKWISE = "roll_counterclockwise"
    WHIP_LEFT = "whip_left"
    WHIP_RIGHT = "whip_right"


@dataclass(frozen=True, slots=True)
class Move:
    """A camera move; `amount` is the share of the frame it travels or zooms, 0..0.5.

    A roll turns the camera by `amount` radians, half of it on either side of level. A whip travels
    at once, and arrives on the strongest accent.
    """

    kind: MoveKind = MoveKind.HOLD
    amount: float = 0.0


class Fit(StrEnum):
    """How a source fills a picture of another aspect."""

    CROP = "crop"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Where the camera looks at a moment of its source: `x`, `y` are 0..1 of the upright source.

    `seconds` are the source's own, so that a window that slips or warps keeps its subject.
    """

    seconds: Fraction
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Framing:
    """Which part of the source is shown: a crop of the delivery's aspect around a point.

    `center_x`, `center_y` are 0..1 of the upright source; `zoom` 1.0 is the largest crop that
    fits, larger shows less. `follow` is a way of the centre through the source, in order; then
    the centre is that. With `Fit.FILL` the whole source is shown, as far as `zoom` lets it, over a
    blurred, darkened fill of itself.
    """

    center_x: float = 0.5
    center_y: float = 0.5
    zoom: float = 1.0
    follow: tuple[Waypoint, ...] = added(())
    fit: Fit = added(Fit.CROP)


@dataclass(frozen=True, slots=True)
class Match:
    """What brings a shot nearer to others, beside what people set; added to the grade's own.

    `exposure_stops` -2..2, `warmth` and `tint` -1..1, as in `Grade`. `toward` are the ids of the
    shots that it was matched to (commentary).
    """

    exposure_stops: float = 0.0
    warmth: float = 0.0
    tint: float = 0.0
    toward: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Grade:
    """A correction of the picture and its look; the default leaves it as it is.

    `exposure_stops` -2..2; `contrast` and `saturation` 0..2, 1 is unchanged; `warmth` -1..1,
    positive is warmer; `tint` -1..1, positive is more magenta. `style` and `look` are tables in
    the .cube format, applied in this order after the correction; of `look` the share
    `look_strength`, 0..1, is applied.
    """

    exposure_stops: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    warmth: float = 0.0
    tint: float = added(0.0)
    match: Match = added(Match())
    style: Digest | None = added(None)
    look: Digest | None = added(None)
    look_strength: float = added(1.0)

    def for_another_source(self) -> Grade:
        """What of it belongs to the film and not to the source: the style and the look."""
        return Grade(style=self.style, look=self.look, look_strength=self.look_strength)


@dataclass(frozen=True, slots=True)
class Accent:
    """A frame inside a shot (0 is its first) where something musical happens; strength 0..1."""

    frame: int
    strength: float


class Tag(StrEnum):
    """What a shot is to a film's shorter versions, which keep the shots that have one."""

    HOOK = "hook"
    MUST = "must"
    PRODUCT = "product"
    END_CARD = "end_card"


class AccentLookKind(StrEnum):
    """What the picture does on a beat."""

    PUNCH_IN = "punch_in"
    SHAKE = "shake"
    FLASH = "flash"


@dataclass(frozen=True, slots=True)
class AccentLook:
    """On `frame` (0 is the shot's first) the picture is struck, and comes to rest soon after.

    `strength` 0..1 is how hard; `seed` decides which way a shake goes.
    """

    kind: AccentLookKind
    frame: int
    strength: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot as intended; `id` is stable and never reused, `frames` is its exact length.

    `accents` are the beats that its camera move arrives on and that impacts in its clip land on;
    they follow the music when the shot moves or changes its length, unless `follows_accents` is
    off. A locked shot keeps its content and its length, a pinned one its place in the song.
    `looks` strike the picture on beats, all in one way. `sound` is how much of its clip is heard.
    `tags` None are those that follow from its place and its source's roles.
    """

    id: str
    frames: int
    source: Source
    framing: Framing = Framing()
    move: Move = Move()
    grade: Grade = Grade()
    accents: tuple[Accent, ...] = ()
    follows_accents: bool = True
    seed: int | None = None
    is_locked: bool = False
    is_pinned: bool = False
    sound: ShotSound = added(ShotSound())
    looks: tuple[AccentLook, ...] = added(())
    tags: tuple[Tag, ...] | None = added(None)

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise InvalidInput(f"shot {self.id} has {self.frames} frames; expected at least 1")


def new_shot_id(seed: int, number: int) -> str:
    """The id of the `number`-th shot ever made in a film: stable, and not its place in the film."""
    state = hashlib.sha256(f"shot/{seed}/{number}".encode()).digest()
    return f"s{number}-" + base64.b32encode(state[:5]).decode("ascii").lower()[:5]
