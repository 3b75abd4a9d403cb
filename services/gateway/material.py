"""What there is to cut from: uncut stretches of clips, and photos, with what was seen in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from services.gateway.sight import Sight
from shared.brief import MediaKind, Reference, Role
from shared.digest import Digest
from shared.observation import ImageStyle, VideoMotion

if TYPE_CHECKING:
    import numpy as np

    from shared.clip_samples import ClipFaces, ClipLabels
    from shared.recognition import Faces, Labels, VideoShots

# A boundary found one frame off would show a flash of the neighbouring shot.
_MARGIN_FRAMES = 1
_MIN_STRETCH_SECONDS = Fraction(3, 10)
# How lively a photo with a camera move feels, on the clips' scale of motion (frame widths/s).
_PHOTO_MOTION = 0.04
_UNSEEN_ROLES = frozenset({Role.STYLE, Role.MOTION, Role.CAMERA, Role.RHYTHM, Role.VOICE})


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """An uncut stretch of a clip: frames `first` to `last` (inclusive) of its motion curve.

    `faces` and `labels` are those of the whole clip, None where nobody looked.
    """

    reference: Reference
    motion: VideoMotion
    first: int
    last: int
    lab: tuple[float, float, float]
    faces: ClipFaces | None = None
    labels: ClipLabels | None = None

    @property
    def aspect(self) -> float:
        """Width over height of its pictures."""
        return self.motion.width / self.motion.height

    def seconds_at(self, frame: int) -> Fraction:
        """Time of a source frame in the clip's own seconds; one past the end is allowed."""
        pts = self.motion.pts
        if frame < len(pts):
            return int(pts[frame]) * self.motion.time_base
        step = int(pts[-1] - pts[-2]) if len(pts) > 1 else 1
        return (int(pts[-1]) + step) * self.motion.time_base

    @property
    def start_seconds(self) -> Fraction:
        """When the stretch begins."""
        return self.seconds_at(self.first)

    @property
    def end_seconds(self) -> Fraction:
        """When its last frame ends."""
        return self.seconds_at(self.last + 1)

    def frame_at(self, seconds: Fraction) -> int:
        """The source frame on screen at a time inside the stretch."""
        import numpy as np

        ticks = int(seconds / self.motion.time_base)
        index = int(np.searchsorted(self.motion.pts, ticks, side="right")) - 1
        return min(max(index, self.first), self.last)


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo with what was seen in it; `faces` and `labels` are None where nobody looked."""

    reference: Reference
    style: ImageStyle
    faces: Faces | None = None
    labels: Labels | None = None

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.style.width / self.style.height

    @property
    def lab(self) -> tuple[float, float, float]:
        """Mean colour, CIE Lab."""
        return _triple(self.style.lab_mean)

    @property
    def motion(self) -> float:
        """How lively it will feel once the camera moves over it."""
        return _PHOTO_MOTION


@dataclass(frozen=True, slots=True)
class Material:
    """All stretches and photos of a brief, in the order of its references."""

    stretches: tuple[Stretch, ...]
    photos: tuple[Photo, ...]

    @property
    def seconds(self) -> float:
        """Length of all clips together."""
        return float(sum(item.end_seconds - item.start_seconds for item in self.stretches))


def is_seen(reference: Reference) -> bool:
    """Whether a reference's pictures are cut into the film: those of style or rhythm are not."""
    return not reference.roles or any(role not in _UNSEEN_ROLES for role in reference.roles)


def gather_material(
    references: tuple[Reference, ...],
    motions: Mapping[Digest, VideoMotion],
    styles: Mapping[Digest, ImageStyle],
    sight: Sight | None = None,
) -> Material:
    """Split clips at their own cuts and collect the photos; style references are left out."""
    seen = sight or Sight()
    stretches: list[Stretch] = []
    photos: list[Photo] = []
    for reference in filter(is_seen, references):
        if reference.kind is MediaKind.VIDEO:
            stretches.extend(split_clip(reference, motions[reference.blob], seen))
        else:
            photos.append(see_photo(reference, styles[reference.blob], seen))
    return Material(tuple(stretches), tuple(photos))


def see_photo(reference: Reference, style: ImageStyle, sight: Sight) -> Photo:
    """A photo with all that was seen in it."""
    blob = reference.blob
    return Photo(reference, style, sight.faces.get(blob), sight.labels.get(blob))


def split_clip(
    reference: Reference, motion: VideoMotion, sight: Sight | None = None
) -> list[Stretch]:
    """The uncut stretches of a clip in order: those worth a shot, or all when none is.

    Dissolves and fades belong to no stretch where `sight` knows them.
    """
    seen = sight or Sight()
    faces, labels = seen.clip_faces.get(reference.blob), seen.clip_labels.get(reference.blob)
    stretches = []
    for start, end in _uncut(motion, seen.shots.get(reference.blob)):
        # The clip's own first and last frame need no margin.
        first = start + (_MARGIN_FRAMES if start else 0)
        last = end - 1 - (_MARGIN_FRAMES if end < len(motion.pts) else 0)
        if last < first:
            first, last = start, end - 1
        lab = _triple(motion.shot_lab_mean[_shot_at(motion, first)])
        stretches.append(Stretch(reference, motion, first, last, lab, faces, labels))
    usable = [s for s in stretches if s.end_seconds - s.start_seconds >= _MIN_STRETCH_SECONDS]
    return usable or stretches


def _uncut(motion: VideoMotion, shots: VideoShots | None) -> list[tuple[int, int]]:
    """First frames of the uncut parts of a clip, and the frames after their last."""
    spans = {(int(frame), int(frame)) for frame in motion.shot_starts[1:]}
    # A transition is a span of frames (first, one after the last) that neither shot has alone.
    if shots is not None and len(shots.pts) == len(motion.pts):
        spans |= {(int(first) + 1, int(last) + 1) for first, last in shots.transitions}
    parts, start = [], 0
    for first, stop in sorted(spans):
        if first > start:
            parts.append((start, first))
        start = max(start, stop)
    if start < len(motion.pts):
        parts.append((start, len(motion.pts)))
    return parts


def _shot_at(motion: VideoMotion, frame: int) -> int:
    """The shot of "video.motion" that a frame belongs to."""
    return sum(int(start) <= frame for start in motion.shot_starts) - 1


def _triple(values: np.ndarray) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third
