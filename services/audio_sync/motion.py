"""Visual beats: when something in a picture is stopped or thrown back, as a hand by a drum.

After Davis and Agrawala, "Visual Rhythm and Beat" (2018): motion is shared among directions; where
a direction suddenly has less of it, something hit something. Pure functions over flow curves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.observation import VideoMotion

# Motion before and after a moment is compared over this time, or one frame where that is longer.
_COMPARE_SECONDS = 1 / 30
# A peak must stand out from the motion around it: this many times the usual size of changes.
_LOCAL_SECONDS = 1.5
_CLEAR_RATIO, _SURE_RATIO = 3.0, 8.0
# Changes below this (frame widths a second, over the whole picture) are the noise of the flow.
_NOISE_SPEED = 0.004
_MIN_GAP_SECONDS = 0.12
# A frame that was stored twice: hardly any motion, between two steps in the same direction.
_COPY_SHARE, _SAME_DIRECTION = 0.1, 0.8

FloatArray = NDArray[np.float64]
_Impact = tuple[int, float, float, float]  # frame, seconds, size, confidence


@dataclass(frozen=True, slots=True)
class VisualBeat:
    """An impact seen at source frame `frame`, nearest to `seconds` of the source's own time.

    `strength` 0..1 is relative to the hardest impact of the clip; `confidence` 0..1 says how far
    it stands out from the motion around it.
    """

    frame: int
    seconds: float
    strength: float
    confidence: float


def visual_beats(motion: VideoMotion) -> tuple[VisualBeat, ...]:
    """The impacts of a clip in order; none across its own cuts, none where nothing stands out."""
    seconds = np.asarray(motion.pts, np.float64) * float(motion.time_base)
    ends = [*motion.shot_starts[1:], len(seconds)]
    beats: list[VisualBeat] = []
    # A hand that strikes, and a camera (or a picture as a whole) that is stopped.
    for directions in (motion.subject_directions, motion.flow_directions):
        found: list[_Impact] = []
        for start, end in zip(motion.shot_starts, ends, strict=True):
            found += _impacts_of_shot(directions, seconds, int(start), int(end))
        hardest = max((size for _, _, size, _ in found), default=1.0)
        beats += [VisualBeat(frame, at, size / hardest, sure) for frame, at, size, sure in found]
    return _merged(beats)


def _merged(beats: list[VisualBeat]) -> tuple[VisualBeat, ...]:
    """The beats without those that lie close to a clearer one, in order of time."""
    kept: list[VisualBeat] = []
    for beat in sorted(beats, key=lambda beat: (-beat.confidence, -beat.strength, beat.seconds)):
        if all(abs(beat.seconds - other.seconds) > _MIN_GAP_SECONDS for other in kept):
            kept.append(beat)
    return tuple(sorted(kept, key=lambda beat: beat.seconds))


def impact_curve(directions: FloatArray, reach: int) -> FloatArray:
    """How much motion each step's surroundings lose, summed over directions: float64 [n].

    `directions` float64 [n, bins], motion of n steps; compared are the means of `reach` steps
    before and after each. The first and last `reach` steps have 0.
    """
    count = len(directions)
    curve = np.zeros(count)
    if count < 2 * reach + 1:
        return curve
    sums = np.concatenate([np.zeros((1, directions.shape[1])), np.cumsum(directions, axis=0)])
    means = (sums[reach:] - sums[:-reach]) / reach  # means[i] is over steps i .. i + reach - 1
    before, after = means[: count - 2 * reach], means[reach + 1 :]
    curve[reach : count - reach] = np.maximum(0.0, before - after).sum(axis=1)
    return curve


def _impacts_of_shot(
    directions: NDArray[np.float32], seconds: FloatArray, start: int, end: int
) -> list[_Impact]:
    """The impacts between two cuts of the source."""
    if end - start < 4:
        return []
    # Row i is the step from frame start + i to the next; a shot's first frame has none.
    steps = _without_copies(np.asarray(directions[start + 1 : end], np.float64))
    times = seconds[start:end]
    interval = float(np.median(np.diff(times)))
    reach = max(1, round(_COMPARE_SECONDS / interval))
    curve = impact_curve(steps, reach)
    usual = _usual(curve, max(3, round(_LOCAL_SECONDS / interval)))
    found = []
    for peak in _peaks(curve, max(1, round(_MIN_GAP_SECONDS / interval))):
        ratio = curve[peak] / (usual[peak] + _NOISE_SPEED)
        # Whether what rests on the very last frame has stopped, nobody can say.
        if ratio < _CLEAR_RATIO or peak + reach >= len(steps) - 1:
            continue
        at = _moment(steps, times, int(peak), reach)
        frame = start + int(np.argmin(np.abs(times - at)))
        sure = min(1.0, (ratio - _CLEAR_RATIO) / (_SURE_RATIO - _CLEAR_RATIO))
        found.append((frame, at, float(curve[peak]), float(sure)))
    return found


def _without_copies(steps: FloatArray) -> FloatArray:
    """The steps with single standstills inside even motion (repeated frames) bridged."""
    mended = steps.copy()
    sizes = steps.sum(axis=1)
    for index in range(1, len(steps) - 1):
        before, after = steps[index - 1], steps[index + 1]
        if sizes[index] >= _COPY_SHARE * min(sizes[index - 1], sizes[index + 1]):
            continue
        lengths = float(np.linalg.norm(before) * np.linalg.norm(after))
        if lengths > 0 and float(before @ after) / lengths >= _SAME_DIRECTION:
            mended[index] = (before + after) / 2
    return mended


def _usual(curve: FloatArray, half: int) -> FloatArray:
    """The median of the curve around every step."""
    padded = np.pad(curve, half, mode="reflect" if len(curve) > half else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    return np.asarray(np.median(windows, axis=1), np.float64)


def _peaks(curve: FloatArray, gap: int) -> list[int]:
    """Local maxima that are the largest within `gap` steps, the first of equals."""
    found: list[int] = []
    for index in np.argsort(-curve, kind="stable"):
        if curve[index] <= 0:
            break
        if all(abs(int(index) - other) > gap for other in found):
            near = curve[max(0, index - gap) : index + gap + 1]
            if curve[index] >= near.max():
                found.append(int(index))
    return sorted(found)


def _moment(steps: FloatArray, times: FloatArray, peak: int, reach: int) -> float:
    """The moment of the change: the mean time of the changes around a peak, by their size.

    An impact inside a step is a change before and one after it, each the larger the nearer.
    """
    inside = range(max(1, peak - reach + 1), min(len(steps), peak + reach + 1))
    changes = np.array([np.abs(steps[j] - steps[j - 1]).sum() for j in inside])
    if not changes.sum():
        return float(times[peak])
    return float(np.average([times[j] for j in inside], weights=changes))
