"""The requests of all actions: digests and numbers only, nothing that does not change the result.

A request is what an action key is made from. Names, handles, positions, notes and locks are not
in here; two shots that would look the same have the same request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from shared.brief import CutsOn, MediaKind, Pacing, Size, SpeechOptions
from shared.corner_logo import LogoMark
from shared.digest import Digest, added
from shared.generate import GenerateRequest
from shared.lettering import Lettering
from shared.motion import MotionWindow, TimeKnot
from shared.shot import Accent, AccentLook, Framing, Grade, Move
from shared.sound_requests import MeasureTracksRequest, MixRequest, SpeakRequest, StemsRequest
from shared.sync_map import Span
from shared.timeline import TransitionKind

# Requests that have a module of their own, and are imported from here.
__all__ = ["MeasureTracksRequest", "MixRequest", "SpeakRequest", "StemsRequest"]


@dataclass(frozen=True, slots=True)
class EncodeRequest:
    """Turn a reference into a condition; `encoder` is for example "image.style"."""

    VERSION: ClassVar[int] = 1

    encoder: str
    reference: Digest


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """Hear an audio (or the sound of a video): the result is a `SyncMap`.

    `speech` None leaves words, sentences and language empty: recognising them costs the most.
    """

    VERSION: ClassVar[int] = 1

    audio: Digest
    speech: SpeechOptions | None = None


@dataclass(frozen=True, slots=True)
class EditMusicRequest:
    """Bring a song to about `target_samples` by joining whole bars; the result is a `MusicEdit`.

    With `spans` exactly these stretches are joined, in this order; `target_samples` is their sum.
    """

    VERSION: ClassVar[int] = 1

    audio: Digest
    sync_map: Digest
    target_samples: int
    spans: tuple[Span, ...] = added(())


@dataclass(frozen=True, slots=True)
class PlanCutsRequest:
    """Plan the cuts of a window; `sync_map` None means steady cuts by the clock.

    `window_start_sample` None lets the planner choose the window; the plan says which it took.
    `fixed_frames` are film frames where a cut must stand. `locked_spans` are film frames (first,
    one after the last) with a cut at each end and no new one between. `cuts_on` says which events
    may be cut on; a cut comes `lead_frames` (0 to 3) before its event. The result is a `CutPlan`.
    """

    VERSION: ClassVar[int] = 1

    sync_map: Digest | None
    pacing: Pacing
    frame_rate: Fraction
    window_start_sample: int | None
    frame_count: int
    fixed_frames: tuple[int, ...] = ()
    locked_spans: tuple[tuple[int, int], ...] = ()
    cuts_on: CutsOn = CutsOn.AUTO
    lead_frames: int = 0


class Quality(StrEnum):
    """How much care the delivery's encoder takes; a mezzanine is ProRes, to be worked on."""

    FINAL = "final"
    DRAFT = "draft"
    MEZZANINE = "mezzanine"


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
    always shows itself); with a `time_map` at `motion.source_seconds(time_map, k)` instead.
    `accents` are where the camera move arrives.

    `span` None renders the whole shot. Else it is the first frame and the one after the last,
    counted from the shot's first: beside a transition a shot is rendered in part, and under it
    beyond its own ends (first below 0, last above `frames`), where its camera rests.
    `lettering` is the type drawn on the finished picture, in this order, over the `logo`.
    `input_lut` is a table in the .cube format, applied to the source before its grade.
    `is_reversed` shows at frame k what frame `frames` - 1 - k would show. `looks` strike the
    finished picture, under the type.
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
    time_map: tuple[TimeKnot, ...] = ()
    lettering: tuple[Lettering, ...] = added(())
    logo: LogoMark | None = added(None)
    input_lut: Digest | None = added(None)
    is_reversed: bool = added(False)
    looks: tuple[AccentLook, ...] = added(())

    @property
    def num_rendered_frames(self) -> int:
        """How many frames the segment has."""
        return self.frames if self.span is None else self.span[1] - self.span[0]


@dataclass(frozen=True, slots=True)
class AlignMotionRequest:
    """Bring the impacts in a clip and the accents under a shot together.

    `motion` is the clip's condition of "video.motion". The result is a `MotionAlignment`.
    """

    VERSION: ClassVar[int] = 1

    motion: Digest
    window: MotionWindow


@dataclass(frozen=True, slots=True)
class SyncTakeRequest:
    """Find where in a song a take was performed, by its scratch sound.

    `take` and `song` are sounds, or videos with sound. The result is a `TakeSync`.
    """

    VERSION: ClassVar[int] = 1

    take: Digest
    song: Digest


@dataclass(frozen=True, slots=True)
class TransitionRequest:
    """Render the overlap of two shots as one segment.

    Both requests have a `span` of equal length and one delivery; frame k of the segment mixes
    frame k of both. `lettering` and `logo` are drawn on the mix, so that they stand still.
    """

    VERSION: ClassVar[int] = 1

    kind: TransitionKind
    outgoing: RenderRequest
    incoming: RenderRequest
    lettering: tuple[Lettering, ...] = added(())
    logo: LogoMark | None = added(None)


@dataclass(frozen=True, slots=True)
class StillsRequest:
    """Some frames of a shot as small pictures, to look at before anything is drawn on them.

    `render` has no lettering. `frames` are counted from the shot's first, increasing. The result
    is a PNG of all of them, each of the render's delivery size, `columns` side by side.
    """

    VERSION: ClassVar[int] = 1

    render: RenderRequest
    frames: tuple[int, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """Decode a segment and measure what is in it; the result is a `SegmentMeasure`."""

    VERSION: ClassVar[int] = 1

    segment: Digest


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
    is the mix that should be heard, None for a silent film. `dissolves` are the
    indices of the clips whose midpoint is to be fitted.

    `known_contrasts` None decodes the whole film. Else it has one entry for each join: what an
    earlier inspection saw there, or None. The frame after a join that was not seen is decoded; of
    all others the packets are compared with the measured ones.
    """

    VERSION: ClassVar[int] = 2

    film: Digest
    measures: tuple[Digest, ...]
    packets_sha256: tuple[str, ...]
    frame_rate: Fraction
    sound: MixRequest | None
    dissolves: tuple[int, ...] = ()
    known_contrasts: tuple[float | None, ...] | None = None


Request = (
    EncodeRequest
    | AnalyzeRequest
    | EditMusicRequest
    | PlanCutsRequest
    | AlignMotionRequest
    | SyncTakeRequest
    | GenerateRequest
    | RenderRequest
    | TransitionRequest
    | StillsRequest
    | MeasureRequest
    | MixRequest
    | MeasureTracksRequest
    | StemsRequest
    | SpeakRequest
    | AssembleRequest
    | InspectRequest
)
