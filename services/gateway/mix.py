"""`mix`: one window of one audio, as it was mastered, encoded once for every revision of a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import MixRequest

if TYPE_CHECKING:
    from shared.media.audio import Samples

# A window that starts inside the song would click: its first sample is not silence.
_FADE_IN_SAMPLES = 240  # 5 ms at 48 kHz
_DECODED_SHARE = 0.3


def backend(request: MixRequest) -> Backend:
    """Who mixes; raises `InvalidInput` for a window without samples."""
    if request.start_sample < 0 or request.length_samples < 1:
        raise InvalidInput(
            f"a window of {request.length_samples} samples from {request.start_sample} cannot be "
            "mixed; expected a start of at least 0 and a length of at least 1"
        )
    return Backend("mix/window", 1, environment_of("av", "numpy"))


def perform(request: MixRequest, context: Context) -> Digest:
    """Decode the audio, take the window, fade, encode; the result is an AAC `Segment`."""
    from shared.media.audio import decode_audio
    from shared.media.sound import encode_aac

    with context.blobs.local_path(request.audio) as path:
        song = decode_audio(path)
    window = take_window(song, request.start_sample, request.length_samples)
    del song  # ten minutes are 230 MB
    shape_window(window, request.fade_out_samples, starts_inside=request.start_sample > 0)
    context.progress(_DECODED_SHARE)
    segment = encode_aac(
        window, lambda done: context.progress(_DECODED_SHARE + done * (1 - _DECODED_SHARE))
    )
    return context.blobs.put(segment.to_bytes())


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
