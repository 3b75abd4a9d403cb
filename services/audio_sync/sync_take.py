"""The action `sync_take`: from the scratch sound of a take to its place in the song."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.requests import SyncTakeRequest
from shared.schema import to_json
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync


def backend(request: SyncTakeRequest) -> Backend:
    """Who listens: correlation of our own, on numpy and scipy."""
    return Backend("sync_take/correlation", 2, environment_of("av", "numpy", "scipy"))


def perform(request: SyncTakeRequest, context: Context) -> Digest:
    """Decode both sounds, find the one in the other, store the `TakeSync`.

    Raises `InvalidInput` for what is no sound or has none.
    """
    from services.audio_sync.takes import SYNC_RATE_HZ, sync
    from shared.media.audio import decode_audio, mono_mix
    from shared.media.sound_delay import sound_delay_seconds

    sounds = []
    with context.blobs.local_path(request.take) as path:
        delay = sound_delay_seconds(path)
    for number, digest in enumerate((request.take, request.song)):
        context.progress(0.3 * number)
        with context.blobs.local_path(digest) as path:
            sounds.append(mono_mix(decode_audio(path, SYNC_RATE_HZ, channels=2)))
    context.progress(0.6)
    found = sync(*sounds)
    context.progress(1.0)
    return context.blobs.put(to_json(_from_first_picture(found, delay)))


def _from_first_picture(found: TakeSync, delay_seconds: Fraction) -> TakeSync:
    """The place of the take's first picture, whose sound began so much later."""
    if found.offset_samples is None or not delay_seconds:
        return found
    lag = float(delay_seconds) * SAMPLE_RATE_HZ * (1 + (found.drift_ppm or 0.0) / 1e6)
    return replace(found, offset_samples=round(found.offset_samples - lag, 3))
