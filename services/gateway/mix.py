"""`mix`: one window of one audio and a voice over it, encoded once for every revision of a film."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from services.gateway.levels import brought_to, with_voice
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
# Encoding raises peaks a little; a sound above its ceiling is encoded again, from lower peaks.
_MAX_ENCODINGS = 4
_CEILING_SLACK_DB = 0.05


def backend(request: MixRequest) -> Backend:
    """Who mixes; raises `InvalidInput` for a window without samples and a voice out of place."""
    if request.start_sample < 0 or request.length_samples < 1:
        raise InvalidInput(
            f"a window of {request.length_samples} samples from {request.start_sample} cannot be "
            "mixed; expected a start of at least 0 and a length of at least 1"
        )
    voice = request.voice
    if voice is not None and not 0 <= voice.start_sample < request.length_samples:
        raise InvalidInput(
            f"the voice starts at {voice.start_sample / SAMPLE_RATE_HZ:.2f} s; expected a moment "
            f"of the film, which lasts {request.length_samples / SAMPLE_RATE_HZ:.2f} s"
        )
    if voice is not None and not 0 <= voice.duck_db <= MAX_DUCK_DB:
        raise InvalidInput(f"duck_db {voice.duck_db:g}; expected 0 to {MAX_DUCK_DB:g}")
    return Backend("mix/window", 2, environment_of("av", "numpy"))


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

    Raises `InvalidInput` for a voice that lasts longer than the film.
    """
    from shared.media.audio import decode_audio

    with blobs.local_path(request.audio) as path:
        song = decode_audio(path)
    window = take_window(song, request.start_sample, request.length_samples)
    del song  # ten minutes are 230 MB
    shape_window(window, request.fade_out_samples, starts_inside=request.start_sample > 0)
    if request.voice is not None:
        with blobs.local_path(request.voice.audio) as path:
            spoken = decode_audio(path)
        over = request.voice.start_sample + len(spoken) - request.length_samples
        if over > 0:
            raise InvalidInput(
                f"the voice ends {over / SAMPLE_RATE_HZ:.2f} s after the film; expected one that "
                "ends with it at the latest"
            )
        window = with_voice(window, spoken, request.voice)
    target = LOUDNESS_TARGETS.get(request.loudness)
    return window if target is None else brought_to(window, target, target.ceiling_dbtp)


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
        segment = encode_aac(limit_true_peak(mixed, ceiling), on_progress)
    return segment


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
