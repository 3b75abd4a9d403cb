"""What a brief says about sound beside its song: clips' own sound, a script to say, effects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from reprlib import repr as shown  # what was found may be as long as it likes
from typing import Any, Protocol

from services.gateway.brief_values import one_of
from services.gateway.scripts import store_script
from shared.blobs import BlobStore
from shared.brief import EffectWish, Narration
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.media.limits import MAX_MEDIA_SECONDS
from shared.observation import MediaInfo
from shared.soundtrack import MAX_EFFECT_DB, MIN_EFFECT_DB, ClipSound

MAX_EFFECTS = 100
_EFFECT_KEYS = frozenset({"path", "seconds", "gain_db"})


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """A sound effect as named by the user, at so many seconds of the film."""

    path: Path
    seconds: Fraction
    gain_db: float = 0.0


class _Taken(Protocol):
    @property
    def blob(self) -> Digest: ...
    @property
    def info(self) -> MediaInfo: ...


def parse_clip_sound(text: str) -> ClipSound:
    """Read how much of the clips' own sound is heard."""
    return one_of(ClipSound, text, "clip_sound")


def parse_say_voice(text: str) -> str:
    """Read the name of a guide voice; whether there is one is said by who speaks."""
    return text.strip()


def effects_of(document: Any, folder: Path) -> tuple[EffectSpec, ...]:
    """Read the `effects` of a brief: a list of {path, seconds, gain_db}."""
    if not isinstance(document, list) or len(document) > MAX_EFFECTS:
        raise InvalidInput(
            f"effects: expected a list of at most {MAX_EFFECTS}, each with path and seconds; "
            f"found {shown(document)}"
        )
    return tuple(_effect(item, folder) for item in document)


def _effect(item: Any, folder: Path) -> EffectSpec:
    if not isinstance(item, dict) or not {"path", "seconds"} <= item.keys() <= _EFFECT_KEYS:
        raise InvalidInput(
            f"effects: expected path and seconds, and gain_db if it is wanted; found {shown(item)}"
        )
    seconds = _number(item["seconds"], "seconds", 0, MAX_MEDIA_SECONDS)
    gain_db = _number(item.get("gain_db", "0"), "gain_db", MIN_EFFECT_DB, MAX_EFFECT_DB)
    if not isinstance(item["path"], str):
        raise InvalidInput(f"effects: expected a path, found {shown(item['path'])}")
    return EffectSpec(folder / item["path"], seconds, float(gain_db))


def _number(text: Any, name: str, least: float, most: float) -> Fraction:
    digits = text.strip().removeprefix("-") if isinstance(text, str) else ""
    # No exponents: Fraction("1e999999999") would not end.
    if len(digits) > 18 or not digits.replace(".", "", 1).isdecimal() or not digits.isascii():
        raise InvalidInput(f"effects: {name} {shown(text)} is not a number")
    value = Fraction(text.strip())
    if not least <= value <= most:
        raise InvalidInput(
            f"effects: {name} {text} is out of range; expected {least:g} to {most:g}"
        )
    return value


async def store_narration(
    blobs: BlobStore, script: Path | None, voice: str | None
) -> Narration | None:
    """A script that is to be said, in the store; None without one.

    Raises `NotFound` or `InvalidInput`, naming the file, for one that cannot be used.
    """
    if script is None:
        if voice is not None:
            raise InvalidInput(f"say_voice {shown(voice)}: there is nothing to say; expected say")
        return None
    digest = await asyncio.to_thread(store_script, blobs, script, "a text to say, in UTF-8")
    return Narration(digest) if voice is None else Narration(digest, voice)


async def take_effects(
    effects: tuple[EffectSpec, ...], ingest: Callable[[Path], Awaitable[_Taken]]
) -> tuple[EffectWish, ...]:
    """Effects with their sounds in the store; raises `InvalidInput` for a file without sound."""
    wishes = []
    for effect in effects:
        taken = await ingest(effect.path)
        if taken.info.audio_codec is None:
            raise InvalidInput(f"{effect.path}: has no sound; expected a sound effect")
        wishes.append(EffectWish(taken.blob, effect.seconds, effect.gain_db, str(effect.path)))
    return tuple(wishes)
