"""Why a cut is where it is, in words for the report."""

from __future__ import annotations

from fractions import Fraction

from services.audio_sync.candidate import Candidate
from services.audio_sync.dynamics import Dynamics
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutKind

_STRONG, _SOFT = 0.7, 0.3
_DROP_LOUDNESS = 0.7
_DROP_SECONDS = 4


def kind_of(node: Candidate) -> CutKind:
    """How a cut on this candidate stands to its event."""
    if node.sample is None:
        return CutKind.STEADY
    return CutKind.ON_ONSET if node.event is CutEvent.ONSET else CutKind.ON_BEAT


def reason_of(before: Candidate, node: Candidate, dynamics: Dynamics, frame_rate: Fraction) -> str:
    """A sentence: what is heard, how long after the last cut, and whether it was asked for."""
    since = f"{_span(before, node, frame_rate)} after {_what(before)}"
    if node.sample is None:
        text = f"steady cut, {since}: no beat was found"
        if node.is_fixed:
            text = f"{since}: nothing is heard here"
    else:
        text = f"{_event(node)}, {since}"
        if node.change_db:
            text = f"{_turn(node, node.sample, dynamics)}; {text}"
    return f"{text}; fixed by the request" if node.is_fixed else text


def _what(before: Candidate) -> str:
    return "the start" if before.frame == 0 else "the last cut"


def _span(before: Candidate, node: Candidate, frame_rate: Fraction) -> str:
    if before.half_beats is None or node.half_beats is None:
        return f"{float((node.frame - before.frame) / frame_rate):.1f} s"
    half_beats = node.half_beats - before.half_beats
    if half_beats == 1:
        return "half a beat"
    return "1 beat" if half_beats == 2 else f"{half_beats / 2:g} beats"


def _event(node: Candidate) -> str:
    names = {CutEvent.OFFBEAT: "off-beat", CutEvent.ONSET: "onset"}
    name = names.get(node.event, "beat")
    if node.strength >= _STRONG:
        return f"strong {name}"
    return f"soft {name}" if node.strength < _SOFT else name


def _turn(node: Candidate, sample: int, dynamics: Dynamics) -> str:
    size = f"{abs(node.change_db):.0f} dB"
    if node.change_db < 0:
        return f"energy falls by {size}"
    after = dynamics.loudness(sample, sample + _DROP_SECONDS * SAMPLE_RATE_HZ)
    return f"energy jumps by {size}{': the drop' if after >= _DROP_LOUDNESS else ''}"
