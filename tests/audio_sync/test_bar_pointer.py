from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.bar_pointer import Model, decode

RATE_HZ = 50


def noise(num_frames: int, seed: int) -> Activations:
    values = np.random.default_rng(seed).uniform(0.06, 0.45, (num_frames, 2))
    return Activations(RATE_HZ, values.astype(np.float32))


def best_by_trying(activations: Activations, model: Model, lengths: tuple[int, ...]) -> float:
    """The best score of all paths in one meter, by trying every one of them."""
    values = activations.values.astype(np.float64)
    none = np.log((1.0 - values.sum(axis=1)) / model.neither_odds)
    ratios = np.log(values) - none[:, None]
    num_frames, ((beats, toll),) = len(values), model.meters
    start = -np.log(beats * len(lengths))

    def shown(frame: int, place: int, length: int) -> float:
        width = max(1, round(model.beat_s * RATE_HZ))
        usual = np.log2(60.0 * RATE_HZ / length / model.usual_bpm) / model.usual_octaves
        prior = -0.5 * model.usual_weight * usual**2
        score = float(ratios[frame : frame + width, int(place == 0)].sum()) + prior
        return float(score - (toll if place == 0 else 0.0))

    def on(frame: int, place: int, length: int) -> float:
        if frame + length >= num_frames:
            return shown(frame, place, length)
        rest = max(
            on(frame + length, (place + 1) % beats, following) + change(length, following)
            for following in lengths
        )
        return shown(frame, place, length) + rest

    def change(before: int, after: int) -> float:
        return max(-model.steadiness * abs(after / before - 1.0), -model.jump_cost)

    starts = product(range(lengths[-1] + 1), range(beats), lengths)
    return max(float(start + on(*at)) for at in starts if at[0] <= at[2])


@pytest.mark.parametrize("seed", [0, 1])
def test_it_finds_the_best_of_all_paths(seed: int) -> None:
    model = Model(meters=((3, 0.4),), num_tempi=4)
    activations = noise(170, seed)
    lengths = tuple(int(x) for x in np.round(np.geomspace(12.5, 75.0, 4)))
    assert decode(activations, model).score == pytest.approx(
        best_by_trying(activations, model, lengths), abs=1e-2
    )


def test_places_in_the_bar_follow_each_other() -> None:
    found = decode(noise(1500, 3), Model())
    assert np.all(np.diff(found.in_bar) % found.beats_per_bar == 1)
    assert np.all(np.diff(found.frames) >= 12)
    assert np.all(np.diff(found.frames) <= 75)


def test_a_rare_meter_has_to_be_heard() -> None:
    frames = np.zeros((1000, 2), np.float32) + np.float32(0.01)
    frames[10::25, 0] = 0.7
    frames[10::100] = (0.35, 0.35)  # only every fourth beat is perhaps a downbeat
    assert decode(Activations(RATE_HZ, frames), Model()).beats_per_bar == 4
    frames[10::25] = (0.7, 0.01)
    frames[10::125] = (0.05, 0.8)
    assert decode(Activations(RATE_HZ, frames), Model()).beats_per_bar == 5


def test_without_frames_there_is_nothing() -> None:
    assert not len(decode(Activations(RATE_HZ, np.zeros((0, 2), np.float32)), Model()).frames)
