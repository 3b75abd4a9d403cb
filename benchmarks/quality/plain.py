"""The plain cut: librosa's beats, a cut on every fourth, files in turn, joined by moviepy 2.

What the tutorials do. Each clip goes on where it was left and begins anew when it is over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import librosa

from benchmarks.cost import measured
from benchmarks.quality.film import Film, Window, observe
from benchmarks.versus import BENCH_VENV
from examples.media import DemoReference
from shared.media.probe import probe

BEATS_A_SHOT = 4
_ZOOM = 1.08
_LIST, _FILM = "plain.json", "plain.mp4"


def plain_cut(
    folder: Path, song: Path, media: Sequence[DemoReference], size: tuple[int, int], rate: int
) -> Film | None:
    """Make the film and measure it; None where `make bench-quality` has not installed moviepy."""
    python = BENCH_VENV / "bin" / "python"
    if not python.exists():
        return None
    edges = _edges(song, rate)
    shots = _shots(edges, media, size, rate)
    document = {
        **{"width": size[0], "height": size[1], "rate": rate, "zoom": _ZOOM, "song": str(song)},
        "shots": shots,
    }
    (folder / _LIST).write_text(json.dumps(document))
    measured([python, "benchmarks/rivals/moviepy_film.py", folder / _LIST, folder / _FILM])
    windows = [_window(shot, start, rate) for shot, start in zip(shots, edges, strict=False)]
    return observe(folder / _FILM, song, Fraction(rate), windows, ())


def _edges(song: Path, rate: int) -> list[int]:
    """Frames of the cuts, with the start and the end."""
    samples, hz = librosa.load(song, sr=None, mono=True)
    _, beats = librosa.beat.beat_track(y=samples, sr=hz, units="time")
    end = int(len(samples) / hz * rate)
    cuts = [round(float(time) * rate) for time in beats[::BEATS_A_SHOT]]
    return [0, *(cut for cut in cuts if 0 < cut < end - rate // 4), end]


def _shots(
    edges: Sequence[int], media: Sequence[DemoReference], size: tuple[int, int], rate: int
) -> list[dict[str, Any]]:
    played = dict.fromkeys((item.handle for item in media), 0)
    shots = []
    for index, (start, end) in enumerate(pairwise(edges)):
        item = media[index % len(media)]
        sides, seconds = _measure(item)
        frames = end - start
        if item.kind == "video" and played[item.handle] + frames >= int(seconds * rate) - 2:
            played[item.handle] = 0
        shot = {
            **{"kind": item.kind, "path": str(item.path), "frames": frames},
            **{"start": played[item.handle], "crop": _middle(sides, size)},
        }
        played[item.handle] += frames
        shots.append(shot)
    return shots


def _measure(item: DemoReference) -> tuple[tuple[int, int], float]:
    """Width and height; seconds, 0 for a photo."""
    info = probe(item.path)
    assert info.width is not None
    assert info.height is not None
    return (info.width, info.height), float(info.duration_seconds or 0)


def _middle(sides: tuple[int, int], size: tuple[int, int]) -> list[int]:
    """Left, top, width, height of the largest crop of the film's aspect."""
    width, height = sides
    aspect = size[0] / size[1]
    wide, high = min(width, int(height * aspect)), min(height, int(width / aspect))
    return [(width - wide) // 2, (height - high) // 2, wide, high]


def _window(shot: dict[str, Any], start: int, rate: int) -> Window:
    first = shot["start"] / rate if shot["kind"] == "video" else 0.0
    length = shot["frames"] / rate if shot["kind"] == "video" else 0.0
    return Window(start, start + shot["frames"], shot["path"], first, first + length)
