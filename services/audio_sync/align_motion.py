"""The action `align_motion`: from a clip's flow curves and a shot's accents to slip and warp."""

from __future__ import annotations

from fractions import Fraction

from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.requests import AlignMotionRequest
from shared.schema import to_json


def backend(request: AlignMotionRequest) -> Backend:
    """Who aligns: visual beats and arithmetic of our own, on numpy."""
    return Backend("align_motion/impacts", 1, environment_of("numpy"))


def perform(request: AlignMotionRequest, context: Context) -> Digest:
    """Find the clip's impacts, align, store the `MotionAlignment`.

    Raises `InvalidInput` when `request.motion` is no condition of "video.motion".
    """
    import numpy as np

    from services.audio_sync.alignment import align
    from services.audio_sync.motion import visual_beats
    from shared.observation import VideoMotion

    context.progress(0.0)
    motion = VideoMotion.load(context.blobs, request.motion)
    beats = visual_beats(motion)
    moments = [int(motion.pts[beat.frame]) * motion.time_base for beat in beats]
    ticks = int(np.median(np.diff(motion.pts))) if len(motion.pts) > 1 else 1
    aligned = align(beats, moments, request.window, Fraction(ticks) * motion.time_base)
    context.progress(1.0)
    return context.blobs.put(to_json(aligned))
