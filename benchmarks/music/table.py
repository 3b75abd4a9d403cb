"""`python -m benchmarks music`: beats and downbeats on rendered music with known beats.

    python -m benchmarks.music.table        # the same, alone

Pieces are rendered once per machine into the temporary folder (about 600 MB).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.music.catalogue import pieces
from benchmarks.music.piece import Piece
from benchmarks.music.render import sound_of
from benchmarks.music.rivals import TRACKERS
from benchmarks.music.scoring import Found, Score, score

Scores = dict[str, dict[str, Score]]  # of each tracker, of each piece
_OURS, _LIBROSA = "ours", "librosa beat_track"


def table() -> str:
    """The tables of this benchmark."""
    scores = {name: _scores(name) for name in TRACKERS}
    minutes = sum(piece.length_s for piece in pieces()) / 60.0
    held_out = [piece for piece in pieces() if piece.is_held_out]
    lines = [
        "## Beats and downbeats",
        f"{len(pieces())} pieces of General MIDI, {minutes:.0f} minutes, {len(held_out)} of them "
        "held out from tuning; F at 70 ms, mir_eval's definitions over the whole piece. Offsets "
        "are from notated beats to found ones: slow attacks come late.\n",
        *overall("all pieces", pieces(), scores),
        "",
        *overall("held out", held_out, scores),
        "",
        *_by_style(scores),
    ]
    return "\n".join(lines) + "\n"


def _scores(name: str) -> dict[str, Score]:
    warm = sound_of(pieces()[0])
    TRACKERS[name](warm)  # what compiles or loads once is not counted
    found = {}
    for piece in pieces():
        sound = sound_of(piece)
        started = time.process_time()
        answer: Found = TRACKERS[name](sound)
        found[piece.name] = score(piece, answer, time.process_time() - started)
    return found


def overall(title: str, some: Sequence[Piece], scores: Scores) -> Iterator[str]:
    """Rows of mean scores over some pieces, one for each tracker."""
    yield f"| {title} | beat F | AMLt | Cemgil | downbeat F | offset ms | CPU-s a minute |"
    yield "|---|---|---|---|---|---|---|"
    minutes = sum(piece.length_s for piece in some) / 60.0
    for name, found in scores.items():
        mine = [found[piece.name] for piece in some]
        beat_f, amlt, cemgil, downbeat_f = (
            np.mean([getattr(one, measure) for one in mine])
            for measure in ("beat_f", "amlt", "cemgil", "downbeat_f")
        )
        offset = np.nanmean([one.error_ms for one in mine])
        cpu = sum(one.cpu_s for one in mine) / minutes
        yield (
            f"| {name} | {beat_f:.3f} | {amlt:.3f} | {cemgil:.3f} | {downbeat_f:.3f} "
            f"| {offset:+.1f} | {cpu:.2f} |"
        )


def _by_style(scores: Scores) -> Iterator[str]:
    yield f"| style | {_LIBROSA}, F | ours, F | ours, AMLt | ours, downbeat F |"
    yield "|---|---|---|---|---|"
    for style in dict.fromkeys(piece.style for piece in pieces()):
        names = [piece.name for piece in pieces() if piece.style == style]
        theirs = np.mean([scores[_LIBROSA][name].beat_f for name in names])
        ours = [scores[_OURS][name] for name in names]
        beat_f, amlt, downbeat_f = (
            np.mean([getattr(one, measure) for one in ours])
            for measure in ("beat_f", "amlt", "downbeat_f")
        )
        yield f"| {style} | {theirs:.2f} | {beat_f:.2f} | {amlt:.2f} | {downbeat_f:.2f} |"


if __name__ == "__main__":
    print(table())
