"""The songs of the form benchmark, as data: tempo, meter, swing, style, sections and phrases.

Songs in even places were looked at while the code was written; the others are held out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A section: `kind` says how it is played, `num_bars` of phrases of `phrase_bars` each."""

    label: str
    num_bars: int
    phrase_bars: int
    kind: str


@dataclass(frozen=True, slots=True)
class Spec:
    """A song; `pickup_beats` is how early the melody of every phrase begins."""

    name: str
    seed: int
    bpm: float
    beats_per_bar: int
    style: str
    parts: tuple[Part, ...]
    swing: float = 0.5
    pickup_beats: float = 0.0


_KINDS = {
    "i": ("intro", "sparse"),
    "v": ("verse", "verse"),
    "p": ("pre", "rising"),
    "c": ("chorus", "full"),
    "b": ("bridge", "bridge"),
    "s": ("solo", "solo"),
    "x": ("break", "break"),
    "u": ("build", "build"),
    "d": ("drop", "drop"),
    "o": ("outro", "sparse"),
}


def _parts(text: str) -> tuple[Part, ...]:
    """Read "i4 v16/8 c8": kind, bars, and bars of a phrase where they are not 4."""
    parts = []
    for word in text.split():
        label, kind = _KINDS[word[0]]
        bars, _, phrase = word[1:].partition("/")
        parts.append(Part(label, int(bars), int(phrase or min(4, int(bars))), kind))
    return tuple(parts)


SPECS = (
    Spec("pop", 1, 118, 4, "pop", _parts("i4 v16 c8 v8 c8 b6 c8 o4"), 0.5, 1.0),
    Spec("pop eights", 2, 104, 4, "pop", _parts("i4 v16/8 c8/8 v8/8 c8/8 o4"), 0.5, 0.5),
    Spec("club", 3, 126, 4, "club", _parts("i8 v8 u4 d16 x8 u8 d16 o4")),
    Spec("club eights", 4, 128, 4, "club", _parts("i8/8 v16/8 x8/8 u4 d16/8 x4 u4 d8/8 o8/8")),
    Spec("rock", 5, 138, 4, "rock", _parts("i4 v8 c8 v8 c10 s8 x4 c8 o4")),
    Spec(
        "rock eights", 6, 150, 4, "rock", _parts("i8/8 v16/8 p4 c18/8 v8/8 p4 c16/8 o4"), 0.5, 1.5
    ),
    Spec("waltz", 7, 150, 3, "acoustic", _parts("i4 v16/8 c16/8 v16/8 b16/8 c16/8 o4"), 0.5, 1.0),
    Spec("waltz fours", 8, 168, 3, "pop", _parts("i8 v16 c16 v12 c16 x8 c16 o4")),
    Spec("swing", 9, 140, 4, "jazz", _parts("i4 v16/8 b8/8 v8/8 s16/8 b8/8 v8/8"), 0.66),
    Spec("shuffle", 10, 112, 4, "rock", _parts("i4 v16 c8 s8 v6 c8 o2"), 0.64, 1.0),
    Spec("ballad", 11, 76, 4, "acoustic", _parts("i4 v8 c8 v8 c8 o2"), 0.5, 1.0),
    Spec("ballad eights", 12, 84, 4, "pop", _parts("i4 v8/8 c8/8 v8/8 c8/8 b4 c8/8"), 0.5, 2.0),
    Spec("slow club", 13, 100, 4, "club", _parts("i4 v8 x8 u4 d8 v8 u4 d8 o4"), 0.58),
    Spec("trance", 14, 136, 4, "club", _parts("i16/8 v16/8 x16/8 u8/8 d16/8 x8/8 u8/8 d16/8")),
    Spec("folk", 15, 120, 4, "acoustic", _parts("v16 c8 v8 c9 s8 c8"), 0.5, 0.5),
    Spec(
        "folk eights", 16, 108, 4, "acoustic", _parts("i2 v16/8 c8/8 s8/8 v8/8 c8/8 o2"), 0.55, 1.0
    ),
)
# Written last and never looked at before the code was done.
UNSEEN = (
    Spec("indie", 31, 132, 4, "rock", _parts("i8 v8 p4 c8 v8 p4 c8 b8 c16 o4"), 0.5, 0.5),
    Spec("minuet", 32, 132, 3, "acoustic", _parts("v16/8 b16/8 v16/8 c16/8 v16/8")),
    Spec("house", 33, 122, 4, "club", _parts("i8 v16 x8 u8 d16 x4 u4 d16 o8"), 0.56),
    Spec("march", 34, 116, 4, "acoustic", _parts("i4 v16 c16 b8 v16 c16"), 0.5, 1.0),
    Spec("soul", 35, 92, 4, "pop", _parts("i4 v8/8 c8/8 v8/8 c8/8 b4 c8/8 o2"), 0.6, 0.5),
    Spec("bop", 36, 180, 4, "jazz", _parts("v32/8 b8/8 v8/8 s32/8 b8/8 v8/8"), 0.62),
)
DEVELOPMENT, HELD_OUT = SPECS[::2], SPECS[1::2]
