"""Sentences out of words: by their punctuation, and by pauses that no sentence has inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from shared.sync_map import SAMPLE_RATE_HZ, SpokenText

_END = re.compile(r"[.!?…。\uff01\uff1f][\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|jr|sr|[b-hj-z])\.", re.IGNORECASE
)
_LONGEST_PAUSE_SAMPLES = round(1.2 * SAMPLE_RATE_HZ)
# A recogniser that hears badly writes no full stops: what then looks like a sentence this long
# is several, and ends at every pause for breath.
_MOST_WORDS = 25
_BREATH_SAMPLES = round(0.3 * SAMPLE_RATE_HZ)
# Languages that are written without spaces between words.
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "km", "yue"})


def sentences_of(words: Sequence[SpokenText], language: str | None) -> tuple[SpokenText, ...]:
    """The sentences of words in order of time; confidence is the mean of their words'."""
    groups: list[list[SpokenText]] = []
    for index, word in enumerate(words):
        if index == 0 or _ends(words[index - 1], word):
            groups.append([])
        groups[-1].append(word)
    groups = [part for group in groups for part in _in_breaths(group)]
    space = "" if language in _WITHOUT_SPACES else " "
    return tuple(
        SpokenText(
            space.join(word.text for word in group),
            group[0].start_sample,
            max(word.end_sample for word in group),
            round(sum(word.confidence for word in group) / len(group), 4),
        )
        for group in groups
    )


def _in_breaths(group: list[SpokenText]) -> list[list[SpokenText]]:
    if len(group) <= _MOST_WORDS:
        return [group]
    parts = [[group[0]]]
    for word, following in pairwise(group):
        if following.start_sample - word.end_sample >= _BREATH_SAMPLES:
            parts.append([])
        parts[-1].append(following)
    return parts


def _ends(word: SpokenText, following: SpokenText) -> bool:
    if following.start_sample - word.end_sample > _LONGEST_PAUSE_SAMPLES:
        return True
    if not _END.search(word.text):
        return False
    return not _ABBREVIATION.fullmatch(word.text.lstrip("\"'“\u2018(["))
