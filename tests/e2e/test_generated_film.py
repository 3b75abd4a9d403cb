"""A brief file that mixes footage, drawn and generated shots, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import pytest
import skimage
from PIL import Image

from services.gateway.cli import main
from services.gateway.doctor_families import family_lines
from shared.consent import Attestation
from shared.digest import Digest
from shared.families.components import component_named
from shared.schema import to_json
from tests.e2e.sources import write_clip, write_song
from tests.encoder.families import tiny
from tests.generator.diffusion.studio import save_text_model, unipc

_MODEL = "wan2.1-vace-1.3b"
_BRIEF = f"""
song: song.wav
references:
  - {{handle: ride, path: ride.mp4}}
  - {{handle: hero, path: hero.png, roles: [subject]}}
size: 128x96
duration_seconds: 4
pacing: frantic
seed: 3
generate:
  model: {_MODEL}
  steps: 2
  guidance: 3
  dtype: float32
  seed: 5
  shots:
    2: {{prompt: neon rain, model: procedural}}
    3: "a city of glass, @hero walks"
"""


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = save_text_model(tmp_path_factory.mktemp("weights"))
    tiny.vace_transformer().save_pretrained(root / _MODEL / "transformer")
    unipc().save_pretrained(root / _MODEL / "scheduler")
    tiny.write_sums(root / _MODEL)
    return root


@pytest.fixture
def brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from fractions import Fraction

    monkeypatch.setenv("ONBEAT_WORKERS", "1")
    for name in ("ONBEAT_WEIGHTS", "ONBEAT_HUB", "ONBEAT_ATTESTATIONS", "ONBEAT_CONSENT"):
        monkeypatch.delenv(name, raising=False)
    write_song(tmp_path / "song.wav", tuple(0.25 + 0.5 * n for n in range(9)), seconds=5.0)
    write_clip(tmp_path / "ride.mp4", seconds=5.0, frame_rate=Fraction(25), step=3)
    portrait = Path(skimage.__file__).parent / "data" / "astronaut.png"
    Image.open(portrait).convert("RGB").resize((256, 256)).save(tmp_path / "hero.png")
    path = tmp_path / "brief.yaml"
    path.write_text(_BRIEF)
    return path


def _attest(path: Path, reference: Path) -> Path:
    word = Attestation("", Digest.of_bytes(reference.read_bytes()), "Ana", "2026-05-01T12:00:00Z")
    path.write_bytes(to_json(word) + b"\n")
    return path


def _report(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return report


def _packets(folder: Path) -> list[tuple[bytes, ...]]:
    """The film's packets of pictures, shot by shot."""
    with av.open(str(folder / "film.mp4")) as container:
        found = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    spans = [(shot["start_frame"], shot["end_frame"]) for shot in _report(folder)["shots"]]
    return [tuple(found[start:end]) for start, end in spans]


def test_a_brief_that_mixes_three_sources_is_made_edited_and_keeps_the_rest(
    brief: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    one, other = tmp_path / "one", tmp_path / "other"
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(weights))
    # Somebody is seen in @hero, and nobody has said that she agrees.
    assert main(["make", str(brief), "-o", str(one), "--quiet"]) == 2
    refusal = capsys.readouterr().err
    assert "generate.shots.3: " in refusal
    assert "expected an attestation of consent before a model sees it" in refusal
    assert not one.exists()

    words = _attest(tmp_path / "attestations", tmp_path / "hero.png")
    monkeypatch.setenv("ONBEAT_ATTESTATIONS", str(words))
    assert main(["make", str(brief), "-o", str(one), "--quiet"]) == 0
    report = _report(one)
    shown = [shot["reference"] for shot in report["shots"]]
    assert shown[0] == "ride"
    assert shown[1:3] == ["generate/procedural", "generate/wan"]
    assert set(shown[3:]) == {"ride"}  # what a model is shown is not cut as well
    assert not report["summary"]["cuts_astray"]
    (made,) = report["generated"]["shots"]
    assert (made["model"], made["task"], made["steps"]) == (_MODEL, "references", 2)
    assert made["shot"] == report["shots"][2]["id"]
    assert -1 <= made["subject_similarity"]["hero"] <= 1

    edits = [{"op": "regenerate", "shot": "#3"}, {"op": "set_grade", "shot": "#1", "warmth": 0.5}]
    assert main(["edit", str(one), "--op", json.dumps(edits), "-o", str(other), "--quiet"]) == 0
    before, after = _packets(one), _packets(other)
    count = len(shown)
    kept = [place not in (0, 2) for place in range(count)]
    assert [x == y for x, y in zip(before, after, strict=True)] == kept
    again = _report(other)
    assert [shot["kept"] for shot in again["shots"]] == kept
    assert again["generated"]["shots"][0]["seed"] == made["seed"] + 1
    assert again["generated"]["shots"][0]["clip"] != made["clip"]


def test_without_weights_nothing_is_begun_and_the_refusal_says_what_the_doctor_says(
    brief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path / "none"))
    assert main(["make", str(brief), "-o", str(tmp_path / "out")]) == 2
    refusal = capsys.readouterr().err
    parts = ("wan-umt5-xxl", "wan-vae-2.1", _MODEL)
    lines = "\n".join(family_lines())
    assert f"{_MODEL} lacks {', '.join(parts)} here" in refusal
    assert f"    lacks {', '.join(parts)}" in lines
    for part in parts:
        assert component_named(part).install in refusal
        assert component_named(part).install in lines
    assert not (tmp_path / "out").exists()
    stored = [one for one in (tmp_path / "store" / "blobs").rglob("*") if one.is_file()]
    assert not stored  # not even a reference was taken in
