"""The action `speak`: a packaged voice says a text, as a guide for the voice to be recorded.

The voices are those of hibari (distilled from Kokoro-82M, Apache-2.0): English, 24 kHz. The
network decides how long each phoneme lasts before it is heard, so the times of words are known.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.requests import SpeakRequest
from shared.schema import to_json
from shared.speech import Speech

if TYPE_CHECKING:
    from typing import Any

MIN_SPEED, MAX_SPEED = 0.5, 2.0


def backend(request: SpeakRequest) -> Backend:
    """Who speaks; raises `Unavailable` without the package or the voice, saying what to install.

    Raises `InvalidInput` for a voice that is not known and a speed out of range.
    """
    if not MIN_SPEED <= request.speed <= MAX_SPEED:
        raise InvalidInput(
            f"speed {float(request.speed):g} of a voice; expected {MIN_SPEED:g} to {MAX_SPEED:g}"
        )
    voice = _voice(request.voice)
    environment = environment_of("hibari-tts", "numpy", "onnxruntime", "scipy")
    # A packaged voice is part of the package's build.
    is_packaged = bool(voice.get("bundled"))
    weights = None if is_packaged else Digest(str(voice["sha256"]), int(voice["bytes"]))
    return Backend("speak/hibari", 1, environment, weights)


def perform(request: SpeakRequest, context: Context) -> Digest:
    """Say the text; the result is a `Speech`. Raises `InvalidInput` for a text without words."""
    from services.audio_sync.guide_voice import GuideVoice
    from services.audio_sync.music_edit import wav_bytes
    from shared.script import read_script

    text = read_script(context.blobs.read(request.script))
    context.progress(0.0)
    said = GuideVoice(request.voice).say(text, float(request.speed), context.progress)
    audio = context.blobs.put(wav_bytes(said.sound[:, None]))
    context.progress(1.0)
    return context.blobs.put(to_json(Speech(audio, len(said.sound), said.words)))


def _voice(name: str) -> dict[str, Any]:
    if importlib.util.find_spec("hibari") is None:
        raise Unavailable(
            "a guide voice needs hibari-tts, which is not installed; expected it from `make "
            "setup-models` (pip install -r requirements/models.lock), or a recording by voice"
        )
    from hibari.voices import VOICES, voice_path

    if name not in VOICES:
        raise InvalidInput(
            f"guide voice {name!r} is not known; expected one of {', '.join(VOICES)}"
        )
    try:
        voice_path(name, download_missing=False)
    except FileNotFoundError as error:
        raise Unavailable(
            f"the guide voice {name} is not on this machine; expected its model at {error} "
            f"(`hibari --voice {name} hello` fetches it), or the voice heart, which is packaged"
        ) from None
    voice: dict[str, Any] = VOICES[name]
    return voice
