"""A real film in another language: same cuts, same pictures, other words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.gateway.film_folder import read_document
from services.gateway.made_film import MadeFilm
from services.gateway.versions.localize import Translation, kept_in_language, localize_film
from services.gateway.versions.subtitles import Cue
from services.gateway.versions.title_words import TitleWords
from shared.captions import CaptionDelivery
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.schema import from_document
from shared.soundtrack import Voice
from shared.timeline import Timeline
from tests.gateway.films import song, wav
from tests.gateway.finished import Silent
from tests.gateway.typed_film import cue
from tests.gateway.versions.conftest import Approved

CUES = (Cue(1, 2, Fraction(1), Fraction(2), ("Guten Morgen",)),)


def _localize(approved: Approved, out: Path, **fields: object) -> MadeFilm:
    wanted = replace(Translation("de"), **fields)  # type: ignore[arg-type]
    return asyncio.run(localize_film(approved.settings, approved.folder, wanted, out, Silent()))


def test_titles_and_captions_change_only_the_shots_that_show_them(
    approved: Approved, tmp_path: Path
) -> None:
    out = tmp_path / "de"
    titles = (TitleWords("t1", "Guten Morgen"),)
    made = _localize(approved, out, titles=titles, cues=CUES, captions=CaptionDelivery.BOTH)
    film = approved.timeline
    version = from_document(Timeline, read_document(out, "timeline.json"))
    assert version.language == "de"
    assert version.start_frames() == film.start_frames()
    assert [shot.source for shot in version.shots] == [shot.source for shot in film.shots]
    assert version.titles[0].lines == ("Guten Morgen",)
    assert version.sound == film.sound
    summary = made.report["summary"]
    assert 1 <= summary["shots_kept"] < len(film.shots)
    before = read_document(approved.folder, "report.json")["shots"]
    pairs = list(zip(before, made.report["shots"], strict=True))
    assert all(one["clip"] == other["clip"] for one, other in pairs if other["kept"])
    assert [s.is_locked for s in version.shots] == [other["kept"] for _, other in pairs]
    assert "Guten Morgen" in (out / "captions.srt").read_text(encoding="utf-8")


def test_captions_in_files_and_a_voice_render_nothing(approved: Approved, tmp_path: Path) -> None:
    voice = tmp_path / "de.wav"
    voice.write_bytes(wav(song(1.5).astype(np.float32)))
    made = _localize(approved, tmp_path / "de", cues=CUES, voice=voice)
    count = len(approved.timeline.shots)
    assert made.report["summary"]["shots_kept"] == count
    ran = [action["action"] for action in made.report["actions"] if not action["hit"]]
    assert "render" not in ran
    assert "mix" in ran
    version = from_document(Timeline, read_document(tmp_path / "de", "timeline.json"))
    assert version.voice is not None
    assert version.voice.start_sample == 48_000


def test_an_overlong_voice_writes_nothing(approved: Approved, tmp_path: Path) -> None:
    voice = tmp_path / "de.wav"
    voice.write_bytes(wav(song(4.5).astype(np.float32)))
    with pytest.raises(InvalidInput, match=r"de\.wav: lasts 4.50 s .* 1.50 s longer"):
        _localize(approved, tmp_path / "de", cues=CUES, voice=voice)
    assert not (tmp_path / "de").exists()


def test_what_stays_in_the_films_language_is_told(approved: Approved) -> None:
    film = replace(
        approved.timeline,
        captions=(cue(1, 0, 30, "one"),),
        voice=Voice(Digest.of_bytes(b"en"), 0),
    )
    assert kept_in_language(film, Translation("de")) == (
        "titles without a translation: t1",
        "the voice is still the film's own",
        "the captions are still the film's own",
    )
    said = Translation("de", CUES, (), (TitleWords("#1", "Hallo"),), Path("de.wav"))
    assert kept_in_language(film, said) == ()
