"""The role `rhythm` of a clip: the film is paced as that clip is cut.

Its own cuts are counted in beats of the film's song. A pacing that the brief asks for wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import log
from typing import TYPE_CHECKING

from shared.brief import Brief, MediaKind, Pacing, Reference, Role
from shared.digest import Digest

if TYPE_CHECKING:
    from shared.observation import VideoMotion

# Fewer cuts tell no rhythm.
MIN_CUTS = 3
# The middle of each pacing, in beats a shot.
BEATS_A_SHOT = {Pacing.CALM: 8.0, Pacing.STEADY: 4.0, Pacing.DRIVING: 2.0, Pacing.FRANTIC: 1.0}
_USUAL_BPM = 120.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The pacing to cut at; `effects` say by handle what a reference did, `notes` what it did not.

    Both are sentences; an effect has no subject, a note has.
    """

    pacing: Pacing
    effects: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def rhythm_clips(brief: Brief) -> list[Reference]:
    """The clips whose cuts are counted."""
    clips = (item for item in brief.references if item.kind is MediaKind.VIDEO)
    return [item for item in clips if Role.RHYTHM in item.roles]


def rhythm_of(
    brief: Brief, motions: Mapping[Digest, VideoMotion], tempo_bpm: float | None
) -> Rhythm:
    """The pacing of a brief: as asked for, else as its first clip with the role is cut."""
    effects: dict[str, str] = {}
    notes = []
    pacing = brief.pacing
    for reference in brief.references:
        if Role.RHYTHM not in reference.roles:
            continue
        said = f"the rhythm of @{reference.handle} was not used: "
        cuts, seconds = _cutting(motions.get(reference.blob))
        if reference.kind is not MediaKind.VIDEO:
            notes.append(f"{said}it is {reference.kind}, which has no cuts")
        elif cuts < MIN_CUTS:
            notes.append(f"{said}it has {cuts} cuts of its own; expected at least {MIN_CUTS}")
        elif effects:
            notes.append(f"{said}@{next(iter(effects))} sets the pacing")
        elif brief.pacing is not Pacing.STEADY:
            notes.append(f"{said}the brief asks for {brief.pacing} pacing")
        else:
            beats = seconds * (tempo_bpm or _USUAL_BPM) / 60
            pacing = min(BEATS_A_SHOT, key=lambda item: abs(log(BEATS_A_SHOT[item] / beats)))
            effects[reference.handle] = (
                f"set the pacing to {pacing}: its shots last {seconds:.1f} s ({beats:.1f} beats)"
            )
    return Rhythm(pacing, effects, tuple(notes))


def _cutting(motion: VideoMotion | None) -> tuple[int, float]:
    """How many cuts a clip has, and how long its shots last, by their median in seconds."""
    if motion is None or len(motion.shot_starts) < 2:
        return 0, 0.0
    starts = [int(motion.pts[int(frame)]) * motion.time_base for frame in motion.shot_starts]
    ends = [*starts[1:], Fraction(motion.duration_seconds)]
    lengths = sorted(float(end - start) for start, end in zip(starts, ends, strict=True))
    return len(starts) - 1, max(lengths[len(lengths) // 2], 0.05)
