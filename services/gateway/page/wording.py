"""How a report says things: the verdict, timecodes, offsets, seconds. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

_MINUS = "\N{MINUS SIGN}"


def verdict(report: Mapping[str, Any]) -> str:
    """The film in one sentence: its cuts, its sound, its beats."""
    parts = [_of_cuts(report), _of_sound(report), _of_beats(report)]
    return "; ".join(part for part in parts if part)


def _of_cuts(report: Mapping[str, Any]) -> str:
    transitions = sum(cut["transition"] is not None for cut in report["cuts"])
    straight = [cut for cut in report["cuts"] if cut["transition"] is None]
    right = sum(cut["measured_frame"] == cut["planned_frame"] for cut in straight)
    said = []
    if straight:
        said.append(f"{right} of {count(len(straight), 'cut')} on their planned frame")
    if transitions:
        said.append(count(transitions, "transition"))
    return ", ".join(said) or "one shot without a cut"


def _of_sound(report: Mapping[str, Any]) -> str:
    if report["song_offset_seconds"] is None:
        return "silent"
    lag = report["audio_lag_samples"]
    if lag is None:
        return "the sound is not the planned one"
    return f"sound {count(abs(lag), 'sample')} {'early' if lag < 0 else 'late'}"


def _of_beats(report: Mapping[str, Any]) -> str:
    mean = report["summary"]["mean_abs_offset_ms"]
    return "" if mean is None else f"{mean:.1f} ms from the beat on average"


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 cut", "2 cuts"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def timecode(frame: int, frame_rate: Fraction) -> str:
    """Minutes, seconds and frames of the second, counted at the nearest whole rate."""
    per_second = max(1, round(frame_rate))
    seconds, rest = divmod(frame, per_second)
    width = len(str(per_second - 1))
    return f"{seconds // 60:02d}:{seconds % 60:02d}:{rest:0{width}d}"


def figure(value: float, digits: int) -> str:
    """A number with so many digits after its point; what rounds to zero has no sign."""
    return f"{value:z.{digits}f}".replace("-", _MINUS)


def signed_ms(milliseconds: float | None) -> str:
    """An offset, "+16.6 ms" is late; a dash where there is nothing to be early or late for."""
    if milliseconds is None:
        return "–"
    rounded = round(milliseconds, 1)
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f} ms"


def work_seconds(seconds: float) -> str:
    """Seconds of work, with as many digits as matter."""
    if seconds >= 100:
        return f"{seconds:.0f} s"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.2f} s"


def frame_rate_of(report: Mapping[str, Any]) -> Fraction:
    """The exact rate of the film."""
    return Fraction(report["frame_rate"])


def said_rate(frame_rate: Fraction) -> str:
    """A rate as people say it: "29.97 fps"."""
    return f"{float(frame_rate):.3f}".rstrip("0").rstrip(".") + " fps"
