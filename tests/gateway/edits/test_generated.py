"""Generated shots are edited like others: made again where asked, kept where not."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.briefs import BriefSpec
from services.gateway.edits.parse import parse_operations
from services.gateway.generating import clip_seed
from services.gateway.make import make_film
from services.gateway.preview import Fate
from services.gateway.revise import edit_film, preview_edit
from shared.brief import Size
from shared.errors import Conflict, InvalidInput
from shared.settings import Settings
from tests.gateway.drawn import film, source_of
from tests.gateway.edits.scenes import changed, edited
from tests.gateway.edits.scenes import film as cut_film
from tests.gateway.test_make import Watcher


def test_regenerate_takes_the_next_seed_or_the_given_one() -> None:
    shot = film().shots[1]
    once = edited(film(), "regenerate", shot=shot.id)
    assert changed(film(), once) == [shot.id]
    assert clip_seed(once.shots[1]) == clip_seed(shot) + 1
    assert clip_seed(edited(film(), "regenerate", shot="#2", seed=9).shots[1]) == 9
    assert edited(film(), "reseed", shot="#2", seed=9).shots[1].seed == 9
    assert source_of(once.shots[1]).task == source_of(shot).task


def test_what_was_not_generated_or_is_locked_is_refused() -> None:
    with pytest.raises(InvalidInput, match="was not generated"):
        edited(cut_film(), "regenerate", shot="#1")
    locked = edited(film(), "lock", shot="#2")
    with pytest.raises(Conflict, match="locked"):
        edited(locked, "regenerate", shot="#2")


def test_footage_can_be_drawn_over_and_drawn_shots_filled_with_footage() -> None:
    shot = cut_film().shots[2]
    drawn = edited(cut_film(), "replace_source", shot="#3", source="procedural", scene="rain")
    assert changed(cut_film(), drawn) == [shot.id]
    assert source_of(drawn.shots[2]).task == "rain"
    assert source_of(drawn.shots[2]).energy
    back = edited(drawn, "replace_source", shot="#3", source="long")
    assert back.shots[2].source.handle == "long"
    with pytest.raises(InvalidInput, match="has no scenes"):
        edited(cut_film(), "replace_source", shot="#3", source="long", scene="rain")
    with pytest.raises(InvalidInput, match="scene of words"):
        edited(cut_film(), "replace_source", shot="#3", source="procedural", scene="words")


def test_a_scene_that_is_not_named_differs_from_its_neighbours() -> None:
    for index in range(1, len(film().shots) - 1):
        after = edited(film(), "replace_source", shot=f"#{index + 1}", source="procedural")
        near = [source_of(after.shots[index + step]).task for step in (-1, 1)]
        assert source_of(after.shots[index]).task not in near


def test_lengths_and_cuts_move_and_the_music_follows() -> None:
    longer = edited(film(), "extend", shot="#2", frames=15)
    assert longer.shots[1].frames == film().shots[1].frames + 15
    assert len(source_of(longer.shots[1]).energy) > len(source_of(film().shots[1]).energy)
    removed = edited(film(), "remove", shot="#3")
    assert removed.frame_count == film().frame_count
    start = film().shots[0].frames
    moved = edited(film(), "move_cut", cut="#2", frame=start - 15)
    assert moved.shots[1].frames == film().shots[1].frames + 15
    assert source_of(moved.shots[1]).start_seconds == Fraction(0)


def test_a_drawn_film_is_paced_anew_with_drawn_shots() -> None:
    faster = edited(film(), "set_pacing", pacing="frantic")
    assert len(faster.shots) > len(film().shots)
    assert faster.frame_count == film().frame_count
    palettes = {frozenset(str(source_of(s).param("palette")).split()) for s in faster.shots}
    assert len(palettes) == 1


def test_an_edit_makes_one_clip_again_and_keeps_the_rest(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", workers=2)
    spec = BriefSpec(
        size=Size(128, 72), frame_rate=Fraction(12), prompt="mist", duration_seconds=Fraction(8)
    )
    watcher = Watcher()
    asyncio.run(make_film(settings, spec, tmp_path / "film", draft=False, watcher=watcher))
    operations = parse_operations(['{"op": "regenerate", "shot": "#2"}'])
    seen = asyncio.run(preview_edit(settings, tmp_path / "film", operations))
    will = {line.action for line in seen.lines if line.fate is Fate.WILL_RUN}
    assert will == {"generate"}
    (line,) = [line for line in seen.lines if line.action == "generate"]
    assert any("seed" in text for text in line.changed)
    edited_ = asyncio.run(
        edit_film(
            settings, tmp_path / "film", operations, tmp_path / "two",
            verify_all=False, watcher=Watcher(),
        )
    )  # fmt: skip
    ran = [a["action"] for a in edited_.report["actions"] if not a["hit"]]
    assert sorted(ran) == ["assemble", "generate", "inspect", "measure", "render"]
    kept = [shot["kept"] for shot in edited_.report["shots"]]
    assert kept == [index != 1 for index in range(len(kept))]
    graded = parse_operations(['{"op": "set_grade", "shot": "#2", "warmth": 0.4}'])
    after = asyncio.run(
        edit_film(
            settings, tmp_path / "two", graded, tmp_path / "three",
            verify_all=False, watcher=Watcher(),
        )
    )  # fmt: skip
    ran = [a["action"] for a in after.report["actions"] if not a["hit"]]
    assert sorted(ran) == ["assemble", "inspect", "measure", "render"]
