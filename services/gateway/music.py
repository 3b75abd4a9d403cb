"""The music under a film, in film frames: its beats, its loudness, and the accents of a shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shared.digest import Digest
from shared.shot import Accent
from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ, SyncMap
from shared.timeline import SongWindow
from shared.timing import frame_at_sample, sample_at_frame

# Beats this close to a cut are the cut; a move cannot arrive on them.
_ACCENT_MARGIN_SECONDS = 0.12
_NO_SOUND_ENERGY = 0.5
_FADE_OUT_SECONDS = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class Music:
    """A sync map as a film hears it: frame 0 plays at `start_sample` of the song.

    `sync_map` None is a film without sound.
    """

    sync_map: SyncMap | None
    start_sample: int
    frame_rate: Fraction

    def frame(self, sample: int) -> int:
        """Film frame nearest to a sample of the song; below 0 before the film starts."""
        rate_hz = self.sync_map.sample_rate_hz if self.sync_map else 1
        return frame_at_sample(sample - self.start_sample, rate_hz, self.frame_rate)

    def beats(self, frame_count: int) -> tuple[tuple[int, float], ...]:
        """(film frame, strength 0..1) of every beat in a film of so many frames, in order."""
        strengths: dict[int, float] = {}
        for beat in self.sync_map.beats if self.sync_map else ():
            frame = self.frame(beat.sample)
            if 0 <= frame < frame_count:
                strengths[frame] = max(beat.strength, strengths.get(frame, 0.0))
        return tuple(sorted(strengths.items()))

    def energy(self, start: int, end: int) -> float:
        """Mean loudness under a span of film frames, 0..1; one half when there is no sound."""
        if self.sync_map is None or not self.sync_map.energy:
            return _NO_SOUND_ENERGY
        offset = Fraction(self.start_sample, self.sync_map.sample_rate_hz)
        first = int((offset + start / self.frame_rate) * ENERGY_RATE_HZ)
        last = int((offset + end / self.frame_rate) * ENERGY_RATE_HZ)
        values = self.sync_map.energy[first : max(last, first + 1)]
        return sum(values) / len(values) if values else 0.0

    def frames_left(self, frame_count: int) -> int | None:
        """Frames of song after a film of so many frames, rounded down; None without sound."""
        if self.sync_map is None:
            return None
        rate_hz = self.sync_map.sample_rate_hz
        end = self.start_sample + sample_at_frame(frame_count, rate_hz, self.frame_rate)
        left = Fraction(self.sync_map.duration_samples - end, rate_hz)
        return int(left * self.frame_rate)


def accents_between(
    beats: Sequence[tuple[int, float]], start: int, end: int, frame_rate: Fraction
) -> tuple[Accent, ...]:
    """The accents of a shot from film frame `start` up to `end`: the beats well inside it."""
    margin = int(_ACCENT_MARGIN_SECONDS * frame_rate) + 1
    return tuple(
        Accent(frame - start, strength)
        for frame, strength in beats
        if start + margin <= frame < end - margin
    )


def song_window(
    audio: Digest,
    start_sample: int,
    frame_count: int,
    frame_rate: Fraction,
    duration_samples: int,
) -> SongWindow:
    """The window of a song under a film; it fades out unless it ends with the song."""
    length = sample_at_frame(frame_count, SAMPLE_RATE_HZ, frame_rate)
    # A window that ends with the song needs no fade: the song has its own end.
    ends_early = start_sample + length < duration_samples - SAMPLE_RATE_HZ // 4
    fade = int(_FADE_OUT_SECONDS * SAMPLE_RATE_HZ) if ends_early else 0
    return SongWindow(audio, start_sample, length, min(fade, length))
