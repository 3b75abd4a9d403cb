"""The encoder "video.shots": joins made here are found, motion and flashes are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.encoder.shots import encode_shots, find_shots
from shared.errors import Cancelled, InvalidInput
from tests.encoder.scenes import Recorder, Rgb, pan, texture, write_frames


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = [
        *pan(texture(1), 22, 2),
        *pan(texture(2), 15, 3, 90),
        *pan(texture(3), 33, 1, 200),
        *[np.full((180, 320, 3), 30, np.uint8)] * 15,
        *pan(texture(5), 15, 3),
    ]
    return write_frames(tmp_path_factory.mktemp("shots") / "a.mp4", frames)


def test_joins_are_found_on_their_frames(joined: Path) -> None:
    progress = Recorder()
    values, tensors = encode_shots(joined, progress)
    assert tensors["shot_starts"].tolist() == [0, 22, 37, 70, 85]
    assert tensors["transitions"].tolist() == [[21, 21], [36, 36], [69, 69], [84, 84]]
    assert len(tensors["pts"]) == len(tensors["likelihood"]) == 100
    assert "/" in str(values["time_base"])
    assert progress.fractions == sorted(progress.fractions)


def test_a_dissolve_is_one_transition(tmp_path: Path) -> None:
    before, after = pan(texture(1), 50, 1), pan(texture(2), 50, 1, 90)
    mixed: list[Rgb] = []
    for index in range(12):
        part = (index + 1) / 13
        both = (1 - part) * before[38 + index].astype(float) + part * after[index]
        mixed.append(both.astype(np.uint8))
    path = write_frames(tmp_path / "a.mp4", [*before[:38], *mixed, *after[12:]])
    tensors = encode_shots(path, Recorder())[1]
    assert len(tensors["shot_starts"]) == 2
    assert 38 <= tensors["shot_starts"][1] <= 50
    first, last = tensors["transitions"][0]
    assert 36 <= first <= 42
    assert 45 <= last <= 51


def test_runs_become_shots() -> None:
    ends, inside = np.zeros(20, np.float32), np.zeros(20, np.float32)
    ends[[4, 10, 11]] = 0.9
    inside[8:14] = 0.9
    starts, transitions = find_shots(ends, inside)
    assert starts.tolist() == [0, 5, 12]
    assert transitions.tolist() == [[4, 4], [8, 13]]
    ends[:] = 0
    ends[19] = 0.9  # a fade at the very end
    assert find_shots(ends, inside)[0].tolist() == [0]


def test_short_videos_and_refusals(tmp_path: Path, joined: Path) -> None:
    one = write_frames(tmp_path / "one.mp4", pan(texture(1), 1, 1))
    assert encode_shots(one, Recorder())[1]["shot_starts"].tolist() == [0]
    with pytest.raises(Cancelled):
        encode_shots(joined, Recorder(Cancelled("stop"), after=2))
    (tmp_path / "a.txt").write_text("no video\n" * 50)
    with pytest.raises(InvalidInput):
        encode_shots(tmp_path / "a.txt", Recorder())
