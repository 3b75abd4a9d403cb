"""The director's timeline: tiles exactly, accents inside shots, moves where there is none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest

from services.gateway.director import Directed, Heard, direct, direct_film
from services.gateway.material import Material
from services.gateway.sight import Sight
from shared.brief import Brief, Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.recognition import Labels, TextEmbedding
from shared.schema import to_json
from shared.shot import MoveKind
from shared.sync_map import CutEvent, CutKind, CutPlan, PlannedCut, Section, SyncMap
from shared.timeline import Timeline
from tests.gateway.synthetic import material, motion, style

ANY = Digest.of_bytes(b"any")
BRIEF = Brief(None, (), size=Size(1280, 720))


def plan(frame_count: int, *cuts: int) -> CutPlan:
    planned = [PlannedCut(f, f * 1600, CutEvent.BEAT, CutKind.ON_BEAT, 1.0, "beat") for f in cuts]
    accents = tuple((frame, 0.8) for frame in range(0, frame_count, 15))
    return CutPlan(Fraction(30), frame_count, 0, tuple(planned), accents)


def film(found: Material, cut_plan: CutPlan, brief: Brief = BRIEF) -> Timeline:
    return direct(brief, found, Heard(None, None, cut_plan, ANY), None)


def test_shots_tile_the_cut_plan_exactly() -> None:
    timeline = film(material({"a": motion(20)}), plan(200, 31, 77, 150))
    assert timeline.start_frames() == (0, 31, 77, 150)
    assert timeline.frame_count == 200
    assert len({shot.id for shot in timeline.shots}) == 4
    assert timeline.next_shot_number == 5


def test_a_clip_that_moves_gets_no_camera_move_and_a_still_one_does() -> None:
    moving = film(material({"a": motion(20, speed=0.2)}), plan(200, 100))
    still = film(material({"a": motion(20, speed=0.0)}), plan(200, 100))
    assert {shot.move.kind for shot in moving.shots} == {MoveKind.HOLD}
    assert MoveKind.HOLD not in {shot.move.kind for shot in still.shots}


def test_accents_are_the_beats_inside_a_shot() -> None:
    timeline = film(material({}, {"p": style(), "q": style()}), plan(120, 60))
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        frames = [accent.frame for accent in shot.accents]
        assert frames == [15, 30, 45]
        assert all((start + frame) % 15 == 0 for frame in frames)


def test_no_move_repeats_in_adjacent_shots() -> None:
    found = material({}, {f"p{n}": style() for n in range(4)})
    kinds = [shot.move.kind for shot in film(found, plan(600, *range(50, 600, 50))).shots]
    assert all(one is not other for one, other in pairwise(kinds))


def test_a_tall_photo_in_a_wide_film_is_travelled_along_its_height() -> None:
    found = material({}, {"tall": style(600, 1200)})
    move = film(found, plan(90)).shots[0].move
    assert move.kind is MoveKind.TILT_UP
    assert move.amount > 0.3


def test_a_photo_that_returns_shows_another_part() -> None:
    timeline = film(material({}, {"p": style()}), plan(120, 60))
    assert timeline.shots[0].framing.zoom != timeline.shots[1].framing.zoom


def test_the_framing_looks_at_the_subject() -> None:
    photo = replace(style(), saliency_x=0.25)
    assert film(material({}, {"p": photo}), plan(60)).shots[0].framing.center_x == 0.25


def test_equal_input_gives_an_equal_timeline_and_ids_follow_the_seed() -> None:
    found = material({"a": motion(20), "b": motion(20)})
    one, again = film(found, plan(200, 100)), film(found, plan(200, 100))
    other = film(found, plan(200, 100), replace(BRIEF, seed=9))
    assert one == again
    assert {shot.id for shot in one.shots}.isdisjoint(shot.id for shot in other.shots)


def test_no_picture_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no clip or photo"):
        film(Material((), ()), plan(60))


def test_where_footage_runs_out_shots_lengthen_and_the_plan_says_so() -> None:
    heard = Heard(None, None, plan(240, *range(30, 240, 30)), ANY)
    scarce = direct_film(BRIEF, material({"a": motion(3)}, {"p": style()}), heard, None)
    assert 0 < scarce.dropped <= 2
    assert len(scarce.timeline.shots) == 8 - scarce.dropped
    assert scarce.timeline.frame_count == 240
    starts = scarce.timeline.start_frames()[1:]
    assert starts == tuple(cut.frame for cut in scarce.cut_plan.cuts)
    assert scarce.timeline.cut_plan == Digest.of_bytes(to_json(scarce.cut_plan))
    plenty = direct_film(BRIEF, material({"a": motion(30), "b": motion(30)}), heard, None)
    assert plenty.dropped == 0
    assert (plenty.timeline.cut_plan, len(plenty.timeline.shots)) == (ANY, 8)


def test_another_take_shows_other_windows_under_the_same_cuts() -> None:
    clips = {name: motion(30, speed=0.05 + n / 10) for n, name in enumerate("abc")}
    found = material(clips, {"p": style()})
    heard = Heard(None, None, plan(240, *range(30, 240, 30)), ANY)
    takes: list[Directed] = []
    for _ in range(3):
        takes.append(direct_film(BRIEF, found, heard, None, others=[take.take for take in takes]))
    assert len({take.timeline.start_frames() for take in takes}) == 1
    for one, other in combinations(takes, 2):
        pairs = list(zip(one.timeline.shots, other.timeline.shots, strict=True))
        same = sum(a.source.handle == b.source.handle for a, b in pairs)
        assert same <= 3
        assert all(a.source != b.source for a, b in pairs if a.source.handle in clips)


def test_a_section_is_shown_what_its_prompt_says() -> None:
    names = np.eye(2, 384, dtype=np.float32)
    center = np.zeros(384, np.float32)
    prompts = {f"text {n}": TextEmbedding(row, row[None]) for n, row in enumerate(names)}
    found = material({}, {f"p{n}": style() for n in range(6)})
    photos = [
        replace(photo, labels=Labels(names[n % 2], center, np.ones(1), ("name",)))
        for n, photo in enumerate(found.photos)
    ]
    sections = (Section(0, 2 * 48_000, "verse"), Section(2 * 48_000, 4 * 48_000, "chorus"))
    sync_map = SyncMap(4 * 48_000, 0.9, None, 0.0, (), (), (), sections=sections)
    brief = replace(BRIEF, prompt="text 0", section_prompts=(("chorus", "text 1"),))
    heard = Heard(sync_map, ANY, plan(120, 20, 40, 60, 80, 100), ANY)
    film = direct_film(brief, Material((), tuple(photos)), heard, None, Sight(prompts=prompts))
    shown = [shot.source.handle for shot in film.timeline.shots]
    assert set(shown[:3]) == {"p0", "p2", "p4"}
    assert set(shown[3:]) == {"p1", "p3", "p5"}
