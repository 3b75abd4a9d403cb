"""What the frames of a film show, gathered while they pass one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from services.gateway.cut_search import find_cut
from services.gateway.inspection import SeenClip, SeenCut
from services.gateway.poster import candidate_frames, score_picture

if TYPE_CHECKING:
    from shared.media.color import Uint8Array
    from shared.media.film import FilmFrame

_BLACK_TO_WHITE = 219  # of limited-range luma
_DECIMALS = 4
_SMALL_WIDTH = 320


@dataclass(frozen=True, slots=True)
class MadeClip:
    """What was made for one clip: the hash of its packets and the hashes of its frames."""

    packets_sha256: str
    frame_hashes: tuple[str, ...]


class FilmPictures:
    """Takes decoded frames in order; of clips that are not decoded, their packets speak.

    A clip is decoded if it is a dissolve, if it lies beside a join whose contrast is not known,
    or if its packets are not the expected ones.
    """

    def __init__(
        self,
        clips: Sequence[MadeClip],
        frame_rate: Fraction,
        group_sha256: Sequence[str],
        dissolves: Sequence[int],
        known_contrasts: Sequence[float | None] | None,
    ) -> None:
        self._clips = clips
        self._frame_rate = frame_rate
        self._group_sha256 = group_sha256
        self._dissolves = tuple(dissolves)
        self._known = known_contrasts or [None] * (len(clips) - 1)
        self._bounds = [0]
        for clip in clips:
            self._bounds.append(self._bounds[-1] + len(clip.frame_hashes))
        self.is_decoded = tuple(self._needs_decoding(index) for index in range(len(clips)))
        self._hashes = self._assumed_hashes()
        self._changes: dict[int, float] = {}
        self._lumas: dict[int, Uint8Array] = {}
        self._kept_lumas = frozenset(self._dissolve_frames())
        self._before: tuple[int, FilmFrame] | None = None
        self._candidates = candidate_frames(self._bounds)
        self._poster_score = float("-inf")
        self.poster_frame = min(self._candidates, default=0)
        self.has_exact_times = True
        self.decoded_frames = 0

    @property
    def frame_count(self) -> int:
        """Frames seen, or known by their packets."""
        return len(self._hashes)

    def add(self, index: int, frame: FilmFrame) -> None:
        """Take a frame of the film; `index` counts all of them."""
        self.decoded_frames += 1
        self.has_exact_times &= frame.seconds == index / self._frame_rate
        if self._before is not None and self._before[0] == index - 1:
            self._changes[index] = _difference(self._before[1], frame)
        if index in self._candidates:
            self._rate_poster(index, frame)
        if index in self._kept_lumas:
            self._lumas[index] = frame.luma
        self._hashes[index] = frame.hash
        self._before = (index, frame)

    def cuts(self) -> list[SeenCut]:
        """Every join between two clips."""
        hashes = self._film_hashes()
        cuts = []
        for join, (outgoing, incoming) in enumerate(pairwise(self._clips)):
            planned = self._bounds[join + 1]
            measured = find_cut(hashes, outgoing.frame_hashes, incoming.frame_hashes, planned)
            known = self._known[join]
            contrast = known
            if known is None or not self._is_as_made(join):
                contrast = self._changes.get(planned if measured is None else measured, 0.0)
            cuts.append(SeenCut(planned, measured, round(contrast or 0.0, _DECIMALS)))
        return cuts

    def seen_clips(self) -> list[SeenClip]:
        """Every clip with what the film holds in its place."""
        hashes = self._film_hashes()
        seen = []
        for index, clip in enumerate(self._clips):
            start, end = self._bounds[index : index + 2]
            same = map(str.__eq__, hashes[start:end], clip.frame_hashes)
            seen.append(SeenClip(start, end, self._has_packets(index), sum(same)))
        return seen

    def midpoints(self) -> Iterator[float | None]:
        """Where each dissolve is half done, in film frames."""
        from shared.media.midpoint import fit_midpoint

        for index in self._dissolves:
            start, end = self._bounds[index : index + 2]
            frames = [self._lumas.get(frame) for frame in range(start - 1, end + 1)]
            pictures = [luma for luma in frames if luma is not None]
            if len(pictures) < len(frames):
                yield None
                continue
            fitted = fit_midpoint(pictures[0], pictures[1:-1], pictures[-1])
            yield None if fitted is None else round(start + fitted, _DECIMALS)

    def _needs_decoding(self, index: int) -> bool:
        beside = self._known[max(0, index - 1) : index + 1]
        next_to_dissolve = any(abs(index - dissolve) <= 1 for dissolve in self._dissolves)
        return not beside or None in beside or next_to_dissolve or not self._has_packets(index)

    def _has_packets(self, index: int) -> bool:
        found = self._group_sha256[index : index + 1]
        return list(found) == [self._clips[index].packets_sha256]

    def _is_as_made(self, join: int) -> bool:
        return self._has_packets(join) and self._has_packets(join + 1)

    def _assumed_hashes(self) -> dict[int, str]:
        """Of clips that are not decoded: equal packets of a closed GOP decode to equal frames."""
        hashes: dict[int, str] = {}
        for index, clip in enumerate(self._clips):
            if not self.is_decoded[index]:
                hashes |= dict(enumerate(clip.frame_hashes, start=self._bounds[index]))
        return hashes

    def _film_hashes(self) -> list[str]:
        last = max(self._hashes, default=-1)
        return [self._hashes.get(index, "") for index in range(last + 1)]

    def _dissolve_frames(self) -> Iterator[int]:
        for index in self._dissolves:
            yield from range(self._bounds[index] - 1, self._bounds[index + 1] + 1)

    def _rate_poster(self, index: int, frame: FilmFrame) -> None:
        height, width = frame.luma.shape
        small = frame.rgb(_SMALL_WIDTH, max(1, round(_SMALL_WIDTH * height / width)))
        score = score_picture(small) * self._candidates[index]
        if score > self._poster_score:
            self.poster_frame, self._poster_score = index, score


def _difference(one: FilmFrame, other: FilmFrame) -> float:
    import numpy as np

    difference = np.abs(one.luma.astype(np.int16) - other.luma).mean() / _BLACK_TO_WHITE
    return min(1.0, float(difference))
