"""Why a cut is where it is, in words for the report."""

from __future__ import annotations

from fractions import Fraction

from services.audio_sync.candidate import Candidate
from services.audio_sync.dynamics import Dynamics
from services.audio_sync.meter import TICKS_PER_BEAT
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutKind

_STRONG, _SOFT = 0.7, 0.3
_DROP_LOUDNESS = 0.7
_DROP_SECONDS = 4
_SPEECH = (CutEvent.WORD, CutEvent.SENTENCE, CutEvent.SPEECH)


def kind_of(node: Candidate) -> CutKind:
    """How a cut on this candidate stands to its event."""
    if node.sample is None:
        return CutKind.STEADY
    if node.lead_frames:
        return CutKind.ANTICIPATION
    if node.event in _SPEECH:
        return CutKind.ON_SPEECH
    return CutKind.ON_ONSET if node.event is CutEvent.ONSET else CutKind.ON_BEAT


def reason_of(
    before: Candidate,
    node: Candidate,
    dynamics: Dynamics,
    frame_rate: Fraction,
    note: str = "",
) -> str:
    """A sentence: what is heard, how long after the last cut, and whether it was asked for.

    `note` says what was asked for and not heard.
    """
    since = f"{_span(before, node, frame_rate)} after {_what(before)}"
    if node.sample is None:
        text = f"steady cut, {since}: no beat was found"
        if node.is_fixed:
            text = f"{since}: nothing is heard here"
    else:
        text = f"{_event(node)}, {since}"
        if node.build is not None and before.build == node.build:
            text += ", after a hold" if node.event is CutEvent.DROP else ", in a build"
        if node.change_db:
            turn = _turn(node, node.sample, dynamics)
            text = f"{text}; {turn}" if node.place else f"{turn}; {text}"
    parts = [text, note, "fixed by the request" if node.is_fixed else ""]
    return "; ".join(part for part in parts if part)


def _what(before: Candidate) -> str:
    return "the start" if before.frame == 0 else "the last cut"


def _span(before: Candidate, node: Candidate, frame_rate: Fraction) -> str:
    if before.ticks is None or node.ticks is None:
        return f"{float((node.frame - before.frame) / frame_rate):.1f} s"
    ticks = node.ticks - before.ticks
    parts = {2: "a third of a beat", 3: "half a beat", 4: "two thirds of a beat", 6: "1 beat"}
    return parts.get(ticks) or f"{ticks / TICKS_PER_BEAT:.3g} beats"


def _event(node: Candidate) -> str:
    if not node.place:
        ahead = _ahead(node.lead_frames)
        return f"{ahead} before the {_sound(node)}" if ahead else _sound(node)
    place = node.place
    if ahead := _ahead(node.lead_frames):
        # "where the chorus begins" has no article that "before" could take.
        return f"{ahead} before {place if place.startswith(('the ', 'a ', 'beat ')) else 'it'}" + (
            "" if place.startswith(("the ", "a ", "beat ")) else f": {place}"
        )
    return place if place.startswith("where ") else f"on {place}"


def _ahead(frames: int) -> str:
    if not frames:
        return ""
    return "1 frame" if frames == 1 else f"{frames} frames"


def _sound(node: Candidate) -> str:
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
    is_drop = after >= _DROP_LOUDNESS and not node.place
    return f"energy jumps by {size}{': the drop' if is_drop else ''}"
