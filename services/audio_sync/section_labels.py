"""What sections are called: letters, and a name where the music justifies one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from string import ascii_uppercase

import numpy as np

BUILD_GROUP = -1
_CLEARLY_LOUDER = 0.03  # of energy: 1.2 dB over all other sections
_MAX_CHORUS_SHARE = 0.65
_MAX_INTRO_SHARE = 0.25


def section_labels(
    groups: Sequence[int],
    num_bars: Sequence[int],
    energies: Sequence[float],
    starts_with_drop: Sequence[bool],
) -> list[str]:
    """A label for each section; equal groups have equal labels, different ones differ.

    The loudest part that comes more than once is the chorus (the drop, if most of its starts are
    drops); what repeats and leads to it is the verse; a quiet part at the song's beginning only
    is the intro, at its end only the outro, at both ends keeps one letter; `BUILD_GROUP` is a
    build. All else is A, B, C...
    """
    names = {BUILD_GROUP: "build"}
    peak = _loudest_repeating(groups, num_bars, energies)
    if peak is not None:
        members = [index for index, group in enumerate(groups) if group == peak]
        drops = sum(starts_with_drop[index] for index in members)
        names[peak] = "drop" if 2 * drops > len(members) else "chorus"
        verse = _leads_to(groups, peak)
        if verse is not None and names[peak] == "chorus":
            names[verse] = "verse"
    _name_ends(names, groups, num_bars, energies)
    letters = iter(ascii_uppercase)
    for group in groups:
        if group not in names:
            names[group] = next(letters, f"S{group}")
    return [names[group] for group in groups]


def _loudest_repeating(
    groups: Sequence[int], num_bars: Sequence[int], energies: Sequence[float]
) -> int | None:
    repeating = [group for group in sorted(set(groups)) if groups.count(group) > 1 and group >= 0]
    if not repeating:
        return None
    means = {group: _mean(groups, num_bars, energies, group) for group in set(groups)}
    best = max(repeating, key=lambda group: means[group])
    bars = sum(n for n, group in zip(num_bars, groups, strict=True) if group == best)
    others = [
        (energy, n)
        for energy, n, group in zip(energies, num_bars, groups, strict=True)
        if group != best
    ]
    if not others or bars > _MAX_CHORUS_SHARE * sum(num_bars):
        return None
    rest = np.average([energy for energy, _ in others], weights=[n for _, n in others])
    loudest_repeating_rest = max((means[g] for g in repeating if g != best), default=0.0)
    is_clear = means[best] >= max(float(rest), loudest_repeating_rest) + _CLEARLY_LOUDER
    return best if is_clear and groups[0] != best else None


def _mean(
    groups: Sequence[int], num_bars: Sequence[int], energies: Sequence[float], wanted: int
) -> float:
    pairs = [
        (energy, n)
        for group, n, energy in zip(groups, num_bars, energies, strict=True)
        if group == wanted
    ]
    return float(np.average([energy for energy, _ in pairs], weights=[n for _, n in pairs]))


def _leads_to(groups: Sequence[int], peak: int) -> int | None:
    """The repeating group that most often stands before the peak, at least twice."""
    before = [a for a, b in pairwise(groups) if b == peak and a != peak]
    best = max(sorted(set(before)), key=before.count, default=None)
    return best if best is not None and before.count(best) > 1 else None


def _name_ends(
    names: dict[int, str],
    groups: Sequence[int],
    num_bars: Sequence[int],
    energies: Sequence[float],
) -> None:
    if len(groups) < 3:
        return
    middle = float(np.average(energies, weights=num_bars))
    for index, name in ((0, "intro"), (len(groups) - 1, "outro")):
        group = groups[index]
        is_short = num_bars[index] <= _MAX_INTRO_SHARE * sum(num_bars)
        is_alone = groups.count(group) == 1
        if group not in names and is_alone and is_short and energies[index] < middle:
            names[group] = name
