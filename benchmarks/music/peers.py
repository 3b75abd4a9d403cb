"""Trackers that are no part of Onbeat, scored on the same pieces from the beats that they wrote.

    python -m benchmarks.music.peers sounds FOLDER     # 000.wav ...: 44.1 kHz, mono, 16 bit
    python -m benchmarks.music.peers table FOLDER      # scores every NAME.json there

A peer runs in an environment of its own; it writes `NAME.json`: for each "000" the lists `beats`
and `downbeats` (seconds; `downbeats` may be missing) and `cpu`, its seconds of processor time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.music.catalogue import pieces
from benchmarks.music.piece import Piece
from benchmarks.music.render import RATE_HZ, sound_of
from benchmarks.music.scoring import Found, Score, score
from benchmarks.music.table import Scores, overall

_UP, _DOWN = 147, 160  # to 44.1 kHz
_PEER_RATE_HZ = RATE_HZ * _UP // _DOWN


def write_sounds(folder: Path) -> None:
    """Write every piece of the benchmark as a WAV file."""
    from scipy.io import wavfile

    folder.mkdir(parents=True, exist_ok=True)
    for index, piece in enumerate(pieces()):
        wavfile.write(folder / f"{index:03d}.wav", _PEER_RATE_HZ, _pcm(sound_of(piece)))


def table(folder: Path) -> str:
    """The peers' rows of the benchmark's tables, and the styles where each does worst.

    A peer that has not answered every piece of a table has no row in it.
    """
    scores = {path.stem: scores_of(path) for path in sorted(folder.glob("*.json"))}
    held_out = tuple(piece for piece in pieces() if piece.is_held_out)
    lines = [
        *overall("all pieces", pieces(), _with_all_of(pieces(), scores)),
        "",
        *overall("held out", held_out, _with_all_of(held_out, scores)),
        "",
        *(f"{name}: worst on {worst(found)}" for name, found in scores.items()),
    ]
    return "\n".join(lines) + "\n"


def _with_all_of(some: Sequence[Piece], scores: Scores) -> Scores:
    return {
        name: found for name, found in scores.items() if all(piece.name in found for piece in some)
    }


def scores_of(path: Path) -> dict[str, Score]:
    """Scores of one peer's answers, by piece."""
    answers = json.loads(path.read_text())
    found = {}
    for index, piece in enumerate(pieces()):
        answer = answers.get(f"{index:03d}")
        if answer is None:
            continue
        downbeats = answer.get("downbeats")
        heard = Found(np.array(answer["beats"]), None if downbeats is None else np.array(downbeats))
        found[piece.name] = score(piece, heard, float(answer["cpu"]))
    return found


def worst(found: dict[str, Score], count: int = 5) -> str:
    """The styles with the lowest beat F, lowest first."""
    styles: dict[str, list[float]] = {}
    for piece in pieces():
        if piece.name in found:
            styles.setdefault(piece.style, []).append(found[piece.name].beat_f)
    means = sorted((float(np.mean(values)), style) for style, values in styles.items())
    return ", ".join(f"{style} {mean:.2f}" for mean, style in means[:count])


def _pcm(sound: NDArray[np.float32]) -> NDArray[np.int16]:
    from scipy.signal import resample_poly

    mono = resample_poly(sound.mean(axis=1).astype(np.float64), _UP, _DOWN)
    return np.asarray(np.round(np.clip(mono, -1.0, 1.0) * 32767.0), np.int16)


def main(arguments: Sequence[str]) -> int:
    """Run one of the two commands."""
    if len(arguments) != 2 or arguments[0] not in ("sounds", "table"):
        print("usage: python -m benchmarks.music.peers sounds|table FOLDER", file=sys.stderr)
        return 2
    if arguments[0] == "sounds":
        write_sounds(Path(arguments[1]))
    else:
        print(table(Path(arguments[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
