"""A picture of what was heard: the sound in rows, with its bars, phrases, sections and words.

Drawn by matplotlib's Agg canvas alone: no window system, no global state.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from services.gateway.page.waveform import Waveform
from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ, Section, SyncMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS_PER_SECOND = 50
_ROW_SECONDS = 30.0
_WIDTH_INCHES, _ROW_INCHES, _HEAD_INCHES, _FOOT_INCHES = 15.0, 1.9, 0.75, 0.6
_DOTS_PER_INCH = 110
_GROUND, _TEXT, _SOFT, _LINE = "#101113", "#ecebe6", "#a3a7ad", "#2a2d32"
_WAVE, _ENERGY, _BEAT, _DOWNBEAT = "#4b525b", "#7fa7c9", "#8f959d", "#ecebe6"
_PHRASE, _DROP, _BUILD, _WORD = "#e8c468", "#ff6f61", "#ff9d66", "#8fcfa8"
# Calm colours that differ also for the colour-blind; equal labels share one.
_SECTIONS = ("#3f5b7a", "#7a4f5b", "#4f6f58", "#6d5f8a", "#80683f", "#3f7378", "#75507a", "#5f6168")
# Lanes of a row from top to bottom, in units of the waveform's half height.
_TOP, _SECTION_LOW, _WAVE_MIDDLE, _WAVE_REACH = 2.15, 1.72, 0.55, 0.98
_BEAT_TOP, _BEAT_LOW, _PHRASE_Y, _WORD_Y, _BOTTOM = -0.5, -0.78, -0.93, -1.26, -1.45
_MAX_WORD_LABELS = 45  # more of them in a row overlap


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the picture, seconds `start` to `end` of the song."""

    start: float
    end: float

    def holds(self, second: float) -> bool:
        return self.start <= second < self.end


