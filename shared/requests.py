"""The requests of all actions: digests and numbers only, nothing that does not change the result.

A request is what an action key is made from. Names, handles, positions, notes and locks are not
in here; two shots that would look the same have the same request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from shared.brief import MediaKind, Pacing, Size
from shared.digest import Digest
from shared.timeline import Accent, Framing, Grade, Move, SongWindow, TransitionKind


@dataclass(frozen=True, slots=True)
class EncodeRequest:
    """Turn a reference into a condition; `encoder` is for example "image.style"."""

    VERSION: ClassVar[int] = 1

    encoder: str
    reference: Digest


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """Hear an audio (or the sound of a video): the result is a `SyncMap`."""

    VERSION: ClassVar[int] = 1

    audio: Digest


@dataclass(frozen=True, slots=True)
class PlanCutsRequest:
    """Plan the cuts of a window; `sync_map` None means steady cuts by the clock.

    `window_start_sample` None lets the planner choose the window; the plan says which it took.
    `fixed_frames` are film frames where a cut must stand. The result is a `CutPlan`.
    """

    VERSION: ClassVar[int] = 1

    sync_map: Digest | None
    pacing: Pacing
    frame_rate: Fraction
    window_start_sample: int | None
    frame_count: int
    fixed_frames: tuple[int, ...] = ()


class Quality(StrEnum):
    """How much care the delivery's encoder takes."""

    FINAL = "final"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a segment is rendered for; segments of one delivery join by stream copy."""

    size: Size
    frame_rate: Fraction
    quality: Quality = Quality.FINAL


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """Cut one source into one finished segment of exactly `frames` frames.

    Frame k shows the source at `start_seconds + k * speed / frame_rate` of its own time (an image
    always shows itself). `accents` are where the camera move arrives.

    `span` None renders the whole shot. Else it is the first frame and the one after the last,
    counted from the shot's first: beside a transition a shot is rendered in part, and under it
    beyond its own ends (first below 0, last above `frames`), where its camera rests.
    """

    VERSION: ClassVar[int] = 1

    source: Digest
    kind: MediaKind
    start_seconds: Fraction
    speed: Fraction
    frames: int
    framing: Framing
    move: Move
    grade: Grade
    accents: tuple[Accent, ...]
    delivery: Delivery
    span: tuple[int, int] | None = None

    @property
    def num_rendered_frames(self) -> int:
        """How many frames the segment has."""
        return self.frames if self.span is None else self.span[1] - self.span[0]


@dataclass(frozen=True, slots=True)
class TransitionRequest:
    """Render the overlap of two shots as one segment.

    Both requests have a `span` of equal length and one delivery; frame k of the segment mixes
    frame k of both.
    """

    VERSION: ClassVar[int] = 1

    kind: TransitionKind
    outgoing: RenderRequest
    incoming: RenderRequest


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """Decode a segment and measure what is in it; the result is a `SegmentMeasure`."""

    VERSION: ClassVar[int] = 1

    segment: Digest


@dataclass(frozen=True, slots=True)
class MixRequest:
    """Encode the soundtrack once: one window of one audio, in samples at 48 kHz."""

    VERSION: ClassVar[int] = 1

    audio: Digest
    start_sample: int
    length_samples: int
    fade_out_samples: int


@dataclass(frozen=True, slots=True)
class AssembleRequest:
    """Join segments and a soundtrack into a film by stream copy."""

    VERSION: ClassVar[int] = 1

    segments: tuple[Digest, ...]
    soundtrack: Digest | None
    frame_rate: Fraction


@dataclass(frozen=True, slots=True)
class InspectRequest:
    """Observe a finished film from its file; the result is a `FilmInspection`.

    `measures` and `packets_sha256` say what should be seen, one for each clip in order; `sound`
    is the window of the audio that should be heard, None for a silent film. `dissolves` are the
    indices of the clips whose midpoint is to be fitted.

    `known_contrasts` None decodes the whole film. Else it has one entry for each join: what an
    earlier inspection saw there, or None. Clips beside a join that was not seen are decoded, of
    the others only the packets are compared.
    """

    VERSION: ClassVar[int] = 1

    film: Digest
    measures: tuple[Digest, ...]
    packets_sha256: tuple[str, ...]
    frame_rate: Fraction
    sound: SongWindow | None
    dissolves: tuple[int, ...] = ()
    known_contrasts: tuple[float | None, ...] | None = None


Request = (
    EncodeRequest
    | AnalyzeRequest
    | PlanCutsRequest
    | RenderRequest
    | TransitionRequest
    | MeasureRequest
    | MixRequest
    | AssembleRequest
    | InspectRequest
)
