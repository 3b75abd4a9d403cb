"""A given script against what was recognised: its spelling where it was said, the truth elsewhere.

A recogniser misspells names and hears "patients" for "patience": where the script has words that
sound like those recognised, the script is right. Words that sound otherwise were said otherwise,
and stay as they were recognised; `shared.script.differences` then finds them.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Sequence
from itertools import pairwise

from services.audio_sync.words.recognizer import RoughWord
from shared.script import plain_word, script_words

# Of all sounds of two wordings, how many may differ for them to be one.
_MAX_SOUND_DISTANCE = 0.45

# The sounds of a word, one after the other; letters will do.
Sounds = Callable[[str], Sequence[str]]


def in_script_words(
    heard: Sequence[RoughWord], script: str, sounds_of: Sounds
) -> tuple[RoughWord, ...]:
    """The recognised words, in the script's own where they agree with it by sound.

    Times of words that replace others are spread over the time of those.
    """
    written = script_words(script)
    matcher = difflib.SequenceMatcher(
        None,
        [plain_word(word) for word in written],
        [plain_word(word.text) for word in heard],
        autojunk=False,
    )
    result: list[RoughWord] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        lines, words = written[a:b], heard[c:d]
        if kind == "equal":
            pairs = zip(lines, words, strict=True)
            result += [dataclasses.replace(word, text=text) for text, word in pairs]
        elif lines and words:
            result += _settled(lines, words, sounds_of)
        else:
            result += words
    return tuple(result)


def _settled(
    lines: Sequence[str], words: Sequence[RoughWord], sounds_of: Sounds
) -> list[RoughWord]:
    """One stretch where script and recogniser disagree: as many words of the script as fit."""
    if _distance(lines, [word.text for word in words], sounds_of) <= _MAX_SOUND_DISTANCE:
        return _spread(lines, words)
    if len(lines) == len(words):
        settled: list[RoughWord] = []
        for text, word in zip(lines, words, strict=True):
            same = _distance([text], [word.text], sounds_of) <= _MAX_SOUND_DISTANCE
            settled.append(dataclasses.replace(word, text=text) if same else word)
        return settled
    return list(words)


def _distance(lines: Sequence[str], texts: Sequence[str], sounds_of: Sounds) -> float:
    """Edits from one wording's sounds to the other's, relative to the longer."""
    one = [sound for text in lines for sound in sounds_of(text)]
    other = [sound for text in texts for sound in sounds_of(text)]
    row = list(range(len(other) + 1))
    for i, sound in enumerate(one, 1):
        row_above, row = row, [i]
        for j, candidate in enumerate(other, 1):
            row.append(min(row[-1] + 1, row_above[j] + 1, row_above[j - 1] + (sound != candidate)))
    return row[-1] / max(1, len(one), len(other))


def _spread(lines: Sequence[str], words: Sequence[RoughWord]) -> list[RoughWord]:
    start, end = words[0].start_s, words[-1].end_s
    confidence = sum(word.confidence for word in words) / len(words)
    if len(lines) == len(words):
        pairs = zip(lines, words, strict=True)
        return [dataclasses.replace(word, text=text) for text, word in pairs]
    letters = [max(1, len(text)) for text in lines]
    edges = [start + (end - start) * sum(letters[:k]) / sum(letters) for k in range(len(lines) + 1)]
    return [
        RoughWord(text, a, b, confidence, words[0].segment)
        for text, (a, b) in zip(lines, pairwise(edges), strict=True)
    ]
