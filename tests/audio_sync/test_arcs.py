"""Builds shorten, drops are waited for and held, breaks rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.audio_sync.arcs import Arcs, Build
from services.audio_sync.meter import Meter
from shared.brief import Pacing
from shared.sync_map import Span, SyncMap
from tests.audio_sync.forms import Part, formed

# Beats 0 to 32, a build to 64, a drop there, a break from 96 to 112.
SONG = formed(
    (
        Part("verse", 8, 0.5),
        Part("build", 8, 0.7, "build"),
        Part("chorus", 8, 0.9, "drop"),
        Part("break", 4, 0.3, "break"),
    )
)


def arcs(heard: SyncMap = SONG, pacing: Pacing = Pacing.STEADY) -> Arcs:
    return Arcs(heard, Meter(heard), pacing)


def test_a_build_ends_with_a_hold_of_half_a_bar_before_its_drop() -> None:
    assert arcs().builds == (Build(32.0, 62.0, 64.0),)
    without = replace(SONG, drops=())
    assert arcs(without).builds == (Build(32.0, 64.0, 64.0),)


def test_lengths_halve_towards_the_drop() -> None:
    found = arcs()
    wanted = [found.wanted_beats(float(beat)) for beat in (32, 44, 48, 52, 54, 57, 58, 61)]
    assert wanted == [4.0, 4.0, 2.0, 2.0, 1.0, 1.0, 0.5, 0.5]
    assert found.wanted_beats(31.0) is None
    assert found.wanted_beats(62.0) is None  # the hold has no length of its own


@pytest.mark.parametrize(("bars", "wanted"), [(2, [4, 2, 1, 0.5]), (4, [4, 2, 1, 0.5])])
def test_short_builds_spend_a_quarter_on_each_length(bars: int, wanted: list[float]) -> None:
    build = Build(0.0, 4.0 * bars, 4.0 * bars)
    lengths = (4.0, 2.0, 1.0, 0.5)
    assert [build.wanted_beats(bars * quarter, lengths, 4) for quarter in range(4)] == wanted


def test_a_build_without_room_for_all_lengths_leaves_out_the_longest() -> None:
    lengths = (4.0, 2.0, 1.0, 0.5)
    two_bars = Build(0.0, 6.0, 8.0)
    wanted = [two_bars.wanted_beats(float(beat), lengths, 4) for beat in range(6)]
    assert wanted == [2.0, 2.0, 1.0, 1.0, 0.5, 0.5]
    assert Build(0.0, 2.0, 4.0).wanted_beats(0.0, lengths, 4) == 1.0
    assert Build(3.0, 3.0, 3.0).wanted_beats(3.0, lengths, 4) == 0.5


def test_the_burst_is_the_last_bar_before_the_hold() -> None:
    found = arcs()
    assert [beat for beat in range(32, 66) if found.is_burst(float(beat))] == [58, 59, 60, 61, 62]
    assert not any(arcs(pacing=Pacing.CALM).is_burst(float(beat)) for beat in range(32, 66))


def test_nothing_may_come_in_the_hold_and_in_the_drops_bar() -> None:
    found = arcs()
    held = [beat / 2 for beat in range(110, 150) if found.is_held(beat / 2)]
    assert held == [62.5, 63.0, 63.5, 64.5, 65.0, 65.5, 66.0, 66.5, 67.0, 67.5]
    assert found.is_hold(62.0, 64.0)
    assert not found.is_hold(60.0, 64.0)
    assert not found.is_hold(62.0, 63.0)


def test_beats_in_breaks_are_counted() -> None:
    found = arcs()
    assert found.break_beats(90.0, 100.0) == pytest.approx(4.0)
    assert found.break_beats(0.0, 90.0) == 0.0
    assert {32, 62, 64, 96} <= found.turning_points()


def test_bars_of_three_go_through_bars_not_through_halves() -> None:
    waltz = formed((Part("build", 8, 0.7, "build"), Part("chorus", 8, 0.9)), beats_per_bar=3)
    found = arcs(waltz)
    assert [found.wanted_beats(float(beat)) for beat in (0, 12, 18, 21)] == [6.0, 3.0, 1.0, 0.5]


def test_spans_without_beats_are_only_spans() -> None:
    silent = SyncMap(
        480_000, 1.0, None, 0.0, (), (), (), builds=(Span(0, 240_000),), drops=(240_000,)
    )
    assert arcs(silent).builds == (Build(0.0, 8.0, 10.0),)
