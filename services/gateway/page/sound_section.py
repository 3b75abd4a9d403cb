"""The film's time from left to right: sound, beats, cuts and offsets over one axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.page.heard import Heard
from services.gateway.page.markup import Markup, element, joined
from services.gateway.page.plots import half_frame_ms, offset_drawing, offset_scale_ms, wave_drawing
from services.gateway.page.waveform import Waveform
from services.gateway.page.wording import frame_rate_of, signed_ms, timecode

# Steps of the axis in seconds, and how many labels at most fit beside each other.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
_MAX_LABELS = 12


def sound_section(report: Mapping[str, Any], waveform: Waveform | None, heard: Heard) -> Markup:
    """Waveform and offsets, with a link at every cut that shows the film there."""
    rate, cuts = frame_rate_of(report), report["cuts"]
    seconds = film_seconds(report)
    spans = [
        (float(transition["start_frame"] / rate), float(transition["end_frame"] / rate))
        for transition in (cut["transition"] for cut in cuts)
        if transition is not None
    ]
    strip = element(
        "div",
        _sections(heard, seconds),
        element("div", wave_drawing(waveform, heard, spans, seconds), class_="wave"),
        _axis(seconds),
        _offsets(report, seconds) if cuts else None,
        *(_cut_link(index, report, seconds) for index in range(len(cuts))),
        element("div", class_="playhead", hidden=True),
        class_="strip",
        id="strip",
        data_seconds=f"{seconds:.6f}",
    )
    return element(
        "section",
        strip,
        _legend(waveform, heard, has_cuts=bool(cuts)),
        id="sound",
        aria_label="Sound and cuts",
    )


def film_seconds(report: Mapping[str, Any]) -> float:
    """Length of the film by its frames."""
    return float(max(1, report["frame_count"]) / frame_rate_of(report))


def film_link(seconds: float) -> str:
    """Where the film can be seen from a time on, without JavaScript too."""
    return f"film.mp4#t={seconds:.3f}"


def _cut_link(index: int, report: Mapping[str, Any], seconds: float) -> Markup:
    cut, rate = report["cuts"][index], frame_rate_of(report)
    at = float(cut["planned_frame"] / rate)
    said = (
        f"Cut {index + 1} at {timecode(cut['planned_frame'], rate)}, frame {cut['planned_frame']}"
    )
    if cut["offset_ms"] is not None:
        said += f", {signed_ms(cut['offset_ms'])} from its {cut['event']}"
    if cut["transition"] is not None:
        said += f", {cut['transition']['kind']} of {cut['transition']['frames']} frames"
    said += f": {cut['reason']}"
    return element(
        "a",
        class_="cut astray" if _is_astray(cut) else "cut",
        href=film_link(at),
        style=f"left:{_percent(at, seconds)}",
        title=said,
        aria_label=said,
        data_seconds=f"{at:.6f}",
    )


def _is_astray(cut: Mapping[str, Any]) -> bool:
    return cut["transition"] is None and cut["measured_frame"] != cut["planned_frame"]


def _percent(at: float, seconds: float) -> str:
    return f"{100 * at / seconds:.3f}%"


def _sections(heard: Heard, seconds: float) -> Markup | None:
    if not heard.sections:
        return None
    spans = (
        element(
            "span",
            section.label,
            style=f"left:{_percent(section.start, seconds)};"
            f"width:{_percent(section.end - section.start, seconds)}",
            title=section.label,
        )
        for section in heard.sections
    )
    return element("div", *spans, class_="sections")


def _axis(seconds: float) -> Markup:
    step = next((step for step in _STEPS if seconds / step <= _MAX_LABELS), _STEPS[-1])
    labels = (
        element(
            "span",
            f"{at // 60}:{at % 60:02d}",
            style=f"left:{_percent(at, seconds)}",
            class_="minor" if index % 2 else None,
        )
        for index, at in enumerate(range(0, int(seconds) + 1, step))
    )
    return element("div", *labels, class_="axis", aria_hidden="true")


def _offsets(report: Mapping[str, Any], seconds: float) -> Markup:
    rate, cuts = frame_rate_of(report), report["cuts"]
    half, scale = half_frame_ms(rate), offset_scale_ms(cuts, rate)
    place = 50 * half / scale
    marks = (
        element("span", signed_ms(half), style=f"top:{50 - place:.2f}%", class_="tick"),
        element("span", signed_ms(-half), style=f"top:{50 + place:.2f}%", class_="tick"),
    )
    return element("div", offset_drawing(cuts, rate, seconds), *marks, class_="offsets")


def _legend(waveform: Waveform | None, heard: Heard, *, has_cuts: bool) -> Markup:
    keys = [
        ("wave", "sound of the film", waveform is not None),
        ("energy", "energy", bool(heard.energy)),
        ("beat", "beats", bool(heard.beats)),
        ("phrase", "phrases", bool(heard.phrases)),
        ("build", "builds, up to what they lead to", bool(heard.builds)),
        ("cut", "cuts", has_cuts),
        ("offset", "cut from its beat: up is late, the band is half a frame", has_cuts),
    ]
    shown = (
        element("li", element("i", class_=f"key key-{name}"), said)
        for name, said, is_in in keys
        if is_in
    )
    return element("ul", joined(*shown), class_="legend")
