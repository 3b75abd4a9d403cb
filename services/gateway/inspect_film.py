"""`inspect`: observe a finished film from its packets and frames, against what was made for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.audio_lag import MAX_SECONDS, MIN_SIMILARITY, measure_lag
from services.gateway.cut_search import find_cut
from services.gateway.inspection import FilmInspection, HeardSound, SeenClip, SeenCut
from services.gateway.mix import shape_window, take_window
from services.gateway.poster import candidate_frames, score_picture
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.measurement import SegmentMeasure
from shared.requests import InspectRequest
from shared.schema import from_json, to_json
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.media.audio import Samples
    from shared.media.film import FilmFrame, FilmPackets

_BLACK_TO_WHITE = 219  # of limited-range luma
_DECIMALS = 4
_SMALL_WIDTH = 320
_PROGRESS_FRAMES = 8
_SOUND_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class MadeClip:
    """What was made for one clip: the hash of its packets and the hashes of its frames."""

    packets_sha256: str
    frame_hashes: tuple[str, ...]


def backend(request: InspectRequest) -> Backend:
    """Who inspects; raises `InvalidInput` unless every shot has its measure."""
    if not request.measures or len(request.measures) != len(request.packets_sha256):
        raise InvalidInput(
            f"{len(request.measures)} measures for {len(request.packets_sha256)} shots; expected "
            "one for each shot"
        )
    return Backend("inspect/film", 1, environment_of("av", "numpy", "xxhash"))


def perform(request: InspectRequest, context: Context) -> Digest:
    """Inspect a stored film; the result is a `FilmInspection` as JSON."""
    clips = [
        MadeClip(packets, from_json(SegmentMeasure, context.blobs.read(measure)).frame_hashes)
        for packets, measure in zip(request.packets_sha256, request.measures, strict=True)
    ]
    with context.blobs.local_path(request.film) as path:
        original = _original(request, context)
        found = inspect_film(path, clips, request.frame_rate, original, context.progress)
    return context.blobs.put(to_json(found))


def inspect_film(
    path: Path,
    clips: Sequence[MadeClip],
    frame_rate: Fraction,
    original: Samples | None = None,
    progress: Callable[[float], None] = lambda fraction: None,
) -> FilmInspection:
    """Demux and decode a film, and compare it with the clips made for it.

    `frame_rate` is the rate it should have. `original` is the start of the sound as mixed, float32
    [num_samples, 2] at 48 kHz, None for a silent film. Raises `InvalidInput` for a file that is
    not a film.
    """
    from shared.media.film import decode_frames, read_packets

    packets = read_packets(path, [len(clip.frame_hashes) for clip in clips])
    sound = None if original is None else _hear(path, packets, original)
    pictures = _Pictures(clips, frame_rate)
    for index, frame in enumerate(decode_frames(path)):
        pictures.add(frame)
        if index % _PROGRESS_FRAMES == 0:
            done = index / len(packets.times)
            progress(min(1.0, _SOUND_SHARE + (1 - _SOUND_SHARE) * done))
    return FilmInspection(
        width=packets.width,
        height=packets.height,
        frame_rate=packets.frame_rate,
        frame_count=len(pictures.hashes),
        packet_count=len(packets.times),
        duration_seconds=packets.end,
        has_exact_times=pictures.has_exact_times and _are_exact(packets, frame_rate),
        cuts=tuple(pictures.cuts()),
        clips=tuple(pictures.seen_clips(packets)),
        sound=sound,
        poster_frame=pictures.poster_frame,
    )


@dataclass(slots=True)
class _Pictures:
    """Gathers what is needed of the frames while they pass: a hash and a number for each."""

    clips: Sequence[MadeClip]
    frame_rate: Fraction
    hashes: list[str] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    has_exact_times: bool = True
    poster_frame: int = 0
    _poster_score: float = float("-inf")
    _before: FilmFrame | None = None
    _bounds: list[int] = field(default_factory=lambda: [0])
    _candidates: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for clip in self.clips:
            self._bounds.append(self._bounds[-1] + len(clip.frame_hashes))
        self._candidates = candidate_frames(self._bounds)

    def add(self, frame: FilmFrame) -> None:
        """Take the next frame of the film."""
        index = len(self.hashes)
        self.has_exact_times &= frame.seconds == index / self.frame_rate
        self.changes.append(_difference(self._before or frame, frame))
        if index in self._candidates:
            self._rate_poster(index, frame)
        self.hashes.append(frame.hash)
        self._before = frame

    def _rate_poster(self, index: int, frame: FilmFrame) -> None:
        height, width = frame.luma.shape
        small = frame.rgb(_SMALL_WIDTH, max(1, round(_SMALL_WIDTH * height / width)))
        score = score_picture(small) * self._candidates[index]
        if score > self._poster_score:
            self.poster_frame, self._poster_score = index, score

    def cuts(self) -> list[SeenCut]:
        """Every join between two clips."""
        cuts = []
        for (outgoing, incoming), planned in zip(
            pairwise(self.clips), self._bounds[1:-1], strict=True
        ):
            measured = find_cut(self.hashes, outgoing.frame_hashes, incoming.frame_hashes, planned)
            seen = planned if measured is None else measured
            contrast = self.changes[seen] if seen < len(self.changes) else 0.0
            cuts.append(SeenCut(planned, measured, round(contrast, _DECIMALS)))
        return cuts

    def seen_clips(self, packets: FilmPackets) -> list[SeenClip]:
        """Every clip with what the film holds in its place."""
        seen = []
        for index, clip in enumerate(self.clips):
            start, end = self._bounds[index : index + 2]
            same = map(str.__eq__, self.hashes[start:end], clip.frame_hashes)
            is_made = packets.group_sha256[index] == clip.packets_sha256
            seen.append(SeenClip(start, end, is_made, sum(same)))
        return seen


def _difference(one: FilmFrame, other: FilmFrame) -> float:
    import numpy as np

    difference = np.abs(one.luma.astype(np.int16) - other.luma).mean() / _BLACK_TO_WHITE
    return min(1.0, float(difference))


def _are_exact(packets: FilmPackets, frame_rate: Fraction) -> bool:
    times = enumerate(packets.times)
    return packets.end == len(packets.times) / frame_rate and all(
        time == index / frame_rate for index, time in times
    )


def _original(request: InspectRequest, context: Context) -> Samples | None:
    from shared.media.audio import decode_audio

    if request.sound is None:
        return None
    with context.blobs.local_path(request.sound.audio) as path:
        song = decode_audio(path)
    # With its fades, or the difference between the two would pull the lag of a dull sound.
    window = take_window(song, request.sound.start_sample, request.sound.length_samples)
    starts_inside = request.sound.start_sample > 0
    shape_window(window, request.sound.fade_out_samples, starts_inside=starts_inside)
    return window[: MAX_SECONDS * SAMPLE_RATE_HZ].copy()


def _hear(path: Path, packets: FilmPackets, original: Samples) -> HeardSound:
    from shared.media.audio import decode_audio

    if packets.audio_end is None:
        return HeardSound(None, 0.0, 0.0)
    # A copy of the part that is compared lets the rest go.
    sound = decode_audio(path)[: MAX_SECONDS * SAMPLE_RATE_HZ].copy()
    lag = measure_lag(sound, original)
    similarity = 0.0 if lag is None else lag.similarity
    is_same = lag is not None and similarity >= MIN_SIMILARITY
    return HeardSound(
        lag_samples=lag.samples if lag is not None and is_same else None,
        similarity=round(similarity, _DECIMALS),
        end_seconds=round(float(packets.audio_end), 6),
    )
