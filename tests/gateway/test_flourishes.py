"""Accents on beats: only where the music is loud, one kind a section, never by chance."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.director import Heard, direct_film
from services.gateway.flourishes import with_accents
from services.gateway.music import Music
from shared.brief import Brief, MediaKind, Size
from shared.digest import Digest
from shared.flourish import AccentAmount, TransitionUse
from shared.shot import AccentLookKind, Fit, Footage, Framing, Move, MoveKind, Shot
from shared.sync_map import (
    SAMPLE_RATE_HZ,
    Beat,
    CutEvent,
    CutKind,
    CutPlan,
    PlannedCut,
    Section,
    Span,
    SyncMap,
)
from shared.timeline import Timeline
from tests.gateway.synthetic import material, motion, style

RATE = Fraction(30)
BLOB = Digest.of_bytes(b"x")
BEAT = SAMPLE_RATE_HZ // 2
SHOT_FRAMES, NUM_SHOTS = 90, 10
CUTS = tuple(
    PlannedCut(
        n * SHOT_FRAMES,
        n * SHOT_FRAMES * 1600,
        CutEvent.SECTION if n in (4, 8) else CutEvent.DOWNBEAT,
        CutKind.ON_BEAT,
        1.0,
        "why",
    )
    for n in range(1, NUM_SHOTS)
)
PLAN = CutPlan(RATE, SHOT_FRAMES * NUM_SHOTS, 0, CUTS)
# Verse, chorus, verse; a beat every half second, a downbeat every other second.
SONG = SyncMap(
    duration_samples=30 * SAMPLE_RATE_HZ,
    peak=0.9,
    tempo_bpm=120.0,
    beat_confidence=0.9,
    beats=tuple(Beat(n * BEAT, 1.0 if n % 4 == 0 else 0.5) for n in range(60)),
    onsets=(),
    energy=(),
    downbeats=tuple(n * BEAT for n in range(0, 60, 4)),
    sections=(
        Section(0, 12 * SAMPLE_RATE_HZ, "verse", 0.4),
        Section(12 * SAMPLE_RATE_HZ, 24 * SAMPLE_RATE_HZ, "chorus", 0.7),
        Section(24 * SAMPLE_RATE_HZ, 30 * SAMPLE_RATE_HZ, "verse", 0.4),
    ),
)
FILM = Timeline(
    Size(640, 360),
    RATE,
    tuple(
        Shot(f"s{n}-aaaaa", SHOT_FRAMES, Footage("sea", BLOB, MediaKind.VIDEO))
        for n in range(NUM_SHOTS)
    ),
    None,
    None,
    BLOB,
    0,
    NUM_SHOTS + 1,
)


def struck(amount: AccentAmount, film: Timeline = FILM, song: SyncMap = SONG) -> Timeline:
    return with_accents(film, PLAN, Music(song, 0, RATE), amount)


def film_frames(film: Timeline) -> list[int]:
    starts = zip(film.shots, film.start_frames(), strict=True)
    return [start + look.frame for shot, start in starts for look in shot.looks]


def test_off_and_silence_leave_the_film_as_it_is() -> None:
    assert struck(AccentAmount.OFF) is FILM
    assert with_accents(FILM, PLAN, Music(None, 0, RATE), AccentAmount.STRONG) is FILM


def test_subtle_strikes_downbeats_of_loud_sections_and_where_one_begins() -> None:
    found = struck(AccentAmount.SUBTLE)
    frames = film_frames(found)
    assert frames == [360, 420, 480, 600, 660]  # the chorus is 360 to 720; cuts are accents
    assert {look.kind for shot in found.shots for look in shot.looks} == {AccentLookKind.PUNCH_IN}
    assert all(0 < look.strength <= 0.4 for shot in found.shots for look in shot.looks)


def test_strong_is_harder_and_more_often() -> None:
    subtle, strong = struck(AccentAmount.SUBTLE), struck(AccentAmount.STRONG)
    assert len(film_frames(strong)) > len(film_frames(subtle))
    assert max(look.strength for shot in strong.shots for look in shot.looks) == 0.9


@pytest.mark.parametrize("seed", range(4))
def test_each_section_has_one_kind_and_equal_labels_have_equal_ones(seed: int) -> None:
    even = replace(SONG, sections=tuple(replace(section, energy=0.5) for section in SONG.sections))
    found = struck(AccentAmount.STRONG, replace(FILM, seed=seed), even)
    kinds = [{look.kind for look in shot.looks} for shot in found.shots]
    verse, chorus, last = kinds[:4], kinds[4:8], kinds[8:]
    assert len(set.union(*verse)) == len(set.union(*chorus)) == 1
    assert set.union(*verse) == set.union(*last) != set.union(*chorus)
    assert found == struck(AccentAmount.STRONG, replace(FILM, seed=seed), even)


def test_breaks_short_shots_moving_cameras_and_mounted_pictures_are_left_alone() -> None:
    quiet = replace(SONG, breaks=(Span(12 * SAMPLE_RATE_HZ, 18 * SAMPLE_RATE_HZ),))
    assert min(film_frames(struck(AccentAmount.STRONG, song=quiet))) >= 540
    moving = tuple(replace(shot, move=Move(MoveKind.PUSH_IN, 0.1)) for shot in FILM.shots)
    assert film_frames(struck(AccentAmount.SUBTLE, replace(FILM, shots=moving))) == []
    assert film_frames(struck(AccentAmount.STRONG, replace(FILM, shots=moving)))
    mounted = tuple(replace(shot, framing=Framing(fit=Fit.FILL)) for shot in FILM.shots)
    assert film_frames(struck(AccentAmount.STRONG, replace(FILM, shots=mounted))) == []


def test_directing_a_film_follows_the_brief() -> None:
    found = material({"a": motion(60, speed=0.2)}, {"p": style()})
    calmer = replace(
        SONG,
        sections=(
            replace(SONG.sections[0], energy=0.7),
            replace(SONG.sections[1], energy=0.6),
            replace(SONG.sections[2], energy=0.65),
        ),
    )
    heard = Heard(calmer, BLOB, PLAN, BLOB)
    brief = Brief(None, (), size=Size(640, 360))
    plain = replace(brief, accents=AccentAmount.OFF, transitions=TransitionUse.OFF)
    musical = direct_film(brief, found, heard, None)
    straight = direct_film(plain, found, heard, None)
    assert straight.timeline.transitions == ()
    assert not any(shot.looks for shot in straight.timeline.shots)
    assert [item.reason for item in musical.timeline.transitions] == [
        "dissolve: section chorus is calmer"
    ]
    assert any(shot.looks for shot in musical.timeline.shots)
    assert direct_film(brief, found, heard, None).timeline == musical.timeline
