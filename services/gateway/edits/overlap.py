"""What transitions take from shots, and how short a shot may be beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shared.shot import Shot
from shared.timeline import Transition

MIN_SHOT_SECONDS = Fraction(3, 10)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the transitions at both ends of a shot ask of it, in frames.

    `head` and `tail` are shown before its start and after its end; `taken` of its own frames lie
    under transitions.
    """

    head: int = 0
    tail: int = 0
    taken: int = 0


def overlaps(shots: Sequence[Shot], transitions: Iterable[Transition]) -> dict[str, Overlap]:
    """The overlap of every shot by its id; transitions into no shot or the first do not count."""
    into = {transition.into: transition for transition in transitions}
    found = {}
    for index, shot in enumerate(shots):
        entering = into.get(shot.id) if index else None
        leaving = into.get(shots[index + 1].id) if index + 1 < len(shots) else None
        found[shot.id] = Overlap(
            head=entering.frames_before if entering else 0,
            tail=leaving.frames_after if leaving else 0,
            taken=(entering.frames_after if entering else 0)
            + (leaving.frames_before if leaving else 0),
        )
    return found


def minimum_frames(overlap: Overlap, frame_rate: Fraction) -> int:
    """Fewest frames a shot may have: 0.3 s, and one of its own beside what transitions take."""
    shortest = MIN_SHOT_SECONDS * frame_rate
    return max(-(-shortest.numerator // shortest.denominator), overlap.taken + 1)
