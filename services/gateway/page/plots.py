"""The drawings of a report as SVG: the waveform with its beats, and how far cuts are from beats.

A drawing is stretched to the width of the page. So lines keep their width (`non-scaling-stroke`),
dots are short lines with round ends, and no text is in here: labels are HTML beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from services.gateway.page.heard import Heard, HeardBeat
from services.gateway.page.markup import Child, Markup, element
from services.gateway.page.waveform import Waveform

WIDTH, WAVE_HEIGHT, OFFSET_HEIGHT = 1200, 160, 120
# Beats stand in a lane of their own under the waveform.
_LANE_TOP, _LANE_HEIGHT = 138, 20
_MIDDLE, _REACH = 68, 62
_MIN_BEAT_SHARE = 0.35
# Room above and below what is furthest away.
_HEADROOM = 1.25


def wave_drawing(
    waveform: Waveform | None,
    heard: Heard,
    transitions: Sequence[tuple[float, float]],
    seconds: float,
) -> Markup:
    """The film's sound; `transitions` are (start, end) in seconds, marked as bands."""
    bands = [
        element(
            "rect",
            x=_number(_x(start, seconds)),
            y=0,
            width=_number(_x(end - start, seconds)),
            height=_LANE_TOP,
            class_="band",
        )
        for start, end in transitions
    ]
    return _drawing(
        WAVE_HEIGHT,
        *bands,
        *(_build(start, end, seconds) for start, end in heard.builds),
        _verticals("phrases", heard.phrases, seconds),
        None if waveform is None else _stroke("wave", _wave_path(waveform)),
        _stroke("energy", _energy_path(heard.energy)) if heard.energy else None,
        _verticals("drops", heard.drops, seconds),
        _beats("beats", (beat for beat in heard.beats if not beat.is_downbeat), seconds),
        _beats("downbeats", (beat for beat in heard.beats if beat.is_downbeat), seconds),
    )


def _build(start: float, end: float, seconds: float) -> Markup:
    """A wedge that rises from the floor to the top of the waveform."""
    left, right = _number(_x(start, seconds)), _number(_x(end, seconds))
    return element("path", class_="build", d=f"M{left} {_LANE_TOP}L{right} 0V{_LANE_TOP}Z")


def _verticals(name: str, times: Iterable[float], seconds: float) -> Markup | None:
    path = "".join(f"M{_number(_x(time, seconds))} 0v{_LANE_TOP}" for time in times)
    return _stroke(name, path) if path else None


def offset_scale_ms(cuts: Sequence[Mapping[str, Any]], frame_rate: Fraction) -> float:
    """Milliseconds at the top of the offsets' drawing: all cuts and the band fit in."""
    known = [abs(float(cut["offset_ms"])) for cut in cuts if cut["offset_ms"] is not None]
    return _HEADROOM * max([half_frame_ms(frame_rate), *known])


def half_frame_ms(frame_rate: Fraction) -> float:
    """How far a cut may be from its beat without another frame being nearer."""
    return float(500 / frame_rate)


def offset_drawing(
    cuts: Sequence[Mapping[str, Any]], frame_rate: Fraction, seconds: float
) -> Markup:
    """A dot at each cut's offset, late upwards, over a band of half a frame.

    A cut without an event stands at 0 without colour.
    """
    scale, half = offset_scale_ms(cuts, frame_rate), half_frame_ms(frame_rate)
    top, bottom = _offset_y(half, scale), _offset_y(-half, scale)
    zero = _offset_y(0, scale)
    children: list[Child] = [
        element(
            "rect", x=0, y=_number(top), width=WIDTH, height=_number(bottom - top), class_="band"
        ),
        _stroke("zero", f"M0 {_number(zero)}H{WIDTH}"),
    ]
    for cut in cuts:
        x = _number(_x(float(cut["planned_frame"] / frame_rate), seconds))
        offset = cut["offset_ms"]
        if offset is None:
            children.append(_stroke("dot free", f"M{x} {_number(zero)}h0"))
            continue
        y = _number(_offset_y(offset, scale))
        far = "" if abs(offset) <= half else " far"
        children.append(_stroke(f"dot{far}", f"M{x} {y}h0"))
    return _drawing(OFFSET_HEIGHT, *children)


def _drawing(height: int, *children: Child) -> Markup:
    return element(
        "svg",
        *children,
        viewBox=f"0 0 {WIDTH} {height}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _stroke(name: str, path: str) -> Markup:
    return element("path", class_=name, d=path, vector_effect="non-scaling-stroke")


def _x(seconds: float, film_seconds: float) -> float:
    return WIDTH * seconds / film_seconds


def _offset_y(offset_ms: float, scale_ms: float) -> float:
    return OFFSET_HEIGHT / 2 * (1 - offset_ms / scale_ms)


def _number(value: float) -> str:
    return f"{value:z.1f}".removesuffix(".0")


def _wave_path(waveform: Waveform) -> str:
    """One closed outline: along the highest samples, and back along the lowest."""
    step = WIDTH / len(waveform.highs)
    above = [
        f"{_number(index * step)} {_number(_MIDDLE - _REACH * high)}"
        for index, high in enumerate(waveform.highs)
    ]
    below = [
        f"{_number(index * step)} {_number(_MIDDLE - _REACH * low)}"
        for index, low in enumerate(waveform.lows)
    ]
    return f"M{'L'.join(above)}L{'L'.join(reversed(below))}Z"


def _energy_path(energy: Sequence[float]) -> str:
    step = WIDTH / max(1, len(energy) - 1)
    floor, height = _MIDDLE + _REACH, 2 * _REACH
    points = (
        f"{_number(index * step)} {_number(floor - height * level)}"
        for index, level in enumerate(energy)
    )
    return "M" + "L".join(points)


def _beats(name: str, beats: Iterable[HeardBeat], seconds: float) -> Markup | None:
    ticks = []
    for beat in beats:
        share = _MIN_BEAT_SHARE + (1 - _MIN_BEAT_SHARE) * beat.strength
        length = _LANE_HEIGHT if beat.is_downbeat else _LANE_HEIGHT * share
        ticks.append(f"M{_number(_x(beat.seconds, seconds))} {_LANE_TOP}v{_number(length)}")
    return _stroke(name, "".join(ticks)) if ticks else None
