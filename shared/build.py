"""What was made: for a timeline and a delivery, every clip with its key and digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.digest import Digest
from shared.requests import Delivery


@dataclass(frozen=True, slots=True)
class BuiltClip:
    """One clip of a film as made: a shot's, or that of the transition into a shot.

    `request` is the blob of what was asked for (a `RenderRequest` or `TransitionRequest` as
    JSON), so that a later revision can say what changed. `segment` and `measure` are blobs,
    `packets_sha256` is over the packets as they stand in the film. `alignments` are the blobs of
    the `MotionAlignment`s that its shots' windows follow.
    """

    shot_id: str
    is_transition: bool
    frames: int
    action_key: str
    request: Digest
    segment: Digest
    packets_sha256: str
    measure: Digest
    alignments: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class Build:
    """A finished revision: kept shots of later revisions are taken from here, not looked up.

    `clips` are in film order and tile the film; a transition's clip stands before its shot's.
    """

    VERSION: ClassVar[int] = 2

    timeline: Digest
    delivery: Delivery
    clips: tuple[BuiltClip, ...]
    soundtrack: Digest | None
    film: Digest

    def clip_of(self, shot_id: str, *, transition: bool = False) -> BuiltClip | None:
        """The clip of a shot, or of the transition into it; None if there is none."""
        wanted = (shot_id, transition)
        return next((c for c in self.clips if (c.shot_id, c.is_transition) == wanted), None)
