"""The action `sync_take`: from the scratch sound of a take to its place in the song."""

from __future__ import annotations

from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.requests import SyncTakeRequest
from shared.schema import to_json


def backend(request: SyncTakeRequest) -> Backend:
    """Who listens: correlation of our own, on numpy and scipy."""
    return Backend("sync_take/correlation", 1, environment_of("av", "numpy", "scipy"))


def perform(request: SyncTakeRequest, context: Context) -> Digest:
    """Decode both sounds, find the one in the other, store the `TakeSync`.

    Raises `InvalidInput` for what is no sound or has none.
    """
    from services.audio_sync.takes import SYNC_RATE_HZ, sync
    from shared.media.audio import decode_audio, mono_mix

    sounds = []
    for number, digest in enumerate((request.take, request.song)):
        context.progress(0.3 * number)
        with context.blobs.local_path(digest) as path:
            sounds.append(mono_mix(decode_audio(path, SYNC_RATE_HZ, channels=2)))
    context.progress(0.6)
    found = sync(*sounds)
    context.progress(1.0)
    return context.blobs.put(to_json(found))
