"""The film as intended: shots in order, without positions, and the sound under them.

A `Shot` is intent. It holds no place in the film and no digest of a condition yet to be made;
its place follows from the lengths before it, so a shot that moves keeps its content and its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import ClassVar

from shared.brand import Brand
from shared.brief import Pacing, Reference, Size
from shared.captions import Caption, CaptionDelivery, CaptionStyle, Title
from shared.corner_logo import CornerLogo
from shared.digest import Digest, added
from shared.errors import InvalidInput
from shared.performance import Performance
from shared.shot import Shot
from shared.soundtrack import LoudnessPreset, Tracks, Voice

MIN_TRANSITION_FRAMES = 2


class TransitionKind(StrEnum):
    """How one shot becomes the next, where it is not a straight cut."""

    DISSOLVE = "dissolve"
    DIP = "dip"
    WHIP = "whip"


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition into the shot `into`, centred on its cut: `frames` long, `frames // 2` before.

    Both shots go on under it, so their sources need that much more footage. `reason` says why it is
    there instead of a straight cut, "" if people asked for it.
    """

    into: str
    kind: TransitionKind
    frames: int
    reason: str = added("")

    @property
    def frames_before(self) -> int:
        """Frames before the cut."""
        return self.frames // 2

    @property
    def frames_after(self) -> int:
        """Frames from the cut on."""
        return self.frames - self.frames // 2


@dataclass(frozen=True, slots=True)
class SongWindow:
    """One contiguous window of an audio blob, in samples at 48 kHz of its own time.

    `fade_out_samples` is the length of the fade at the window's end, 0 for none.
    """

    audio: Digest
    start_sample: int
    length_samples: int
    fade_out_samples: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """A revision of a film: immutable, with the digest of its parent.

    The shots tile the film exactly, in order. `next_shot_number` counts every shot id ever given
    in this film and its ancestors. `sync_map` and `cut_plan` are digests of what was heard and
    planned, `song` and `references` what it was made from: for the report and for later edits.
    `captions` are in the order of the film; with captions or titles there is a `brand`. A `voice`
    is laid over the song. Shots of `performances` show them at the song's position.
    `language` is the code of a version in another language, "de", None for a film as it was made.
    """

    VERSION: ClassVar[int] = 2

    size: Size
    frame_rate: Fraction
    shots: tuple[Shot, ...]
    sound: SongWindow | None
    sync_map: Digest | None
    cut_plan: Digest
    seed: int
    next_shot_number: int
    pacing: Pacing = Pacing.STEADY
    song: Reference | None = None
    references: tuple[Reference, ...] = ()
    transitions: tuple[Transition, ...] = ()
    parent: Digest | None = None
    captions: tuple[Caption, ...] = ()
    caption_delivery: CaptionDelivery = CaptionDelivery.OFF
    caption_style: CaptionStyle = CaptionStyle.CAPTION
    titles: tuple[Title, ...] = ()
    brand: Brand | None = None
    loudness: LoudnessPreset = LoudnessPreset.AS_MASTERED
    voice: Voice | None = None
    tracks: Tracks = added(Tracks())
    performances: tuple[Performance, ...] = added(())
    corner_logo: CornerLogo | None = added(None)
    language: str | None = added(None)

    def __post_init__(self) -> None:
        if not self.shots:
            raise InvalidInput("a timeline needs at least one shot")
        ids = [shot.id for shot in self.shots]
        if len(set(ids)) != len(ids):
            raise InvalidInput("shot ids repeat in the timeline")
        self._check_transitions(ids)

    def _check_transitions(self, ids: list[str]) -> None:
        taken = dict.fromkeys(ids, 0)
        for transition in self.transitions:
            if transition.into not in ids[1:]:
                raise InvalidInput(f"no cut into shot {transition.into} for a {transition.kind}")
            if transition.frames < MIN_TRANSITION_FRAMES:
                raise InvalidInput(
                    f"a {transition.kind} of {transition.frames} frames; "
                    f"expected at least {MIN_TRANSITION_FRAMES}"
                )
            taken[ids[ids.index(transition.into) - 1]] += transition.frames_before
            taken[transition.into] += transition.frames_after
        if len({transition.into for transition in self.transitions}) != len(self.transitions):
            raise InvalidInput("a cut has more than one transition")
        for shot in self.shots:
            if shot.frames <= taken[shot.id]:
                raise InvalidInput(
                    f"shot {shot.id} has {shot.frames} frames, its transitions take "
                    f"{taken[shot.id]}; expected at least one of its own"
                )

    def transition_into(self, shot_id: str) -> Transition | None:
        """The transition at the cut into a shot, None for a straight cut."""
        return next((item for item in self.transitions if item.into == shot_id), None)

    @property
    def frame_count(self) -> int:
        """Length of the film in frames."""
        return sum(shot.frames for shot in self.shots)

    def start_frames(self) -> tuple[int, ...]:
        """First film frame of every shot, in order."""
        return tuple(accumulate((shot.frames for shot in self.shots[:-1]), initial=0))
