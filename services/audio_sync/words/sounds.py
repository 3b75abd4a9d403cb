"""How alike two wordings sound, for comparing a script with what was recognised."""

from __future__ import annotations

from collections.abc import Callable

from services.audio_sync.words.align import Aligner
from services.audio_sync.words.pronounce import Lookup, pronounce
from shared.script import plain_word


def sounds_for(aligner: Aligner | None) -> Callable[[str], tuple[str, ...]]:
    """From a written word to its sounds; to its letters where no aligner knows the language."""
    if aligner is None:
        return lambda word: tuple(plain_word(word))
    lookup: Lookup = aligner.lookup

    def sounds_of(word: str) -> tuple[str, ...]:
        return tuple(
            sound
            for item in pronounce(word, lookup)
            for sound in (item.sounds or (lookup(item.name) or "").split())
        )

    return sounds_of
