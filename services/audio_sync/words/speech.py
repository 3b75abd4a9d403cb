"""What `analyze` asks of speech: a part of the action's identity, and of its sync map."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.words.clock import to_voice_rate
from services.audio_sync.words.hear import HearingOptions, hear_speech, hear_words
from services.audio_sync.words.models import speech_environment, speech_weights
from shared.blobs import BlobStore
from shared.brief import SpeechOptions
from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.script import read_script
from shared.sync_map import SyncMap

# Raised when words come out differently for an unchanged request.
VERSION = 2


def speech_identity(speech: SpeechOptions | None) -> str:
    """What decides the speech in a sync map: libraries, weights, version.

    Without `speech` only activity is found, if the voice detector is installed; else it is "".
    With it, raises `Unavailable` for what is not installed and `InvalidInput` for a model that
    nobody knows.
    """
    model = None if speech is None else speech.model
    try:
        digest = speech_weights(model)
        return f"{speech_environment(model)} speech=={VERSION}#{digest}"
    except Unavailable:
        if speech is None:
            return ""
        raise


def voice_of(samples: NDArray[np.float32], tick: Callable[[], None]) -> NDArray[np.float32]:
    """What recognisers listen to: float32 [n, channels] at 48 kHz to [ceil(n / 3)] at 16 kHz.

    A sixth of the bytes of stereo sound, which can then be forgotten.
    """
    from shared.media.audio import mono_mix

    return to_voice_rate(mono_mix(samples), tick)


def with_speech(
    sync_map: SyncMap,
    voice: NDArray[np.float32],
    speech: SpeechOptions | None,
    blobs: BlobStore,
    progress: Callable[[float], None],
) -> SyncMap:
    """The sync map with where somebody speaks, and with words if `speech` asks for them.

    `voice` is of `voice_of`. Raises `InvalidInput` for a script that is no text, `Unavailable`
    without weights.
    """
    num_samples = sync_map.duration_samples
    if speech is None:
        is_possible = bool(speech_identity(None))
        spans = hear_speech(voice, num_samples, progress) if is_possible else ()
        return dataclasses.replace(sync_map, speech=spans)
    script = None if speech.script is None else _script(blobs, speech.script)
    options = HearingOptions(script, speech.language, speech.model)
    heard = hear_words(voice, num_samples, options, progress)
    found: dict[str, Any] = {
        "speech": heard.speech,
        "words": heard.words,
        "sentences": heard.sentences,
        "language": heard.language,
    }
    return dataclasses.replace(sync_map, **found)


def _script(blobs: BlobStore, digest: Digest) -> str:
    try:
        return read_script(blobs.read(digest))
    except InvalidInput as error:
        raise error.about("the script") from None
