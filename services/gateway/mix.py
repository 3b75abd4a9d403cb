"""`mix`: one window of a song and all that is laid over it, encoded once for a film's revisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from services.gateway.levels import brought_to
from services.gateway.tracks import TrackSounds, track_sounds
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import MixRequest
from shared.soundtrack import LOUDNESS_TARGETS, MAX_DUCK_DB
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.blobs import BlobStore
    from shared.media.audio import Samples
    from shared.media.segment import Segment

# A window that starts inside the song would click: its first sample is not silence.
_FADE_IN_SAMPLES = 240  # 5 ms at 48 kHz
_MIXED_SHARE = 0.4
_SUM_CEILING_DBTP = -1.0  # of tracks together, before any preset
# Encoding raises peaks a little; a sound above its ceiling is encoded again, from lower peaks.
_MAX_ENCODINGS = 4
_CEILING_SLACK_DB = 0.05
# A master's peaks are even; those of clips and voices are not, and the limiter takes more of them.
_SONG_ROUNDS, _MAX_ROUNDS = 3, 12


def backend(request: MixRequest) -> Backend:
    """Who mixes; raises `InvalidInput` for a window without samples and what starts outside it."""
    if request.start_sample < 0 or request.length_samples < 1:
        raise InvalidInput(
            f"a window of {request.length_samples} samples from {request.start_sample} cannot be "
            "mixed; expected a start of at least 0 and a length of at least 1"
        )
    extra = request.tracks
    for voice in (request.voice, *(extra.voices if extra else ())):
        if voice is not None and not 0 <= voice.duck_db <= MAX_DUCK_DB:
            raise InvalidInput(f"duck_db {voice.duck_db:g}; expected 0 to {MAX_DUCK_DB:g}")
    starts = [("voice", voice.start_sample) for voice in extra.voices] if extra else []
    starts += [("voice", request.voice.start_sample)] if request.voice else []
    starts += [("effect", effect.start_sample) for effect in extra.effects] if extra else []
    for name, start in starts:
        if not 0 <= start < request.length_samples:
            raise InvalidInput(
                f"the {name} starts at {start / SAMPLE_RATE_HZ:.2f} s; expected a moment of the "
                f"film, which lasts {request.length_samples / SAMPLE_RATE_HZ:.2f} s"
            )
    environment = environment_of("av", "numpy")
    # Two, so that a change to one leaves films of the other as they are.
    if has_tracks(request):
        return Backend("mix/tracks", 1, environment)
    return Backend("mix/window", 2, environment)


def perform(request: MixRequest, context: Context) -> Digest:
    """Decode the audio, mix, encode; the result is an AAC `Segment`."""
    mixed = mix_down(request, context.blobs)
    context.progress(_MIXED_SHARE)
    segment = _encoded(
        mixed, request, lambda done: context.progress(_MIXED_SHARE + done * (1 - _MIXED_SHARE))
    )
    return context.blobs.put(segment.to_bytes())


def mix_down(request: MixRequest, blobs: BlobStore) -> Samples:
    """The soundtrack before it is encoded: float32 [length_samples, 2] at 48 kHz.

    Raises what `track_sounds` raises.
    """
    from shared.media.loudness import limit_true_peak

    mixed = mixed_tracks(request, blobs).total(request.length_samples)
    if has_tracks(request):
        mixed = limit_true_peak(mixed, _SUM_CEILING_DBTP)
    target = LOUDNESS_TARGETS.get(request.loudness)
    if target is None:
        return mixed
    return brought_to(mixed, target, target.ceiling_dbtp, _rounds(request))


def mixed_tracks(request: MixRequest, blobs: BlobStore) -> TrackSounds:
    """The tracks whose sum is limited and then brought to the preset.

    Raises what `track_sounds` raises.
    """
    from shared.media.audio import decode_audio

    window = None
    if request.audio is not None:
        with blobs.local_path(request.audio) as path:
            song = decode_audio(path)
        window = take_window(song, request.start_sample, request.length_samples)
        del song  # ten minutes are 230 MB
        shape_window(window, request.fade_out_samples, starts_inside=request.start_sample > 0)
    if not has_tracks(request):
        return TrackSounds(window)
    return track_sounds(request, window, blobs)


def has_tracks(request: MixRequest) -> bool:
    """Whether there is more than a song."""
    return request.voice is not None or request.tracks is not None


def _encoded(mixed: Samples, request: MixRequest, on_progress: Callable[[float], None]) -> Segment:
    """The sound as AAC; its true peak, as decoded, is below the ceiling of the preset."""
    from shared.media.loudness import limit_true_peak, measure_loudness
    from shared.media.sound import decode_aac, encode_aac

    segment = encode_aac(mixed, on_progress)
    target = LOUDNESS_TARGETS.get(request.loudness)
    if target is None:
        return segment
    ceiling = target.ceiling_dbtp
    for _ in range(_MAX_ENCODINGS - 1):
        peak = measure_loudness(decode_aac(segment)).true_peak_dbtp
        if peak is None or peak <= target.ceiling_dbtp:
            break
        ceiling -= peak - target.ceiling_dbtp + _CEILING_SLACK_DB
        if has_tracks(request):  # claps and plosives: what is taken from them is missed
            lowered = brought_to(mixed, target, ceiling, _rounds(request))
        else:
            lowered = limit_true_peak(mixed, ceiling)
        segment = encode_aac(lowered, on_progress)
    return segment


def _rounds(request: MixRequest) -> int:
    return _MAX_ROUNDS if has_tracks(request) else _SONG_ROUNDS


def take_window(song: Samples, start_sample: int, length_samples: int) -> Samples:
    """A copy of a window of a song, with silence where the song has ended.

    `song` is float32 [num_samples, channels]; returns float32 [length_samples, channels].
    """
    import numpy as np

    window = np.zeros((length_samples, song.shape[1]), np.float32)
    part = song[start_sample : start_sample + length_samples]
    window[: len(part)] = part
    return window


def shape_window(window: Samples, fade_out_samples: int, *, starts_inside: bool) -> None:
    """Fade a window in place; it is turned down only if it exceeds full scale.

    `window` is float32 [num_samples, channels]. The last `fade_out_samples` follow a cosine to
    silence; with `starts_inside` the first 5 ms rise the same way.
    """
    import numpy as np

    peak = float(max(window.max(), -window.min()))
    if peak > 1:
        window /= peak
    if starts_inside:
        rise = _quarter_wave(min(_FADE_IN_SAMPLES, len(window)))
        window[: len(rise)] *= rise[:, None]
    if fade_out_samples > 0:
        fall = _quarter_wave(min(fade_out_samples, len(window)))[::-1]
        window[len(window) - len(fall) :] *= fall[:, None]
    np.clip(window, -1, 1, out=window)  # the division may leave 1 ulp above


def _quarter_wave(length: int) -> Samples:
    """A sine from 0 towards 1: with its mirror image the power of both adds up to one."""
    import numpy as np

    return np.sin(np.arange(length) / length * (np.pi / 2)).astype(np.float32)
