"""The clips' own sound on the film's time: each part in time with its picture, faded at its ends.

A clip that plays between 0.8 and 1.25 times as fast as recorded is resampled along the picture's
own time map, so that both stay together and its pitch follows; any other is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from shared.sound_tracks import ClipPart
from shared.soundtrack import ClipSound
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timing import sample_at_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shared.blobs import BlobStore
    from shared.media.audio import Samples

    Floats = NDArray[np.float64]

# Half of the crossfade at a cut: 5 ms to either side of it.
HALF_FADE_SAMPLES = SAMPLE_RATE_HZ // 200
_TAPS = 16
# Windows that continue each other to within a tenth of a sample are one recording.
_CONTINUOUS_SECONDS = Fraction(1, 10 * SAMPLE_RATE_HZ)


def joined_parts(parts: Sequence[ClipPart], frame_rate: Fraction) -> tuple[ClipPart, ...]:
    """Parts that continue each other without a break as one: a split must not be heard."""
    joined: list[ClipPart] = []
    for part in parts:
        if part.level is ClipSound.OFF or not part.is_heard(frame_rate):
            continue
        if joined and _continues(joined[-1], part, frame_rate):
            before = joined[-1]
            end = part.start_frame + part.last - before.start_frame
            joined[-1] = replace(before, last=end, fade_out_frames=part.fade_out_frames)
        else:
            joined.append(part)
    return tuple(joined)


def _continues(before: ClipPart, part: ClipPart, frame_rate: Fraction) -> bool:
    if not (before.is_plain and part.is_plain) or before.fade_out_frames or part.fade_in_frames:
        return False
    if (before.source, before.level) != (part.source, part.level):
        return False
    if before.start_frame + before.last != part.start_frame + part.first:
        return False
    ends, begins = (
        before.seconds_at(before.last, frame_rate),
        part.seconds_at(part.first, frame_rate),
    )
    return abs(ends - begins) <= _CONTINUOUS_SECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A part's sound, float32 [num_samples, 2] with its fades, from sample `start` of the film."""

    part: ClipPart
    start: int
    sound: Samples


def laid_parts(
    parts: Sequence[ClipPart], frame_rate: Fraction, num_samples: int, blobs: BlobStore
) -> list[Laid]:
    """What parts sound like in a film of so many samples, as loud as they were recorded.

    Raises `InvalidInput`, not naming the file, for a source without sound.
    """
    found = []
    for part in joined_parts(parts, frame_rate):
        start, end, fade_in, fade_out = span_of(part, frame_rate, num_samples)
        if end <= start:
            continue
        sound = _sound(part, start, end - start, frame_rate, blobs)
        sound[:fade_in] *= _ramp(fade_in)[:, None]
        sound[len(sound) - fade_out :] *= _ramp(fade_out)[::-1, None]
        found.append(Laid(part, start, sound))
    return found


def span_of(part: ClipPart, frame_rate: Fraction, num_samples: int) -> tuple[int, int, int, int]:
    """First and last sample of the film that a part sounds in, and its fades in samples."""

    def at(frame: int) -> int:
        return sample_at_frame(part.start_frame + frame, SAMPLE_RATE_HZ, frame_rate)

    start, end = at(part.first), at(part.last)
    fade_in = at(part.first + part.fade_in_frames) - start
    fade_out = end - at(part.last - part.fade_out_frames)
    if not fade_in:
        start, fade_in = start - HALF_FADE_SAMPLES, 2 * HALF_FADE_SAMPLES
    if not fade_out:
        end, fade_out = end + HALF_FADE_SAMPLES, 2 * HALF_FADE_SAMPLES
    start, end = max(start, 0), min(end, num_samples)
    return start, end, min(fade_in, end - start), min(fade_out, end - start)


def _sound(
    part: ClipPart, start: int, length: int, frame_rate: Fraction, blobs: BlobStore
) -> Samples:
    """What the part plays from sample `start` of the film on, float32 [length, 2]."""
    from shared.media.clip_sound import decode_clip_sound

    with blobs.local_path(part.source) as path:
        if part.is_plain:
            after = Fraction(start, SAMPLE_RATE_HZ) - part.start_frame / frame_rate
            return decode_clip_sound(path, part.start_seconds + after, length)
        seconds = _times(part, start, length, frame_rate)
        first = floor(float(seconds.min()) * SAMPLE_RATE_HZ) - _TAPS
        count = ceil(float(seconds.max()) * SAMPLE_RATE_HZ) + _TAPS - first
        recorded = decode_clip_sound(path, Fraction(first, SAMPLE_RATE_HZ), count)
    return resampled(recorded, seconds * SAMPLE_RATE_HZ - first)


def _times(part: ClipPart, start: int, length: int, frame_rate: Fraction) -> Floats:
    """The source's seconds at each sample, float64 [length]; linear within a frame."""
    import numpy as np

    frames = range(part.first - 1, part.last + 2)
    known = [float(part.seconds_at(frame, frame_rate)) for frame in frames]
    at = (np.arange(start, start + length) / SAMPLE_RATE_HZ) * float(frame_rate)
    return np.interp(at - part.start_frame, np.asarray(frames), known)


def resampled(recorded: Samples, places: Floats) -> Samples:
    """A sound at places between its samples, by a windowed sinc of 16 taps.

    `recorded` is float32 [num_samples, channels]; `places` float64 [length], in samples, at least
    8 from its ends. Returns float32 [length, channels].
    """
    import numpy as np

    whole = np.floor(places).astype(np.int64)
    share = places - whole
    found = np.zeros((len(places), recorded.shape[1]), np.float64)
    for tap in range(1 - _TAPS // 2, _TAPS // 2 + 1):
        distance = share - tap
        weight = np.sinc(distance) * np.cos(distance * (np.pi / _TAPS)) ** 2
        inside = np.clip(whole + tap, 0, len(recorded) - 1)
        found += recorded[inside] * weight[:, None]
    return np.asarray(found, np.float32)


def _ramp(length: int) -> Samples:
    """A sine from 0 to 1: where one sound leaves and another comes, their powers add up to one."""
    import numpy as np

    return np.sin((np.arange(length) + 0.5) / max(length, 1) * (np.pi / 2)).astype(np.float32)
