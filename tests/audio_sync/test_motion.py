"""Impacts of known times, filmed at many rates, are found within a frame, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.impacts import Scene, random_scene, write_scene
from services.audio_sync.motion import impact_curve, visual_beats
from services.encoder.video import encode_video
from shared.observation import VideoMotion


def motion_of(path: Path) -> VideoMotion:
    """What the encoder sees in a video."""
    values, tensors = encode_video(path, lambda fraction: None)
    rest = {name: value for name, value in values.items() if name != "time_base"}
    return VideoMotion(time_base=Fraction(str(values["time_base"])), **rest, **tensors)  # type: ignore[arg-type]


def made_up(directions: np.ndarray, rate: int = 30) -> VideoMotion:
    """A clip whose subject moves like this: float [frames, 8]; the picture itself is still."""
    count = len(directions)
    still = np.zeros((count, 8), np.float32)
    return VideoMotion(
        320, 180, Fraction(1, rate), count / rate, np.arange(count), np.array([0]),
        still[:, :2], still[:, 0], still, directions.astype(np.float32),
        still[:, 0], still[:, 0], still[:, :2], still[:1, :3],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "rate", "how"),
    [
        ("bounce", Fraction(24), {}),
        ("strike", Fraction(25), {"shake_pixels": 0.3, "noise_levels": 3.0, "pan_pixels": 40.0}),
        ("bounce", Fraction(30000, 1001), {"shake_pixels": 0.3, "noise_levels": 3.0}),
        ("strike", Fraction(60), {}),
    ],
    ids=["24 fps", "25 fps panned", "30 fps by hand", "60 fps"],
)
def test_known_impacts_are_found_within_a_frame(
    tmp_path: Path, kind: str, rate: Fraction, how: dict[str, float]
) -> None:
    scene = random_scene(kind, 4, 5, **how)
    beats = visual_beats(motion_of(write_scene(tmp_path / "v.mp4", scene, rate)))
    times = np.array([beat.seconds for beat in beats])
    errors = [float(np.abs(times - impact).min() * rate) for impact in scene.impacts]
    assert max(errors) <= 1.0
    # Where a hand turns before it strikes is a beat as well, but a lesser one.
    clear = [beat for beat in beats if beat.strength * beat.confidence > 0.2]
    hits = [min(abs(beat.seconds - i) for i in scene.impacts) * rate <= 1 for beat in clear]
    assert np.mean(hits) >= (0.99 if kind == "bounce" else 0.55)


def test_even_motion_and_none_have_no_impacts(tmp_path: Path) -> None:
    scene = Scene("bounce", (9.0,), 1.0, noise_levels=3.0)
    high = replace(scene, impacts=(30.0,), pan_pixels=60.0)  # the ball hardly moves in a second
    beats = visual_beats(motion_of(write_scene(tmp_path / "v.mp4", high, Fraction(30))))
    assert [beat for beat in beats if beat.confidence > 0.2] == []


def test_a_stop_is_at_the_frame_it_comes_to_rest() -> None:
    directions = np.zeros((60, 8))
    directions[1:31, 2] = 0.5  # falls up to frame 30, then lies
    (beat,) = visual_beats(made_up(directions))
    assert beat.frame == 30
    assert beat.seconds == pytest.approx(1.0)
    assert (beat.strength, beat.confidence) == (1.0, 1.0)


def test_an_impact_between_two_frames_is_told_finer_than_a_frame() -> None:
    directions = np.zeros((60, 8))
    directions[1:30, 2] = 0.5
    directions[30, 2] = 0.5 * 0.25  # a quarter of the step, then it lies
    (beat,) = visual_beats(made_up(directions))
    assert beat.seconds * 30 == pytest.approx(29.25)


def test_frames_stored_twice_are_no_impacts() -> None:
    directions = np.zeros((90, 8))
    directions[1:, 0] = 0.5
    directions[5::4, 0] = 0.0
    assert visual_beats(made_up(directions)) == ()


def test_the_clips_own_cuts_are_no_impacts() -> None:
    directions = np.zeros((60, 8))
    directions[1:30, 0] = 0.5
    directions[31:, 2] = 0.1
    whole = made_up(directions)
    assert visual_beats(replace(whole, shot_starts=np.array([0, 30]))) == ()
    assert len(visual_beats(whole)) == 1


def test_too_few_frames_have_no_impacts() -> None:
    assert visual_beats(made_up(np.ones((3, 8)))) == ()
    assert impact_curve(np.ones((4, 8)), 3).tolist() == [0.0] * 4


def test_motion_that_grows_is_no_impact() -> None:
    curve = impact_curve(np.repeat(np.arange(20.0)[:, None], 8, axis=1), 2)
    assert curve.max() == 0.0
