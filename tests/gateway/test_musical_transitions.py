"""Transitions where the music turns, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from services.gateway.music import Music
from services.gateway.musical_transitions import with_transitions
from shared.brief import MediaKind, Pacing, Size
from shared.digest import Digest
from shared.shot import Footage, Shot
from shared.sync_map import (
    SAMPLE_RATE_HZ,
    CutEvent,
    CutKind,
    CutPlan,
    PlannedCut,
    Section,
    Span,
    SyncMap,
)
from shared.timeline import Timeline, TransitionKind

RATE = Fraction(30)
BLOB = Digest.of_bytes(b"x")
CUTS = (300, 380, 600, 900)
SECOND = SAMPLE_RATE_HZ


def song(*energies: float) -> SyncMap:
    """Sections of ten seconds."""
    return SyncMap(
        duration_samples=60 * SECOND,
        peak=0.9,
        tempo_bpm=100.0,
        beat_confidence=0.9,
        beats=(),
        onsets=(),
        energy=(),
        sections=tuple(
            Section(10 * n * SECOND, 10 * (n + 1) * SECOND, "ABCDEF"[n], energy)
            for n, energy in enumerate(energies)
        ),
    )


def film(room: Fraction = Fraction(1), pacing: Pacing = Pacing.STEADY) -> tuple[Timeline, CutPlan]:
    cuts = tuple(
        PlannedCut(
            frame,
            frame * SECOND // 30,
            CutEvent.BEAT if frame == 380 else CutEvent.SECTION,
            CutKind.ON_BEAT,
            1.0,
            "why",
        )
        for frame in CUTS
    )
    plan = CutPlan(RATE, 1200, 0, cuts)
    source = Footage(
        "sea", BLOB, MediaKind.VIDEO, Fraction(5), earlier_seconds=room, later_seconds=room
    )
    starts = (0, *CUTS, 1200)
    shots = tuple(
        Shot(f"s{n}-aaaaa", end - start, source) for n, (start, end) in enumerate(pairwise(starts))
    )
    timeline = Timeline(Size(640, 360), RATE, shots, None, None, BLOB, 0, 6, pacing)
    return timeline, plan


def kinds(
    sync_map: SyncMap, room: Fraction = Fraction(1), pacing: Pacing = Pacing.STEADY
) -> dict[str, TransitionKind]:
    timeline, plan = film(room, pacing)
    found = with_transitions(timeline, plan, Music(sync_map, 0, RATE))
    return {item.into: item.kind for item in found.transitions}


def test_music_that_does_not_turn_is_cut_straight() -> None:
    assert kinds(song(0.5, 0.52, 0.5, 0.47)) == {}
    timeline, plan = film()
    assert with_transitions(timeline, plan, Music(None, 0, RATE)) == timeline


def test_calmer_sections_dissolve_and_other_worlds_dip() -> None:
    assert kinds(song(0.6, 0.5, 0.5, 0.2)) == {
        "s1-aaaaa": TransitionKind.DISSOLVE,
        "s4-aaaaa": TransitionKind.DIP,
    }


@pytest.mark.parametrize(
    ("pacing", "expected"),
    [(Pacing.CALM, 0), (Pacing.STEADY, 0), (Pacing.DRIVING, 2), (Pacing.FRANTIC, 2)],
)
def test_sections_that_take_off_whip_at_fast_pacing_twice_at_most(
    pacing: Pacing, expected: int
) -> None:
    found = kinds(song(0.2, 0.4, 0.6, 0.8), pacing=pacing)
    assert list(found.values()) == [TransitionKind.WHIP] * expected


def test_a_break_dissolves_and_a_drop_is_cut_straight() -> None:
    calm = song(0.5, 0.5, 0.5, 0.5)
    with_break = replace(calm, breaks=(Span(20 * SECOND, 25 * SECOND),))
    assert kinds(with_break) == {"s3-aaaaa": TransitionKind.DISSOLVE}
    drop = replace(song(0.9, 0.2, 0.2, 0.2), drops=(10 * SECOND,))
    assert kinds(drop) == {}


def test_transitions_take_of_the_room_and_where_there_is_none_it_is_a_straight_cut() -> None:
    timeline, plan = film()
    found = with_transitions(timeline, plan, Music(song(0.6, 0.5, 0.5, 0.5), 0, RATE))
    (transition,) = found.transitions
    assert transition.frames == 18  # a beat at 100 BPM
    assert transition.reason == "dissolve: section B is calmer"
    assert found.shots[0].source.later_seconds == 1 - Fraction(9, 30)
    assert found.shots[1].source.earlier_seconds == 1 - Fraction(9, 30)
    assert kinds(song(0.6, 0.5, 0.5, 0.5), room=Fraction(1, 5)) == {}


def test_a_shot_is_seen_by_itself_for_half_its_length() -> None:
    timeline, plan = film()
    # Into a shot of 30 frames no beat of 18 fits.
    first, second, third, *rest = timeline.shots
    short = (first, replace(second, frames=30), replace(third, frames=third.frames + 50), *rest)
    timeline = replace(timeline, shots=short)
    found = with_transitions(timeline, plan, Music(song(0.6, 0.5, 0.5, 0.5), 0, RATE))
    assert found.transitions == ()
