"""What the frames of a film show, gathered while they pass one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from services.gateway.cut_search import find_cut
from services.gateway.inspection import SeenClip, SeenCut
from shared.measurement import SegmentMeasure
from shared.media.film import Wanted
from shared.media.still import contrast, luma_of_text

if TYPE_CHECKING:
    from shared.media.color import Uint8Array
    from shared.media.film import FilmFrame

_DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class MadeClip:
    """What was made for one clip: the hash of its packets, and what was measured in its frames.

    `last_luma` is the `small_luma` of its last frame, None if it is not known.
    """

    packets_sha256: str
    frame_hashes: tuple[str, ...]
    last_luma: Uint8Array | None = None

    @classmethod
    def of(cls, packets_sha256: str, measure: SegmentMeasure) -> MadeClip:
        """A clip with these packets, as it was measured."""
        luma = luma_of_text(measure.last_luma) if measure.last_luma else None
        return cls(packets_sha256, measure.frame_hashes, luma)


class FilmPictures:
    """Takes decoded frames in order; of frames that are not decoded, their packets speak.

    Equal packets of a closed GOP decode to equal frames, so what was measured in a clip holds in
    the film that has its packets. Decoded is the first frame after each join whose contrast is
    not known, which shows that the clip begins there; a whole clip if it is a dissolve or beside
    one, or if its packets are not the expected ones; everything if `known_contrasts` is None.
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
        self._known = known_contrasts
        self._bounds = [0]
        for clip in clips:
            self._bounds.append(self._bounds[-1] + len(clip.frame_hashes))
        self._clip_at = {start: index for index, start in enumerate(self._bounds[:-1])}
        self.wanted = tuple(self._wanted_of(index) for index in range(len(clips)))
        self._hashes = self._assumed_hashes()
        self._changes: dict[int, float] = {}
        self._lumas: dict[int, Uint8Array] = {}
        self._kept_lumas = frozenset(self._dissolve_frames())
        self._before: tuple[int, Uint8Array] | None = None
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
        before = self._luma_before(index)
        if before is not None:
            self._changes[index] = contrast(before, frame.luma)
        if index in self._kept_lumas:
            self._lumas[index] = frame.luma
        self._hashes[index] = frame.hash
        self._before = (index, frame.luma)

    def cuts(self) -> list[SeenCut]:
        """Every join between two clips."""
        hashes = self._film_hashes()
        cuts = []
        for join, (outgoing, incoming) in enumerate(pairwise(self._clips)):
            planned = self._bounds[join + 1]
            measured = find_cut(hashes, outgoing.frame_hashes, incoming.frame_hashes, planned)
            seen = self._known_contrast(join)
            if seen is None:
                seen = self._changes.get(planned if measured is None else measured, 0.0)
            cuts.append(SeenCut(planned, measured, round(seen, _DECIMALS)))
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

    def _wanted_of(self, index: int) -> Wanted:
        next_to_dissolve = any(abs(index - dissolve) <= 1 for dissolve in self._dissolves)
        if self._known is None or next_to_dissolve or not self._has_packets(index):
            return Wanted.ALL
        is_last = index == len(self._clips) - 1
        ends_unseen = self._clips[index].last_luma is None
        if ends_unseen and not is_last and self._known_contrast(index) is None:
            return Wanted.ALL
        if index == 0 or self._known_contrast(index - 1) is None:
            return Wanted.FIRST
        return Wanted.NOTHING

    def _has_packets(self, index: int) -> bool:
        found = self._group_sha256[index : index + 1]
        return list(found) == [self._clips[index].packets_sha256]

    def _known_contrast(self, join: int) -> float | None:
        """What was seen at a join before, if both clips are the ones that were seen."""
        is_as_made = self._has_packets(join) and self._has_packets(join + 1)
        return self._known[join] if self._known is not None and is_as_made else None

    def _luma_before(self, index: int) -> Uint8Array | None:
        """What the film showed before a frame: as decoded, else as measured in its packets."""
        if self._before is not None and self._before[0] == index - 1:
            return self._before[1]
        clip = self._clip_at.get(index, 0) - 1
        return self._clips[clip].last_luma if clip >= 0 and self._has_packets(clip) else None

    def _assumed_hashes(self) -> dict[int, str]:
        hashes: dict[int, str] = {}
        for index, clip in enumerate(self._clips):
            if self.wanted[index] is not Wanted.ALL:
                hashes |= dict(enumerate(clip.frame_hashes, start=self._bounds[index]))
        return hashes

    def _film_hashes(self) -> list[str]:
        last = max(self._hashes, default=-1)
        return [self._hashes.get(index, "") for index in range(last + 1)]

    def _dissolve_frames(self) -> Iterator[int]:
        for index in self._dissolves:
            yield from range(self._bounds[index] - 1, self._bounds[index + 1] + 1)
