"""Words: what a brief asks to be heard, the script it gives, and what was said otherwise."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from services.gateway.readable import readable
from shared.blobs import BlobStore
from shared.brief import SpeechOptions
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.script import MAX_SCRIPT_BYTES, Difference, differences, read_script, script_words
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap

_LANGUAGE = re.compile(r"[a-z]{2,3}")
# Libraries that load weights of the user's, as in "transformers:FOLDER".
_LIBRARIES = ("faster-whisper", "openai-whisper", "transformers")
_MAX_TOLD = 5
_MAX_SHOWN_WORDS = 6


def parse_language(text: str) -> str:
    """Read a language code such as "en"."""
    cleaned = text.strip().lower()
    if not _LANGUAGE.fullmatch(cleaned):
        raise InvalidInput(f"language {text[:40]!r} is not a code of 2 or 3 letters such as en")
    return cleaned


def parse_speech_model(text: str, folder: Path | None = None) -> str:
    """Read whose weights hear words: a packaged model's name, `LIBRARY:PATH` or a path.

    A path is made absolute, from `folder` or the current one: workers and services may run
    elsewhere. Whether weights are there is said by who loads them.
    """
    cleaned = text.strip()
    if not cleaned:
        raise InvalidInput("speech_model is empty; expected a name such as whisper-base, or a path")
    library, colon, place = cleaned.partition(":")
    if colon and library in _LIBRARIES and place:
        return f"{library}:{_absolute(place, folder)}"
    if "/" in cleaned or cleaned.startswith((".", "~")):
        return _absolute(cleaned, folder)
    return cleaned


def _absolute(place: str, folder: Path | None) -> str:
    return str((folder or Path()).absolute() / Path(place).expanduser())


async def speech_options(
    blobs: BlobStore,
    is_wanted: bool,
    script: Path | None,
    language: str | None,
    model: str | None = None,
) -> SpeechOptions | None:
    """How words are to be heard, None if they are not; a script is stored.

    `model` is what `parse_speech_model` read, None for the packaged default.

    Raises `NotFound` or `InvalidInput`, naming the file, for a script that cannot be used.
    """
    if not is_wanted and script is None and language is None and model is None:
        return None
    digest = await asyncio.to_thread(store_script, blobs, script) if script is not None else None
    if model is None:
        return SpeechOptions(digest, language)
    return SpeechOptions(digest, language, model)


def script_notes(
    blobs: BlobStore, speech: SpeechOptions | None, sync_map: SyncMap | None
) -> tuple[str, ...]:
    """What a user should know about the words, in sentences; empty when there is nothing."""
    if speech is None or sync_map is None:
        return ()
    if not sync_map.words:
        return ("no words were heard in the sound",)
    if speech.script is None:
        return ()
    written = script_words(read_script(blobs.read(speech.script)))
    found = differences(written, [word.text for word in sync_map.words])
    told = [_told(difference, sync_map) for difference in found[:_MAX_TOLD]]
    if len(found) > _MAX_TOLD:
        told.append(f"what is said differs from the script in {len(found) - _MAX_TOLD} more places")
    return tuple(told)


def store_script(
    blobs: BlobStore, path: Path, what: str = "a script, plain text in UTF-8"
) -> Digest:
    """A script in the store, as it is in its file; `what` is said of one that is not there.

    Raises `NotFound` or `InvalidInput`, naming the file, for one that cannot be used.
    """
    with readable(path, what), path.open("rb") as file:
        data = file.read(MAX_SCRIPT_BYTES + 1)
    try:
        read_script(data)
    except InvalidInput as error:
        raise error.about(str(path)) from None
    return blobs.put(data)


def _told(difference: Difference, sync_map: SyncMap) -> str:
    words = sync_map.words
    word = words[min(difference.index, len(words) - 1)]
    at = f"at {word.start_sample / SAMPLE_RATE_HZ:.1f} s"
    written, spoken = _shown(difference.written), _shown(difference.spoken)
    if not difference.spoken:
        return f"{at} the script has {written}, which is not said"
    if not difference.written:
        return f"{at} {spoken} is said, which is not in the script"
    return f"{at} the script has {written}, but {spoken} is said"


def _shown(words: Sequence[str]) -> str:
    more = " ..." if len(words) > _MAX_SHOWN_WORDS else ""
    return f'"{" ".join(words[:_MAX_SHOWN_WORDS])}{more}"'
