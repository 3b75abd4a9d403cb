"""From a prompt alone: every shot drawn, one palette, moving with the music."""

from __future__ import annotations

import asyncio
import itertools
import json
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.draw_film import DRAWN_SECONDS, in_palette, is_drawn
from services.gateway.made_film import MadeFilm
from services.gateway.make import make_film
from services.gateway.palette_choice import ChosenPalette
from services.gateway.takes import make_takes
from shared.brief import MediaKind, Role, Size, SourceChoice
from shared.captions import CaptionDelivery
from shared.errors import InvalidInput
from shared.settings import Settings
from tests.gateway.drawn import PROMPT, brief, drawn_film, film, source_of
from tests.gateway.synthetic import reference
from tests.gateway.test_make import Watcher

PICTURE = reference("hero", MediaKind.IMAGE)
STYLE = reference("tone", MediaKind.IMAGE, Role.STYLE)


def test_footage_comes_first_and_drawing_is_for_those_without() -> None:
    assert is_drawn(brief())
    assert is_drawn(brief(references=(STYLE,)))
    assert not is_drawn(brief(references=(PICTURE,)))
    assert is_drawn(brief(references=(PICTURE,), source=SourceChoice.PROCEDURAL))
    assert is_drawn(brief(prompt=None, source=SourceChoice.PROCEDURAL))
    for refused in (brief(prompt=None), brief(source=SourceChoice.FOOTAGE)):
        with pytest.raises(InvalidInput, match="--prompt"):
            is_drawn(refused)


def test_shots_tile_the_cut_plan_in_one_palette() -> None:
    shots = film().shots
    assert film().frame_count == 600
    colors = {frozenset(str(source_of(shot).param("palette")).split()) for shot in shots}
    assert len(colors) == 1
    grounds = {str(source_of(shot).param("palette")).split()[0] for shot in shots}
    assert len(grounds) == 1


def test_neighbours_differ_and_several_scenes_are_seen() -> None:
    tasks = [source_of(shot).task for shot in film().shots]
    assert all(one != other for one, other in itertools.pairwise(tasks))
    assert len(set(tasks)) >= 4
    assert tasks[0] == "words"


def test_pictures_move_with_the_song_and_in_silence_steadily() -> None:
    for shot in film().shots:
        source = source_of(shot)
        assert source.energy
        assert source.accents
    assert all(source_of(shot).energy == () for shot in drawn_film(is_silent=True).shots)


def test_captions_are_the_words_where_they_are_burned_in() -> None:
    tasks = [source_of(shot).task for shot in drawn_film(captions=CaptionDelivery.BURNED).shots]
    assert "words" not in tasks


def test_another_take_or_seed_shows_other_clips() -> None:
    ids = {tuple(shot.id for shot in drawn_film(take=take).shots) for take in range(3)}
    assert len(ids) == 3
    assert drawn_film(seed=1).shots != film().shots
    assert drawn_film().shots == film().shots


def test_type_has_the_palettes_accent_unless_the_brand_has_its_own() -> None:
    palette = ChosenPalette(("#000000", "#21e6ff"), "")
    asked = in_palette(brief(), palette)
    assert asked.brand is not None
    assert asked.brand.accent == "#21e6ff"
    own = brief(brand=asked.brand)
    assert in_palette(own, ChosenPalette(("#000000", "#ffffff"), "")) == own


def make(settings: Settings, out: Path, **fields: object) -> MadeFilm:
    spec = BriefSpec(size=Size(128, 72), frame_rate=Fraction(12), **fields)  # type: ignore[arg-type]
    return asyncio.run(make_film(settings, spec, out, draft=False, watcher=Watcher()))


def test_a_prompt_alone_makes_a_film_and_again_runs_nothing(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", workers=2)
    made = make(settings, tmp_path / "film", prompt=PROMPT)
    report = made.report
    assert report["summary"]["cuts_on_planned_frame"] == report["summary"]["cuts"] > 2
    timeline = json.loads((made.folder / "timeline.json").read_text())
    assert sum(shot["frames"] for shot in timeline["shots"]) == DRAWN_SECONDS * 12
    ran = [action["action"] for action in report["actions"]]
    assert ran.count("generate") == len(timeline["shots"])
    again = make(settings, tmp_path / "again", prompt=PROMPT)
    assert all(action["hit"] for action in again.report["actions"])
    assert (made.folder / "film.mp4").read_bytes() == (again.folder / "film.mp4").read_bytes()


def test_a_photo_gives_its_colours_and_is_not_shown(tmp_path: Path) -> None:
    Image.new("RGB", (320, 180), (200, 30, 40)).save(tmp_path / "red.png")
    settings = Settings(store=tmp_path / "store", workers=2)
    made = make(
        settings,
        tmp_path / "film",
        prompt=PROMPT,
        references=(ReferenceSpec(tmp_path / "red.png", roles=(Role.STYLE,)),),
        duration_seconds=Fraction(2),
    )
    shots = json.loads((made.folder / "timeline.json").read_text())["shots"]
    params = {item["name"]: item["value"] for item in shots[0]["source"]["params"]}
    assert params["palette_from"] == "from the references"
    reds = [tuple(bytes.fromhex(color[1:])) for color in params["palette"].split()]
    assert all(red >= green and red >= blue for red, green, blue in reds)


def test_takes_of_a_drawn_film_differ(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", workers=2)
    spec = BriefSpec(
        size=Size(128, 72), frame_rate=Fraction(12), prompt=PROMPT, duration_seconds=Fraction(3)
    )
    made = asyncio.run(
        make_takes(settings, spec, tmp_path / "takes", 2, draft=False, watcher=Watcher())
    )
    first, second = (film.folder / "film.mp4" for film in made.films)
    assert first.read_bytes() != second.read_bytes()
    assert made.sheet.exists()
