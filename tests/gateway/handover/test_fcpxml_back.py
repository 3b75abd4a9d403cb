"""FCPXML comes back with exact times at every rate, also of what plays backwards."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.handover.fcpxml_back import read_fcpxml
from shared.errors import InvalidInput
from shared.shot import Footage
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import NTSC, back, odd_film, written


def test_an_untouched_file_is_the_film(handed: HandedOver, tmp_path: Path) -> None:
    sequence, film = odd_film(handed)
    name, text = written("fcpxml", sequence)
    result = back(text, name, film, handed, tmp_path)
    assert (result.changed, result.left_out) == ((), ())
    assert result.timeline.transitions == film.transitions
    assert result.timeline.sound == film.sound


def test_a_slipped_clip_shows_another_moment(handed: HandedOver, tmp_path: Path) -> None:
    sequence, film = odd_film(handed)
    name, text = written("fcpxml", sequence)
    # What begins later in its own time begins earlier in a source that is played backwards.
    begins = text.partition('name="001 ')[2].partition('start="')[2].partition('s"')[0]
    later = Fraction(begins) + 6 / NTSC
    text = text.replace(f'start="{begins}s"', f'start="{later}s"', 1)
    result = back(text, name, film, handed, tmp_path)
    shot, was = result.timeline.shots[0].source, film.shots[0].source
    assert isinstance(shot, Footage)
    assert isinstance(was, Footage)
    moved = was.start_seconds - shot.start_seconds
    assert moved == min(was.start_seconds, 6 / NTSC) or abs(moved - 6 / NTSC) < Fraction(1, 10**4)
    assert result.changed == (film.shots[0].id,)


def test_connected_clips_are_listed_and_gaps_are_filled(handed: HandedOver, tmp_path: Path) -> None:
    sequence, film = odd_film(handed)
    name, text = written("fcpxml", replace(sequence, sounds=()))
    clip = f'<asset-clip ref="r1" lane="1" name="over" duration="{10 / NTSC}s"/>'
    gap = f'<gap duration="{4 / NTSC}s"/>'
    text = text.replace("</note>", f"</note>{clip}", 1).replace("</spine>", f"{gap}</spine>", 1)
    result = back(text, name, film, handed, tmp_path)
    listed = "\n".join(result.left_out)
    assert "track 'connected clips'" in listed
    assert "goes on for its 4 frames" in listed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<fcpxml/>", "no sequence with a spine"),
        ("<fcpxml><sequence><spine/></sequence></fcpxml>", "no frame rate"),
        (
            '<fcpxml><format id="f" frameDuration="1e9999999s"/><sequence format="f"><spine/>'
            "</sequence></fcpxml>",
            "is no time",
        ),
        (
            '<fcpxml><format id="f" frameDuration="1/0s"/><sequence format="f"><spine/>'
            "</sequence></fcpxml>",
            "is no time",
        ),
    ],
)
def test_what_is_no_sequence_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "film.fcpxml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        read_fcpxml(path)
