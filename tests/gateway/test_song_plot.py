"""`song_plot`: the picture holds what was heard, at its place, and nothing else."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from services.gateway.page.waveform import Waveform
from services.gateway.song_plot import facts, song_plot
from shared.sync_map import Beat, Phrase, Section, Span, SpokenText, SyncMap

SECOND = 48_000
PLAIN = SyncMap(20 * SECOND, 1.0, None, 0.0, (), (), (0.5,) * 2000)
DROP, BUILD, PHRASE, WORD = (255, 111, 97), (255, 157, 102), (232, 196, 104), (143, 207, 168)


def pixels(sync_map: SyncMap, waveform: Waveform | None = None) -> np.ndarray:
    with Image.open(io.BytesIO(song_plot(sync_map, waveform, "song.wav"))) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def columns_of(picture: np.ndarray, color: tuple[int, int, int], rows: slice) -> np.ndarray:
    """Columns where a color is drawn, away from the legend."""
    return np.flatnonzero((np.abs(picture[rows] - color).sum(axis=2) < 12).any(axis=0))


def test_a_drop_stands_at_its_second() -> None:
    picture = pixels(replace(PLAIN, drops=(5 * SECOND,)))
    found = columns_of(picture, DROP, slice(0, -70))
    left, width = 0.045 * picture.shape[1], 0.935 * picture.shape[1]
    assert found.mean() == pytest.approx(left + width * 5 / 20, abs=3)
    assert not len(columns_of(pixels(PLAIN), DROP, slice(0, None)))


@pytest.mark.parametrize(
    ("change", "color"),
    [
        ({"phrases": (Phrase(SECOND, 9 * SECOND, 4, 4800),)}, PHRASE),
        ({"words": (SpokenText("go", SECOND, 2 * SECOND),)}, WORD),
        ({"builds": (Span(SECOND, 9 * SECOND),)}, BUILD),
    ],
)
def test_the_legend_names_only_what_is_there(
    change: dict[str, object], color: tuple[int, int, int]
) -> None:
    legend = slice(-50, None)
    assert len(columns_of(pixels(replace(PLAIN, **change)), color, legend))  # type: ignore[arg-type]
    assert not len(columns_of(pixels(PLAIN), color, legend))


def test_equal_labels_have_equal_colors() -> None:
    spans = ((0, "A"), (5, "B"), (10, "A"), (15, "C"))
    sections = tuple(Section(s * SECOND, (s + 5) * SECOND, label) for s, label in spans)
    picture = pixels(replace(PLAIN, sections=sections))
    left, width = 0.045 * picture.shape[1], 0.935 * picture.shape[1]
    lane = picture[95]  # inside the sections' lane
    first, second, third, fourth = (
        tuple(lane[int(left + width * (start + 4) / 20)]) for start, _ in spans
    )
    assert first == third
    assert len({first, second, fourth}) == 3


def test_a_long_song_has_more_rows_and_all_of_its_sound() -> None:
    short, long = pixels(PLAIN), pixels(replace(PLAIN, duration_samples=95 * SECOND))
    assert long.shape[1] == short.shape[1]
    assert long.shape[0] - short.shape[0] == pytest.approx(3 * 1.9 * 110, abs=3)


def test_the_waveform_is_drawn_and_silence_is_no_error() -> None:
    wave = Waveform((-1.0,) * 1000, (1.0,) * 1000)
    assert len(columns_of(pixels(PLAIN, wave), (75, 82, 91), slice(0, None))) > 1000
    silent = SyncMap(100, 0.0, None, 0.0, (), (), (0.0,))
    assert pixels(silent).shape[0] > 100


def test_equal_songs_have_equal_pictures() -> None:
    assert song_plot(PLAIN, None, "a") == song_plot(PLAIN, None, "a")


def test_facts_say_what_is_known() -> None:
    assert facts(PLAIN) == "0:20   no beat found"
    beats = tuple(Beat(index * SECOND // 2, 1.0) for index in range(40))
    sure = replace(
        PLAIN, tempo_bpm=120.04, beat_confidence=0.9, beats=beats, beats_per_bar=3, swing=0.6
    )
    assert facts(sure) == "0:20   120.0 BPM   3 beats a bar   beats 90% sure   swing 0.60"
    assert facts(replace(PLAIN, language="en")).endswith("words in en")
