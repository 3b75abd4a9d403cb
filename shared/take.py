"""What shows that a take has failed, in numbers: measured on its frames, judged by one table."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BLACK = 16.0
MIN_CHANGE = 0.02
MAX_FLICKER = 24.0


@dataclass(frozen=True, slots=True)
class TakeMeasure:
    """Measures of a film's frames in levels of 0..255.

    `brightest` is the brightest pixel of any frame. `change` is the mean absolute difference of
    neighbouring frames, its largest; `flicker` how much the mean brightness goes up and down from
    frame to frame (half the mean absolute second difference), both 0 for a single frame.
    """

    frames: int
    num_frames_not_finite: int
    brightest: float
    change: float
    flicker: float


def faults(measure: TakeMeasure, expected_frames: int) -> list[str]:
    """What is wrong with a take, each as a sentence with its figure; empty for one that passed."""
    found = []
    if measure.frames != expected_frames:
        found.append(f"it has {measure.frames} frames, expected {expected_frames}")
    if measure.num_frames_not_finite:
        broken = measure.num_frames_not_finite
        found.append(f"{broken} of {measure.frames} frames hold values that are no numbers")
        return found
    if measure.brightest < MAX_BLACK:
        found.append(f"it is black: its brightest level is {measure.brightest:.1f} of 255")
    elif measure.frames > 1 and measure.change < MIN_CHANGE:
        found.append(
            f"it is frozen: no frame differs from the one before by more than "
            f"{measure.change:.3f} levels, expected {MIN_CHANGE}"
        )
    if measure.flicker > MAX_FLICKER:
        found.append(
            f"it flickers: its brightness goes up and down by {measure.flicker:.1f} levels from "
            f"frame to frame, expected at most {MAX_FLICKER:g}"
        )
    return found
