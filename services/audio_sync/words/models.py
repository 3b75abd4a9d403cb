"""Which recogniser a model's name means, what identifies it in an action key, and loading it.

"whisper-base" and "whisper-tiny.en" come from packages. "faster-whisper:FOLDER",
"openai-whisper:FILE.pt" and "transformers:FOLDER" name weights that the user has on this machine;
a path alone is taken for the library whose weights are there. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from services.audio_sync.words.faster_whisper import FasterWhisper
from services.audio_sync.words.openai_whisper import OpenaiWhisper
from services.audio_sync.words.recognizer import Recognizer
from services.audio_sync.words.transformers_whisper import TransformersWhisper
from services.audio_sync.words.user_weights import (
    FASTER_WHISPER,
    OPENAI_WHISPER,
    TRANSFORMERS,
    check_fits,
    library_of,
)
from services.audio_sync.words.weights import (
    PACKAGED,
    VOICE_ACTIVITY,
    check_installed,
    open_weights,
)
from shared.actions import environment_of
from shared.digest import Digest
from shared.errors import InvalidInput, OnbeatError, Unavailable

_OF_USER = {
    FASTER_WHISPER: ("faster-whisper", "ctranslate2"),
    OPENAI_WHISPER: ("openai-whisper", "torch"),
    TRANSFORMERS: ("transformers", "torch"),
}
_PACKAGED_LIBRARIES = ("faster-whisper", "ctranslate2")
_MAX_REASON = 200


def speech_environment(model: str | None) -> str:
    """The libraries that decide what is heard; `model` None finds only where speech is.

    Raises `Unavailable` for what is not installed.
    """
    if model is None:
        return environment_of("faster-whisper", "onnxruntime", "scipy")
    kind, source = _parse(model)
    libraries = _OF_USER[kind] if source else _PACKAGED_LIBRARIES
    return environment_of("onnxruntime", "pocketsphinx", "scipy", *{"faster-whisper", *libraries})


def speech_weights(model: str | None) -> Digest:
    """The identity of all weights that are used; raises `Unavailable` when they are missing."""
    check_installed(VOICE_ACTIVITY)
    if model is None:
        return VOICE_ACTIVITY.digest
    kind, source = _parse(model)
    if source is None:
        check_installed(PACKAGED[kind])
        digest = PACKAGED[kind].digest
    else:
        digest = _digest_of(source)
    return Digest.of_bytes(f"{VOICE_ACTIVITY.digest} {digest}".encode())


@cache
def load_recognizer(model: str) -> Recognizer:
    """The recogniser of a model's name; this process keeps it.

    Raises `Unavailable` for a library or weights that are missing, `InvalidInput` for weights of
    the user that the library does not load.
    """
    kind, source = _parse(model)
    if source is None:
        return FasterWhisper(kind, open_weights(PACKAGED[kind]))
    try:
        return _load(kind, source)
    except (OnbeatError, MemoryError):
        raise
    except Exception as error:  # three libraries answer what they cannot load with all they have
        reason = " ".join(str(error).split())[:_MAX_REASON]
        raise InvalidInput(
            f"{source}: {kind} cannot load it ({type(error).__name__}: {reason}); expected "
            "weights of a whisper"
        ) from error


def _load(kind: str, source: Path) -> Recognizer:
    if kind == OPENAI_WHISPER:
        return OpenaiWhisper(source)
    if kind == TRANSFORMERS:
        return TransformersWhisper(source)
    return FasterWhisper(kind, source)


def _parse(model: str) -> tuple[str, Path | None]:
    """A packaged model's name, or a library and where the user has weights for it."""
    if model in PACKAGED:
        return model, None
    kind, colon, place = model.partition(":")
    is_named = kind in _OF_USER and bool(colon) and bool(place)
    if not is_named and not _is_path(model):
        names = ", ".join([*PACKAGED, *(f"{name}:PATH" for name in _OF_USER)])
        raise InvalidInput(
            f"speech model {model!r} is not known; expected one of {names}, or a path"
        )
    path = Path(place if is_named else model).expanduser()
    if not path.exists():
        raise Unavailable(
            f"the weights of {model} are not there: {path}; expected a file or folder on this "
            "machine (nothing is downloaded), or whisper-base"
        )
    if not is_named:
        return library_of(path), path
    check_fits(kind, path)
    return kind, path


def _is_path(text: str) -> bool:
    return text.startswith((".", "~")) or "/" in text


def _digest_of(path: Path) -> Digest:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    stamps = tuple(
        (str(file), file.stat().st_size, file.stat().st_mtime_ns)
        for file in files
        if file.is_file()
    )
    return _digest_of_files(path, stamps)


@cache
def _digest_of_files(path: Path, stamps: tuple[tuple[str, int, int], ...]) -> Digest:
    """Read once for as long as names, sizes and times stay: weights may be gigabytes."""
    lines = []
    for name, _, _ in stamps:
        with Path(name).open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        relative = Path(name).relative_to(path) if Path(name) != path else Path(path.name)
        lines.append(f"{content}  {relative.as_posix()}")
    return Digest.of_bytes("\n".join(lines).encode())
