"""Breaking text into lines as an editor would: balanced, at sense, without orphans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

# Words that belong to the one after them: a line or cue does not end on them.
_BOUND_TEXT = """
    a an the of to in on at by for from with and or but nor so as if than that this my your his her
    its our their is are was were be am i we you he she it they no not very don't can't
    der die das ein eine und oder mit von zu im le la les un une de du des et ou el los las y
"""
_BOUND = frozenset(_BOUND_TEXT.split())
_QUOTES = "\"'(\u201c\u201d\u2018\u2019)"
_STOPS = (".", "!", "?", "…")
_PAUSES = (",", ";", ":", "–", "—")
_ORPHAN_CHARACTERS = 5
_MAX_LOCKUP_LINES = 4
_LOCKUP_AIM = 7


def ends_sentence(word: str) -> bool:
    """Whether a word ends with a full stop or the like."""
    return word.rstrip(_QUOTES).endswith(_STOPS)


def ends_clause(word: str) -> bool:
    """Whether a word ends with a comma or the like."""
    return word.rstrip(_QUOTES).endswith(_PAUSES)


def is_bound(word: str) -> bool:
    """Whether a word wants to stand before the next one."""
    return word.lower().strip(_QUOTES) in _BOUND


def break_lines(words: Sequence[str], characters: int, most: int = 2) -> tuple[str, ...]:
    """The words in as few lines as hold them, of about equal length.

    Lines are at most `characters` long where that is possible in `most` lines.
    """
    text = " ".join(words)
    for count in range(1, most + 1):
        lines = _best(words, count)
        if max(map(len, lines)) <= characters or count == most or count >= len(words):
            return lines
    return (text,)


def lockup_lines(words: Sequence[str]) -> tuple[str, ...]:
    """The words in one to four short lines that look well under each other at one width."""
    length = len(" ".join(words))
    wanted = max(1, min(_MAX_LOCKUP_LINES, len(words), round(length / _LOCKUP_AIM)))
    return _best(words, wanted, is_lockup=True)


def _best(words: Sequence[str], count: int, *, is_lockup: bool = False) -> tuple[str, ...]:
    """Exactly `count` lines (fewer if there are fewer words) at the least cost."""
    count = min(count, len(words))
    ends = [0, *accumulate(len(word) + 1 for word in words)]
    aim = (ends[-1] - 1) / count
    # cost[k][j]: the first j words in k lines.
    cost = [[float("inf")] * (len(words) + 1) for _ in range(count + 1)]
    source = [[0] * (len(words) + 1) for _ in range(count + 1)]
    cost[0][0] = 0.0
    for k in range(1, count + 1):
        for j in range(k, len(words) + 1):
            for i in range(k - 1, j):
                length = ends[j] - ends[i] - 1
                here = cost[k - 1][i] + _line_cost(words, i, j, length, aim, is_lockup)
                if here < cost[k][j]:
                    cost[k][j], source[k][j] = here, i
    lines: list[str] = []
    j = len(words)
    for k in range(count, 0, -1):
        i = source[k][j]
        lines.append(" ".join(words[i:j]))
        j = i
    return tuple(reversed(lines))


def _line_cost(
    words: Sequence[str], i: int, j: int, length: int, aim: float, is_lockup: bool
) -> float:
    cost = ((length - aim) / aim) ** 2
    is_last = j == len(words)
    if not is_last:
        last = words[j - 1]
        cost += 0.35 if is_bound(last) else 0.0
        cost -= 0.10 if ends_clause(last) or ends_sentence(last) else 0.0
    if is_last and i > 0 and length <= _ORPHAN_CHARACTERS and not is_lockup:
        cost += 0.5
    # Of two lines the lower may be the longer one, not the other way round.
    return cost + (0.02 if i == 0 and length > aim else 0.0)
