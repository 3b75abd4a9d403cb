"""How the motion of each shot meets the music, for report.json.

What is told is planned: impacts were found in the source, and where they fall in the film follows
by arithmetic. Nothing here is called measured.
"""

from __future__ import annotations

from typing import Any

from shared.blobs import BlobStore
from shared.build import Build
from shared.motion import MotionAlignment
from shared.schema import from_json
from shared.shot import Footage, Shot
from shared.timing import round_half_up

_DECIMALS = 6


def read_alignments(blobs: BlobStore, build: Build) -> dict[str, MotionAlignment]:
    """The alignment of every shot that wished for one, by its id; those that are gone are not."""
    found = {}
    for clip in build.clips:
        if clip.is_transition or not clip.alignments or not blobs.contains(clip.alignments[0]):
            continue
        found[clip.shot_id] = from_json(MotionAlignment, blobs.read(clip.alignments[0]))
    return found


def motion_document(alignment: MotionAlignment | None) -> dict[str, Any] | None:
    """What became of a shot's motion; None for a shot that wished for nothing.

    `accents` are shot-local frames that an impact in the clip meets, `planned_error_frames` how
    many frames after the accent (below 0: before), and the same without slip and warp.
    """
    if alignment is None:
        return None
    return {
        "slip_seconds": round(float(alignment.slip_seconds), _DECIMALS),
        "warped": bool(alignment.time_map),
        "confidence": alignment.confidence,
        "reason": alignment.reason,
        "accents": [
            {
                "frame": landed.frame,
                "planned_error_frames": landed.error_frames,
                "unaligned_error_frames": landed.unaligned_error_frames,
            }
            for landed in alignment.landed
        ],
    }


def looks_document(shot: Shot) -> dict[str, Any] | None:
    """How a shot's picture is struck on beats, None where it is not; frames are the shot's own."""
    if not shot.looks:
        return None
    return {
        "kind": str(shot.looks[0].kind),
        "frames": [look.frame for look in shot.looks],
        "strengths": [look.strength for look in shot.looks],
    }


def speed_document(shot: Shot) -> dict[str, Any] | None:
    """How a clip's speed changes inside a shot, None where it plays evenly forwards."""
    source = shot.source
    if not isinstance(source, Footage) or not (source.levels or source.is_reversed):
        return None
    return {
        "reversed": source.is_reversed,
        "levels": [
            {
                "start_frame": round_half_up(level.start * shot.frames),
                "speed": round(float(level.speed), _DECIMALS),
                "ease_frames": round_half_up(level.ease * shot.frames),
            }
            for level in source.levels
        ],
    }
