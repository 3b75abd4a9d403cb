"""One film by `onbeat make`, measured beside a plain cut of the same files and under sabotage."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml

from benchmarks.cost import measured
from benchmarks.quality.film import Cue, Film, Truth, Window, observe
from benchmarks.quality.measures import MEASURES, Measure
from benchmarks.quality.plain import plain_cut
from benchmarks.quality.sabotage import SABOTAGES
from examples.media import DemoReference, demo_references
from examples.song import write_song

SEEDS = 20
SIZE, RATE = (640, 360), 30
_HANDLES = ("city", "coffee", "actress", "dahlia", "street", "earth", "cockatoo", "bunny")
_SCRIPT = """\
Every drop of rain tonight
finds a window of its own.
Turn it up until the light
brings the sleeping city home.
"""


def table() -> str:
    """The table in Markdown; raises `RuntimeError` if a sabotage passes for an improvement."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = Truth.of(write_song(folder / "song.wav"))
        media = [item for item in demo_references() if item.handle[1:] in _HANDLES]
        ours = make(folder, media)
        plain = plain_cut(folder, folder / "song.wav", media, SIZE, RATE)
    rows = [_row(measure, ours, plain, truth) for measure in MEASURES]
    return "\n".join(
        [
            "## A film's quality",
            "",
            f"{ours.slots[-1][1]:.1f} s at {SIZE[0]}x{SIZE[1]}, {len(ours.slots)} shots, steady "
            "pacing, of the demo's song and eight of its clips and photos, with a guide voice and "
            "captions. Motion, gaze and the song's place are measured in the finished film; beats "
            f"are the composed ones. Each sabotage is done {SEEDS} times.",
            "",
            "| measure | better | Onbeat | librosa + moviepy | its sabotage | sabotaged | worse |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def make(folder: Path, media: list[DemoReference]) -> Film:
    """`onbeat make` in a store of its own, and what is seen in its film."""
    (folder / "script.txt").write_text(_SCRIPT)
    brief = {
        "song": "song.wav",
        "references": [{"handle": item.handle[1:], "path": str(item.path)} for item in media],
        "say": "script.txt",
        "captions": "files",
        "pacing": "steady",
        "size": f"{SIZE[0]}x{SIZE[1]}",
        "frame_rate": RATE,
    }
    (folder / "brief.yaml").write_text(yaml.safe_dump(brief))
    words: list[str | Path] = [folder / "brief.yaml", "--quiet", "-o", folder / "film"]
    command = [sys.executable, "-m", "services.gateway.cli", "make", *words]
    measured(command, {"ONBEAT_STORE": str(folder / "store")})
    return read(folder / "film", folder / "song.wav")


def read(film: Path, song: Path) -> Film:
    """Measure a film folder that `onbeat make` wrote."""
    report = json.loads((film / "report.json").read_text())
    timeline = json.loads((film / "timeline.json").read_text())
    rate = Fraction(report["frame_rate"])
    kinds = [shot["source"].get("kind", "video") for shot in timeline["shots"]]
    pairs = zip(report["shots"], kinds, strict=True)
    windows = [_window(shot, kind == "image", rate) for shot, kind in pairs]
    cues = [_cue(cue, rate) for cue in timeline["captions"]]
    return observe(film / "film.mp4", song, rate, windows, cues)


def _window(shot: dict[str, Any], is_photo: bool, rate: Fraction) -> Window:
    first, last = shot["start_frame"], shot["end_frame"]
    start = float(shot["source_start_seconds"])
    length = 0.0 if is_photo else float((last - first) / rate) * float(shot["speed"])
    return Window(first, last, shot["reference"], start, start + length)


def _cue(cue: dict[str, Any], rate: Fraction) -> Cue:
    start, end = cue["start_frame"], cue["start_frame"] + cue["frames"]
    return Cue(float(start / rate), float(end / rate), len(" ".join(cue["lines"])))


def _row(measure: Measure, ours: Film, plain: Film | None, truth: Truth) -> str:
    value = measure.of(ours, truth)
    beside = math.nan if plain is None else measure.of(plain, truth)
    sabotage = SABOTAGES[measure.sabotage]
    spoilt = [measure.of(sabotage(ours, truth, seed), truth) for seed in range(SEEDS)]
    worse = sum(measure.is_worse(one, value) for one in spoilt)
    if not measure.is_worse(fmean(spoilt), value):
        raise RuntimeError(
            f"{measure.title}: {value:.3f}, and {fmean(spoilt):.3f} with {measure.sabotage}; "
            "expected it to get worse"
        )
    better = "more" if measure.more_is_better else "less"
    return (
        f"| {measure.title} | {better} | {_said(value)} | {_said(beside)} | {measure.sabotage} "
        f"| {_said(fmean(spoilt))} | {worse} of {SEEDS} |"
    )


def _said(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