def song_plot(sync_map: SyncMap, waveform: Waveform | None, title: str) -> bytes:
    """A PNG (1650 pixels wide, as high as the song is long) of what was heard.

    `waveform` has its columns spread evenly over the song; None draws the energy alone.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    seconds = max(sync_map.duration_samples / SAMPLE_RATE_HZ, 1.0)
    num_rows = ceil(seconds / _ROW_SECONDS)
    # A short sound fills its row; of a long one all rows have one scale.
    length = seconds if num_rows == 1 else _ROW_SECONDS
    height = _HEAD_INCHES + num_rows * _ROW_INCHES + _FOOT_INCHES
    figure = Figure((_WIDTH_INCHES, height), dpi=_DOTS_PER_INCH, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    _head(figure, sync_map, title, height)
    colors = _section_colors(sync_map)
    for index in range(num_rows):
        top = height - _HEAD_INCHES - (index + 1) * _ROW_INCHES
        place = (0.045, (top + 0.25) / height, 0.935, (_ROW_INCHES - 0.25) / height)
        row = _Row(index * length, (index + 1) * length)
        _draw_row(figure.add_axes(place), row, sync_map, waveform, colors)
    _legend(figure, sync_map, height)
    png = io.BytesIO()
    figure.savefig(png, format="png", facecolor=_GROUND, metadata={"Software": None})
    return png.getvalue()


def _head(figure: Figure, sync_map: SyncMap, title: str, height: float) -> None:
    y = 1.0 - 0.32 / height
    figure.text(0.045, y, title, color=_TEXT, fontsize=15, fontweight="bold", va="center")
    figure.text(0.98, y, facts(sync_map), color=_SOFT, fontsize=11, va="center", ha="right")


def facts(sync_map: SyncMap) -> str:
    """One line on what was heard: length, tempo, meter, how sure."""
    minutes, seconds = divmod(round(sync_map.duration_samples / SAMPLE_RATE_HZ), 60)
    found = [f"{minutes}:{seconds:02d}"]
    if sync_map.tempo_bpm is None:
        found.append("no beat found")
    else:
        found.append(f"{sync_map.tempo_bpm:.1f} BPM")
        if sync_map.beats_per_bar:
            found.append(f"{sync_map.beats_per_bar} beats a bar")
        found.append(f"beats {sync_map.beat_confidence:.0%} sure")
    if sync_map.swing is not None:
        found.append(f"swing {sync_map.swing:.2f}")
    if sync_map.language:
        found.append(f"words in {sync_map.language}")
    return "   ".join(found)


def _section_colors(sync_map: SyncMap) -> dict[str, str]:
    labels = list(dict.fromkeys(section.label for section in sync_map.sections))
    return {label: _SECTIONS[index % len(_SECTIONS)] for index, label in enumerate(labels)}


def _draw_row(
    axes: Axes,
    row: _Row,
    sync_map: SyncMap,
    waveform: Waveform | None,
    colors: dict[str, str],
) -> None:
    axes.set_facecolor(_GROUND)
    axes.set_xlim(row.start, row.end)
    axes.set_ylim(_BOTTOM, _TOP)
    axes.set_yticks([])
    axes.tick_params(colors=_SOFT, labelsize=9, length=3)
    step = 5 if row.end - row.start > 12 else 1
    ticks = range(ceil(row.start), int(row.end) + 1, step)
    axes.set_xticks(list(ticks), [f"{tick // 60}:{tick % 60:02d}" for tick in ticks])
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_LINE)
    for section in sync_map.sections:
        _section(axes, row, section, colors[section.label])
    _spans(axes, row, sync_map)
    _sound(axes, row, sync_map, waveform)
    _beats(axes, row, sync_map)
    _phrases(axes, row, sync_map)
    _words(axes, row, sync_map)


def _section(axes: Axes, row: _Row, section: Section, color: str) -> None:
    start = max(section.start_sample / SAMPLE_RATE_HZ, row.start)
    end = min(section.end_sample / SAMPLE_RATE_HZ, row.end)
    if end <= start:
        return
    axes.fill_between([start, end], _SECTION_LOW, _TOP, color=color, linewidth=0)
    axes.fill_between([start, end], _BOTTOM, _SECTION_LOW, color=color, alpha=0.14, linewidth=0)
    text = axes.text(
        start + 0.15, (_SECTION_LOW + _TOP) / 2, section.label, color=_TEXT, fontsize=10
    )
    text.set_verticalalignment("center_baseline")
    text.set_clip_on(True)


def _spans(axes: Axes, row: _Row, sync_map: SyncMap) -> None:
    """Builds rise as wedges, breaks are hatched, drops are lines through everything."""
    for span in sync_map.builds:
        start, end = span.start_sample / SAMPLE_RATE_HZ, span.end_sample / SAMPLE_RATE_HZ
        high = _WAVE_MIDDLE + _WAVE_REACH
        axes.fill_between(
            [start, end],
            _WAVE_MIDDLE - _WAVE_REACH,
            [_WAVE_MIDDLE - _WAVE_REACH, high],
            color=_BUILD,
            alpha=0.28,
            linewidth=0,
        )
    for span in sync_map.breaks:
        start, end = span.start_sample / SAMPLE_RATE_HZ, span.end_sample / SAMPLE_RATE_HZ
        axes.fill_between(
            [start, end],
            _WAVE_MIDDLE - _WAVE_REACH,
            _WAVE_MIDDLE + _WAVE_REACH,
            facecolor="none",
            edgecolor=_LINE,
            hatch="///",
            linewidth=0,
        )
    drops = [sample / SAMPLE_RATE_HZ for sample in sync_map.drops]
    axes.vlines(
        [drop for drop in drops if row.holds(drop)], _BEAT_LOW, _SECTION_LOW, _DROP, linewidth=2.4
    )


def _sound(axes: Axes, row: _Row, sync_map: SyncMap, waveform: Waveform | None) -> None:
    import numpy as np

    if waveform is not None and waveform.highs:
        seconds = sync_map.duration_samples / SAMPLE_RATE_HZ
        times = (np.arange(len(waveform.highs)) + 0.5) * seconds / len(waveform.highs)
        shown = (times >= row.start - 0.1) & (times <= row.end + 0.1)
        lows = _WAVE_MIDDLE + _WAVE_REACH * np.asarray(waveform.lows)[shown]
        highs = _WAVE_MIDDLE + _WAVE_REACH * np.asarray(waveform.highs)[shown]
        axes.fill_between(times[shown], lows, highs, color=_WAVE, linewidth=0.4)
    energy = np.asarray(sync_map.energy)
    first = int(row.start * ENERGY_RATE_HZ)
    part = energy[first : int(row.end * ENERGY_RATE_HZ) + 1]
    times = (first + np.arange(len(part))) / ENERGY_RATE_HZ
    heights = _WAVE_MIDDLE - _WAVE_REACH + 2 * _WAVE_REACH * part
    axes.plot(times, heights, color=_ENERGY, linewidth=1.0, alpha=0.9)


def _beats(axes: Axes, row: _Row, sync_map: SyncMap) -> None:
    downbeats = set(sync_map.downbeats)
    times, lows, colors, widths = [], [], [], []
    for beat in sync_map.beats:
        second = beat.sample / SAMPLE_RATE_HZ
        if row.holds(second):
            is_downbeat = beat.sample in downbeats
            share = 1.0 if is_downbeat else 0.35 + 0.45 * beat.strength
            times.append(second)
            lows.append(_BEAT_TOP + share * (_BEAT_LOW - _BEAT_TOP))
            colors.append(_DOWNBEAT if is_downbeat else _BEAT)
            widths.append(1.8 if is_downbeat else 1.1)
    axes.vlines(times, lows, _BEAT_TOP, colors=colors, linewidths=widths)
    bars = [sample / SAMPLE_RATE_HZ for sample in sync_map.downbeats]
    axes.vlines(
        [bar for bar in bars if row.holds(bar)],
        _BEAT_TOP,
        _SECTION_LOW,
        _DOWNBEAT,
        linewidth=0.5,
        alpha=0.35,
    )


def _phrases(axes: Axes, row: _Row, sync_map: SyncMap) -> None:
    for phrase in sync_map.phrases:
        start, end = phrase.start_sample / SAMPLE_RATE_HZ, phrase.end_sample / SAMPLE_RATE_HZ
        if end <= row.start or start >= row.end:
            continue
        pickup = start - phrase.pickup_samples / SAMPLE_RATE_HZ
        axes.plot([start + 0.04, end - 0.08], [_PHRASE_Y] * 2, color=_PHRASE, linewidth=2.2)
        axes.plot([pickup, start], [_PHRASE_Y] * 2, color=_PHRASE, linewidth=1.0, linestyle=":")
        axes.vlines([start], _PHRASE_Y, _BEAT_TOP, _PHRASE, linewidth=1.2)


def _words(axes: Axes, row: _Row, sync_map: SyncMap) -> None:
    shown = [w for w in sync_map.words if row.holds(w.start_sample / SAMPLE_RATE_HZ)]
    for span in sync_map.speech:
        start, end = span.start_sample / SAMPLE_RATE_HZ, span.end_sample / SAMPLE_RATE_HZ
        axes.fill_between([start, end], _BOTTOM, _WORD_Y + 0.2, color=_WORD, alpha=0.1, linewidth=0)
    for word in shown:
        start, end = word.start_sample / SAMPLE_RATE_HZ, word.end_sample / SAMPLE_RATE_HZ
        axes.plot([start, end], [_BOTTOM + 0.03] * 2, color=_WORD, linewidth=1.6)
        if len(shown) <= _MAX_WORD_LABELS:
            text = axes.text(start, _WORD_Y, word.text, color=_WORD, fontsize=8, va="center")
            text.set_clip_on(True)


def _legend(figure: Figure, sync_map: SyncMap, height: float) -> None:
    """Only what is in the picture."""
    entries = [
        ("energy", _ENERGY, bool(sync_map.energy)),
        ("beat", _BEAT, bool(sync_map.beats)),
        ("downbeat", _DOWNBEAT, bool(sync_map.downbeats)),
        ("phrase", _PHRASE, bool(sync_map.phrases)),
        ("build", _BUILD, bool(sync_map.builds)),
        ("drop", _DROP, bool(sync_map.drops)),
        ("words", _WORD, bool(sync_map.words)),
    ]
    x, y = 0.045, 0.28 / height
    for name, color, is_present in entries:
        if is_present:
            figure.text(x, y, "▬", color=color, fontsize=11, va="center")
            figure.text(x + 0.014, y, name, color=_SOFT, fontsize=10, va="center")
            x += 0.03 + 0.0065 * len(name)
