"""The tracks of a soundtrack: song, voice, clips and effects, each as loud as it is in the mix.

Their sum is the mix before its limiter and the gain of its loudness preset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING

from services.gateway.clip_track import Laid, laid_parts
from services.gateway.ducking import ducking, yielding
from shared.errors import InvalidInput
from shared.requests import MixRequest
from shared.sound_tracks import SoundTracks
from shared.soundtrack import DEFAULT_DUCK_DB, ClipSound, Voice
from shared.stems import TRACK_NAMES
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.blobs import BlobStore
    from shared.digest import Digest
    from shared.media.audio import Samples

# Speech over silence is as loud as EBU R 128 wants a programme.
_SPEECH_LUFS = -23.0
_MAX_VOICE_GAIN_DB = 24.0
# A clip that was hardly recorded at all is not brought up with its noise.
_MAX_CLIP_GAIN_DB = 18.0
UNDER_DB = 10.0
_FADE_SAMPLES = SAMPLE_RATE_HZ // 200


@dataclass(slots=True, eq=False)
class TrackSounds:
    """The tracks that a soundtrack has, each float32 [num_samples, 2] at 48 kHz, or None.

    `front` is the part of the clips that is in front of the song. The song makes room by
    `song_ducked_db` at most.
    """

    song: Samples | None
    voice: Samples | None = None
    clips: Samples | None = None
    effects: Samples | None = None
    front: Samples | None = None
    song_ducked_db: float = 0.0

    @property
    def speech(self) -> Samples | None:
        """What the song makes room for: the voice, or else clips in front."""
        return self.front if self.voice is None else self.voice

    def beside_speech(self) -> Samples | None:
        """Everything else; None where there is nothing."""
        others = [self.song, self.clips, self.effects]
        if self.voice is None and self.clips is not None and self.front is not None:
            others[1] = self.clips - self.front
        return _sum(others)

    def total(self, num_samples: int) -> Samples:
        """Their sum, float32 [num_samples, 2]; the song alone is itself."""
        import numpy as np

        present = [track for _, track in self.named()]
        if not present:
            return np.zeros((num_samples, 2), np.float32)
        total = present[0]
        for track in present[1:]:
            total = total + track
        return total

    def named(self) -> list[tuple[str, Samples]]:
        """The tracks there are, by name."""
        tracks = zip(TRACK_NAMES, (self.song, self.voice, self.clips, self.effects), strict=True)
        return [(name, track) for name, track in tracks if track is not None]


def track_sounds(request: MixRequest, song: Samples | None, blobs: BlobStore) -> TrackSounds:
    """All tracks of a mix over the window of its song, float32 [length_samples, 2], shaped.

    Voices and clips in front are as loud as the song is alone, clips under it 10 dB below. The
    song makes room for the former, clips for voices, and clips under the song for those in front.
    Effects are as they were recorded. Raises `InvalidInput` for a voice that lasts longer than
    the film, and a clip without sound.
    """
    import numpy as np

    from shared.media.loudness import measure_loudness

    length = request.length_samples
    extra = request.tracks
    laid = laid_parts(extra.clips, extra.frame_rate, length, blobs) if extra else []
    voice, spoken, duck_db = _voice_track(request, blobs)
    wanted = measure_loudness(song).integrated_lufs if song is not None else None
    loudness = {key: _loudness(group) for key, group in _by_source(laid).items()}
    if wanted is None:
        # Without a song, clips stay as they were recorded; the loudest in front sets the level.
        found = [lufs for (_, level), lufs in loudness.items() if level is ClipSound.FULL and lufs]
        wanted = max(found, default=None)
    tracks = TrackSounds(song)
    if voice is not None and spoken is not None:
        target = _SPEECH_LUFS if wanted is None else wanted
        gain_db = min(target - spoken, _MAX_VOICE_GAIN_DB, _headroom_db([voice]))
        voice *= np.float32(10 ** (gain_db / 20))
        tracks.voice = voice
        wanted = target
    front, under = _clip_tracks(laid, loudness, wanted, length)
    if tracks.voice is not None:
        front, under = (_below(track, tracks.voice, duck_db) for track in (front, under))
    if front is not None:
        under = _below(under, front, duck_db)
    speech = _sum([tracks.voice, front])
    if speech is not None and song is not None:
        gains = yielding(song, speech, duck_db)
        tracks.song = song * gains[:, None]
        tracks.song_ducked_db = round(-20 * log10(max(float(gains.min()), 1e-9)), 2) + 0.0
    tracks.front = front
    tracks.clips = _sum([front, under])
    tracks.effects = _effects_track(extra, length, blobs)
    return tracks


def _voice_track(
    request: MixRequest, blobs: BlobStore
) -> tuple[Samples | None, float | None, float]:
    """All voices on one track as recorded, their LUFS, and how far the song makes room."""
    import numpy as np

    from shared.media.audio import decode_audio
    from shared.media.loudness import measure_loudness

    lines = request.tracks.voices if request.tracks else ()
    voices: list[Voice] = [*([request.voice] if request.voice else []), *lines]
    if not voices:
        return None, None, DEFAULT_DUCK_DB
    parts: list[Samples] = []
    track = np.zeros((request.length_samples, 2), np.float32)
    for voice in voices:
        with blobs.local_path(voice.audio) as path:
            spoken = decode_audio(path)
        over = voice.start_sample + len(spoken) - request.length_samples
        if over > 0:
            raise InvalidInput(
                f"the voice ends {over / SAMPLE_RATE_HZ:.2f} s after the film; expected one that "
                "ends with it at the latest"
            )
        _soften(spoken)
        track[voice.start_sample : voice.start_sample + len(spoken)] += spoken
        parts.append(spoken)
    # Measured without the silence between: blocks with a little speech would count.
    loudness = measure_loudness(np.concatenate(parts)).integrated_lufs
    return track, loudness, max(voice.duck_db for voice in voices)


def _soften(sound: Samples) -> None:
    """Fade both ends over 5 ms: a recording that begins inside a sound would click."""
    import numpy as np

    length = min(_FADE_SAMPLES, len(sound) // 2)
    ramp = np.linspace(0, 1, length, endpoint=False, dtype=np.float32)
    sound[:length] *= ramp[:, None]
    sound[len(sound) - length :] *= ramp[::-1, None]


def _by_source(laid: Sequence[Laid]) -> dict[tuple[Digest, ClipSound], list[Laid]]:
    groups: dict[tuple[Digest, ClipSound], list[Laid]] = {}
    for item in laid:
        groups.setdefault((item.part.source, item.part.level), []).append(item)
    return groups


def _loudness(group: Sequence[Laid]) -> float | None:
    """How loud the parts of one clip are together: what is louder in it stays louder."""
    import numpy as np

    from shared.media.loudness import measure_loudness

    return measure_loudness(np.concatenate([item.sound for item in group])).integrated_lufs


def _clip_tracks(
    laid: Sequence[Laid],
    loudness: dict[tuple[Digest, ClipSound], float | None],
    wanted: float | None,
    length: int,
) -> tuple[Samples | None, Samples | None]:
    """Clips in front and clips under the song, each at its level; None where there are none."""
    import numpy as np

    tracks: dict[ClipSound, Samples] = {}
    headroom = {
        key: _headroom_db([item.sound for item in group]) for key, group in _by_source(laid).items()
    }
    for item in laid:
        key = item.part.source, item.part.level
        level, found = item.part.level, loudness[key]
        if found is None:
            continue
        gain_db = 0.0
        if wanted is not None:
            goal = wanted - (UNDER_DB if level is ClipSound.UNDER else 0.0)
            gain_db = min(goal - found, _MAX_CLIP_GAIN_DB, headroom[key])
        track = tracks.setdefault(level, np.zeros((length, 2), np.float32))
        gain = np.float32(10 ** (gain_db / 20))
        track[item.start : item.start + len(item.sound)] += item.sound * gain
    return tracks.get(ClipSound.FULL), tracks.get(ClipSound.UNDER)


def _headroom_db(sounds: Sequence[Samples]) -> float:
    """How far sounds can be turned up before they exceed full scale."""
    import numpy as np

    peak = max(float(np.abs(sound).max(initial=0.0)) for sound in sounds)
    return -20 * log10(max(peak, 1e-5))


def _below(track: Samples | None, voice: Samples, duck_db: float) -> Samples | None:
    return None if track is None else track * ducking(voice, duck_db)[:, None]


def _effects_track(extra: SoundTracks | None, length: int, blobs: BlobStore) -> Samples | None:
    """Effects where they were placed; what reaches beyond the film ends with it."""
    import numpy as np

    from shared.media.audio import decode_audio

    if extra is None or not extra.effects:
        return None
    track = np.zeros((length, 2), np.float32)
    for effect in extra.effects:
        with blobs.local_path(effect.audio) as path:
            sound = decode_audio(path)[: max(0, length - effect.start_sample)]
        _soften(sound)
        gain = np.float32(10 ** (effect.gain_db / 20))
        track[effect.start_sample : effect.start_sample + len(sound)] += sound * gain
    return track


def _sum(tracks: Iterable[Samples | None]) -> Samples | None:
    present = [track for track in tracks if track is not None]
    if not present:
        return None
    total = present[0]
    for track in present[1:]:
        total = total + track
    return total
