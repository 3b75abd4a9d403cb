"""Impacts of known times: how many are found, how exactly, and where they fall after alignment."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.impacts import Scene, random_scene, write_scene
from services.audio_sync.alignment import align
from services.audio_sync.motion import VisualBeat, visual_beats
from services.encoder.video import encode_video
from shared.motion import MotionAlignment, MotionWindow, source_seconds
from shared.observation import VideoMotion
from shared.shot import Accent

_RATES = (Fraction(24), Fraction(30000, 1001), Fraction(60))
_HOW: dict[str, dict[str, float]] = {
    "on a tripod": {},
    "by hand, noisy": {"shake_pixels": 0.3, "noise_levels": 3.0},
    "panned by hand, noisy": {"shake_pixels": 0.3, "noise_levels": 3.0, "pan_pixels": 40.0},
}
_FILM_RATE = Fraction(30)
_BEAT_S = 0.5
_ROOM = Fraction(1, 2)
_CLEAR = 0.2


def table() -> str:
    """The table of this benchmark; "before" are windows that begin anywhere."""
    lines = [
        "## Motion: impacts found, and landed on beats",
        "A ball that bounces and a hand that strikes, 320x180, 24 to 60 fps. Found: within a frame "
        "of the truth; clear: strength times confidence above "
        f"{_CLEAR:g}. Landed: shots of 3 s at 30 fps over beats at 120 BPM in which an "
        "impact falls within a frame of a beat, by the true times of the impacts, without and with "
        "slip and warp.\n",
        "| scene | filmed | found | mean error, frames | clear that are impacts | landed before "
        "| after | encoding, CPU-s a minute |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("bounce", "strike"):
            for name, how in _HOW.items():
                lines.append(_row(kind, name, how, Path(folder)))
    return "\n".join(lines) + "\n"


def _row(kind: str, name: str, how: dict[str, float], folder: Path) -> str:
    errors: list[float] = []
    clear: list[bool] = []
    before: list[bool] = []
    after: list[bool] = []
    cpu = filmed = 0.0
    for seed, rate in enumerate(_RATES):
        scene = random_scene(kind, 12, 20 + seed, **how)
        path = write_scene(folder / "scene.mp4", scene, rate)
        started = time.process_time()
        motion = _motion(path)
        cpu += time.process_time() - started
        filmed += scene.seconds
        beats = visual_beats(motion)
        errors += [_nearest([b.seconds for b in beats], t) * float(rate) for t in scene.impacts]
        clear += [_nearest(scene.impacts, b.seconds) * rate <= 1 for b in beats if _is_clear(b)]
        for plain, aligned in _shots(scene, motion, beats, seed):
            before.append(plain)
            after.append(aligned)
    found = [error for error in errors if error <= 1]
    return (
        f"| {kind} | {name} | {len(found)} of {len(errors)} | {np.mean(found):.2f} "
        f"| {np.mean(clear):.0%} | {np.mean(before):.0%} | {np.mean(after):.0%} "
        f"| {60 * cpu / filmed:.1f} |"
    )


def _shots(
    scene: Scene, motion: VideoMotion, beats: tuple[VisualBeat, ...], seed: int
) -> Iterator[tuple[bool, bool]]:
    """For windows that begin anywhere: whether an impact is on a beat, without and with it."""
    random = np.random.default_rng(seed)
    accents = tuple(
        Accent(round(beat * _FILM_RATE * Fraction(_BEAT_S)), 1.0 if beat % 2 else 0.6)
        for beat in range(1, 6)
    )
    moments = [int(motion.pts[beat.frame]) * motion.time_base for beat in beats]
    interval = Fraction(int(np.median(np.diff(motion.pts)))) * motion.time_base
    for start in random.uniform(0.5, scene.seconds - 3.5, 12):
        window = MotionWindow(
            Fraction(float(start)).limit_denominator(1000), Fraction(1), 90, _FILM_RATE, accents,
            _ROOM, _ROOM,
        )  # fmt: skip
        found = align(beats, moments, window, interval)
        plain = replace(found, slip_seconds=Fraction(0), time_map=())
        yield _lands(scene, window, plain), _lands(scene, window, found)


def _lands(scene: Scene, window: MotionWindow, found: MotionAlignment) -> bool:
    """Whether a true impact plays within a frame of an accent."""
    step = window.seconds_per_frame
    for accent in window.accents:
        even = window.start_seconds + accent.frame * step + found.slip_seconds
        plays = source_seconds(found.time_map, accent.frame) if found.time_map else even
        if _nearest(scene.impacts, float(plays)) <= step:
            return True
    return False


def _nearest(times: Sequence[float], wanted: float) -> float:
    """Seconds from a time to the nearest of others."""
    return min((abs(time - wanted) for time in times), default=float("inf"))


def _is_clear(beat: VisualBeat) -> bool:
    return beat.strength * beat.confidence > _CLEAR


def _motion(path: Path) -> VideoMotion:
    values, tensors = encode_video(path, lambda fraction: None)
    rest = {name: value for name, value in values.items() if name != "time_base"}
    return VideoMotion(time_base=Fraction(str(values["time_base"])), **rest, **tensors)  # type: ignore[arg-type]
