"""What is seen and heard in a finished film, whoever made it: motion, places of the gaze, the song.

Motion and gaze come from the film's decoded frames, the song's place from its decoded sound. Which
file a shot shows, and from where, is taken from the list it was made by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from examples.song import Song
from services.encoder.faces import find_faces
from services.encoder.saliency import find_center, find_saliency
from shared.media.audio import decode_audio, mono_mix

_FLOW_SIZE = (160, 90)
_LOUDNESS_SECONDS = 0.02
_LISTEN_HZ = 8000

Gaze = tuple[float, float]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Window:
    """What one shot was made from: film frames [start, end), the file, source seconds shown.

    A photo has equal `first_seconds` and `last_seconds`.
    """

    start_frame: int
    end_frame: int
    source: str
    first_seconds: float
    last_seconds: float


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen in a shot: mean motion in frame heights a second, gaze (0..1) at its ends."""

    motion: float
    head: Gaze
    tail: Gaze


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption: when it stands in the film, and how many characters it has."""

    start_seconds: float
    end_seconds: float
    characters: int


@dataclass(frozen=True, slots=True)
class Film:
    """A film as measured: slots in seconds, and for each slot its window and its look."""

    slots: tuple[tuple[float, float], ...]
    windows: tuple[Window, ...]
    looks: tuple[Look, ...]
    cues: tuple[Cue, ...]
    song_seconds: float  # what is heard of the song at the film's start

    @property
    def cuts(self) -> NDArray[np.float64]:
        """Film seconds of every cut; the start is none."""
        return np.array([start for start, _ in self.slots[1:]], np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The song as composed, in its seconds; loudness as RMS of every 20 ms."""

    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64]
    sections: dict[str, tuple[float, float]]
    loudness: NDArray[np.float64]

    @classmethod
    def of(cls, song: Song) -> Truth:
        """Truth of the composed song."""
        rate = song.sample_rate_hz
        hop = int(_LOUDNESS_SECONDS * rate)
        mono = song.samples.mean(axis=1).astype(np.float64)
        rows = mono[: len(mono) // hop * hop].reshape(-1, hop)
        return cls(
            beats=np.array(song.beats) / rate,
            downbeats=np.array(song.downbeats) / rate,
            sections={s.name: (s.start_sample / rate, s.end_sample / rate) for s in song.sections},
            loudness=np.sqrt((rows**2).mean(axis=1)),
        )

    def energy(self, start_seconds: float, end_seconds: float) -> float:
        """Mean loudness of a stretch of the song."""
        first, last = (int(t / _LOUDNESS_SECONDS) for t in (start_seconds, end_seconds))
        part = self.loudness[max(0, first) : max(first + 1, last)]
        return float(part.mean()) if len(part) else 0.0


def observe(
    path: Path, song: Path, rate: Fraction, windows: Sequence[Window], cues: Sequence[Cue]
) -> Film:
    """Measure a finished film whose shots are known; ValueError if its frames are fewer."""
    return Film(
        slots=tuple((float(w.start_frame / rate), float(w.end_frame / rate)) for w in windows),
        windows=tuple(windows),
        looks=_looks(path, float(rate), windows),
        cues=tuple(cues),
        song_seconds=_heard_at(path, song),
    )


def _looks(path: Path, rate: float, windows: Sequence[Window]) -> tuple[Look, ...]:
    flows: list[float] = []
    gazes: dict[int, Gaze] = {}
    # A frame inside either end: the first is where an encoder is at its worst.
    ends = {f for w in windows for f in _ends(w)}
    before: Picture | None = None
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            gray = np.asarray(frame.reformat(*_FLOW_SIZE, format="gray").to_ndarray(), np.uint8)
            flows.append(0.0 if before is None else _motion(before, gray) * rate)
            before = gray
            if index in ends:
                gazes[index] = _gaze(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    if len(flows) < windows[-1].end_frame:
        raise ValueError(f"{path} has {len(flows)} frames; expected {windows[-1].end_frame}")
    return tuple(
        Look(
            motion=float(np.mean(flows[w.start_frame + 1 : w.end_frame])),
            head=gazes[_ends(w)[0]],
            tail=gazes[_ends(w)[1]],
        )
        for w in windows
    )


def _ends(window: Window) -> tuple[int, int]:
    inside = min(1, (window.end_frame - window.start_frame) // 3)
    return window.start_frame + inside, window.end_frame - 1 - inside


def _motion(before: Picture, after: Picture) -> float:
    """Mean length of the optical flow (Farneback 2003), in frame heights."""
    flow = cv2.calcOpticalFlowFarneback(before, after, None, 0.5, 2, 13, 2, 5, 1.1, 0)  # type: ignore[call-overload]
    return float(np.linalg.norm(flow, axis=2).mean() / before.shape[0])


def _gaze(rgb: Picture) -> Gaze:
    """The largest face's middle, else the middle of what stands out most."""
    boxes = find_faces(rgb).boxes
    if len(boxes):
        x, y, width, height = (float(value) for value in boxes[0])
        return x + width / 2, y + height / 2
    return find_center(find_saliency(rgb))


def _heard_at(film: Path, song: Path) -> float:
    """Song seconds at the film's first sample: the peak of their cross-correlation."""
    heard, whole = (_mono(path) for path in (film, song))
    size = 1 << (len(heard) + len(whole)).bit_length()
    both = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(heard, size))
    lag = int(np.argmax(np.fft.irfft(both, size)))
    return (lag if lag < size // 2 else lag - size) / _LISTEN_HZ


def _mono(path: Path) -> NDArray[np.float64]:
    samples = decode_audio(path, _LISTEN_HZ)
    return np.asarray(mono_mix(samples).reshape(-1), np.float64)
