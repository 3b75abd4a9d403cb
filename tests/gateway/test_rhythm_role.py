"""The role `rhythm`: a film is paced as a clip is cut, unless the brief says otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.rhythm_role import rhythm_clips, rhythm_of
from shared.brief import Brief, MediaKind, Pacing, Role
from shared.digest import Digest
from shared.observation import VideoMotion
from tests.gateway.synthetic import motion, reference

EDIT = reference("edit", MediaKind.VIDEO, Role.RHYTHM)
BRIEF = Brief(None, (EDIT, reference("ride", MediaKind.VIDEO)))


def cut_every(frames: int, seconds: float = 20) -> dict[Digest, VideoMotion]:
    """What was seen of a clip of 25 frames a second with a cut every so many."""
    return {EDIT.blob: motion(seconds, shots=tuple(range(0, round(seconds * 25), frames)))}


@pytest.mark.parametrize(
    ("frames", "pacing"),
    [(13, Pacing.FRANTIC), (25, Pacing.DRIVING), (50, Pacing.STEADY), (100, Pacing.CALM)],
)
def test_the_pacing_is_that_of_the_clips_own_cuts(frames: int, pacing: Pacing) -> None:
    found = rhythm_of(BRIEF, cut_every(frames), 120.0)
    assert found.pacing is pacing
    assert found.notes == ()
    assert found.effects["edit"].startswith(f"set the pacing to {pacing}: its shots last")


def test_cuts_are_counted_in_beats_of_the_song() -> None:
    assert rhythm_of(BRIEF, cut_every(50), 60.0).pacing is Pacing.DRIVING
    assert rhythm_of(BRIEF, cut_every(50), None).pacing is Pacing.STEADY


def test_a_pacing_that_was_asked_for_wins_and_few_cuts_tell_nothing() -> None:
    asked = rhythm_of(replace(BRIEF, pacing=Pacing.CALM), cut_every(13), 120.0)
    assert (asked.pacing, asked.effects) == (Pacing.CALM, {})
    assert asked.notes == ("the rhythm of @edit was not used: the brief asks for calm pacing",)
    few = rhythm_of(BRIEF, cut_every(200), 120.0)
    assert few.pacing is Pacing.STEADY
    assert few.notes == (
        "the rhythm of @edit was not used: it has 2 cuts of its own; expected at least 3",
    )


def test_a_photo_has_no_rhythm_and_the_first_clip_decides() -> None:
    photo = reference("still", MediaKind.IMAGE, Role.RHYTHM)
    other = reference("other", MediaKind.VIDEO, Role.RHYTHM)
    brief = Brief(None, (photo, EDIT, other))
    assert rhythm_clips(brief) == [EDIT, other]
    found = rhythm_of(brief, {**cut_every(25), other.blob: cut_every(100)[EDIT.blob]}, 120.0)
    assert found.pacing is Pacing.DRIVING
    assert [note.split(": ")[1] for note in found.notes] == [
        "it is image, which has no cuts",
        "@edit sets the pacing",
    ]
