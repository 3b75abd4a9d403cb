"""A film whose shot goes on from the one before it by latents: made, edited, kept or remade."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from services.gateway.cli import main
from shared.digest import Digest
from shared.media.video import VideoReader
from shared.settings import Settings
from tests.e2e.sources import write_clip, write_song
from tests.encoder.families import tiny
from tests.generator.diffusion.studio import save_text_model, unipc

_VACE = "wan2.1-vace-1.3b"
_BRIEF = """
song: song.wav
references:
  - {handle: ride, path: ride.mp4}
size: 128x96
duration_seconds: 4
pacing: frantic
seed: 3
generate:
  steps: 2
  guidance: 1
  dtype: float32
  seed: 5
  shots:
    2: {prompt: a road in the fog}
    3: {prompt: the road climbs a hill, continues: true}
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = save_text_model(tmp_path_factory.mktemp("weights"))
    tiny.vace_transformer().save_pretrained(root / _VACE / "transformer")
    unipc().save_pretrained(root / _VACE / "scheduler")
    tiny.write_sums(root / _VACE)
    return root


@pytest.fixture
def brief(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONBEAT_WORKERS", "1")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(weights))
    for name in ("ONBEAT_HUB", "ONBEAT_ATTESTATIONS", "ONBEAT_CONSENT"):
        monkeypatch.delenv(name, raising=False)
    write_song(tmp_path / "song.wav", tuple(0.25 + 0.5 * n for n in range(9)), seconds=5.0)
    write_clip(tmp_path / "ride.mp4", seconds=5.0, frame_rate=Fraction(25), step=3)
    path = tmp_path / "brief.yaml"
    path.write_text(_BRIEF)
    return path


def _report(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


def _packets(folder: Path) -> list[tuple[bytes, ...]]:
    with av.open(str(folder / "film.mp4")) as container:
        found = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    spans = [(shot["start_frame"], shot["end_frame"]) for shot in _report(folder)["shots"]]
    return [tuple(found[start:end]) for start, end in spans]


def _kept(one: Path, other: Path) -> list[bool]:
    return [x == y for x, y in zip(_packets(one), _packets(other), strict=True)]


def _clip(digest: str) -> np.ndarray:
    blobs = Settings.from_environment().open_blobs()
    with blobs.local_path(Digest.parse(digest)) as path, VideoReader(path) as reader:
        return np.stack([frame.rgb(reader.width, reader.height) for frame in reader.frames()])


def _unwrapped(printed: str) -> str:
    """What is printed in the last column of a table but one, without the table's line breaks."""
    return " ".join(printed.split())


def _edit(folder: Path, to: Path, *operations: dict[str, Any], expected: int = 0) -> Path:
    asked = ["edit", str(folder), "--op", json.dumps(list(operations)), "-o", str(to), "--quiet"]
    assert main(asked) == expected
    return to


def test_a_shot_goes_on_from_the_one_before_and_is_remade_with_it(
    brief: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = tmp_path / "one"
    assert main(["make", str(brief), "-o", str(one), "--quiet"]) == 0
    first, second = _report(one)["generated"]["shots"]
    assert (first["task"], first["model"]) == ("text_to_video", "wan2.1-t2v-1.3b")
    assert (second["task"], second["model"]) == ("continue", _VACE)
    assert second["continues"] == first["shot"]
    earlier, later = _clip(first["clip"]), _clip(second["clip"])
    # What was handed over is shown by both clips, to the bit.
    places = [index for index in range(len(earlier)) if np.array_equal(earlier[index], later[0])]
    assert len(places) == 1
    shared = len(earlier) - places[0]
    assert 1 <= shared <= 16
    assert np.array_equal(earlier[places[0] :][:shared], later[:shared])
    assert len(later) > shared

    # The second edited: the first is the same packets. The first edited: both are made anew.
    two = _edit(one, tmp_path / "two", {"op": "regenerate", "shot": "#3"})
    count = len(_report(one)["shots"])
    assert _kept(one, two) == [place != 2 for place in range(count)]
    preview = ["edit", str(two), "--op", '[{"op": "regenerate", "shot": "#2"}]', "--dry-run"]
    assert main(preview) == 0
    because = f"goes on from shot {first['shot']}:"
    assert because in _unwrapped(capsys.readouterr().out)
    three = _edit(two, tmp_path / "three", {"op": "regenerate", "shot": "#2"})
    assert _kept(two, three) == [place not in (1, 2) for place in range(count)]
    changed = [text for action in _report(three)["actions"] for text in action.get("changed", ())]
    assert f"{because} clip.source.seed 5 -> 6, clip.seed 5 -> 6" in changed
    assert main(["explain", str(three)]) == 0
    assert "goes on" in capsys.readouterr().out

    # Without the shot before it there is nothing to go on from; told to begin anew, it does.
    _edit(three, tmp_path / "none", {"op": "remove", "shot": "#2"}, expected=2)
    assert "goes on from shot" in capsys.readouterr().err
    four = _edit(three, tmp_path / "four", {"op": "continue_shot", "shot": "#3", "on": False})
    assert _kept(three, four) == [place != 2 for place in range(count)]
    assert "continues" not in _report(four)["generated"]["shots"][1]
