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
