"""Where cues break the rules, in sentences for the report. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from services.gateway.cues import MAX_CHARACTERS_PER_SECOND, MIN_SECONDS, CueRules
from shared.captions import Caption

# A cue that hangs over a cut by less than this flashes.
_HANG_SECONDS = Fraction(1, 5)


def cue_problems(
    captions: Sequence[Caption], cuts: Sequence[int], frame_rate: Fraction, rules: CueRules
) -> dict[str, list[str]]:
    """What is wrong with each cue, by its id; cues that keep to the rules are not in it."""
    found = {caption.id: _problems(caption, cuts, frame_rate, rules) for caption in captions}
    for one, other in pairwise(captions):
        if other.start_frame < one.end_frame:
            found[other.id].append(f"begins before {one.id} has ended")
    return {name: problems for name, problems in found.items() if problems}


def _problems(
    caption: Caption, cuts: Sequence[int], frame_rate: Fraction, rules: CueRules
) -> list[str]:
    problems = []
    seconds = caption.frames / frame_rate
    if len(caption.lines) > rules.lines:
        problems.append(f"has {len(caption.lines)} lines, at most {rules.lines} are read")
    longest = max(map(len, caption.lines))
    if longest > rules.characters:
        problems.append(f"has a line of {longest} characters, at most {rules.characters} are read")
    speed = len(caption.text) / seconds
    if speed > MAX_CHARACTERS_PER_SECOND:
        problems.append(
            f"shows {float(speed):.1f} characters a second, at most "
            f"{MAX_CHARACTERS_PER_SECOND} are read"
        )
    if seconds < MIN_SECONDS:
        problems.append(
            f"is on screen for {float(seconds):.2f} s, at least {float(MIN_SECONDS):.2f} s are read"
        )
    reach = _HANG_SECONDS * frame_rate
    for cut in cuts:
        if 0 < caption.end_frame - cut < reach and cut > caption.start_frame:
            problems.append(f"hangs {caption.end_frame - cut} frames over a cut")
        if 0 < cut - caption.start_frame < reach and cut < caption.end_frame:
            problems.append(f"begins {cut - caption.start_frame} frames before a cut")
    return problems
