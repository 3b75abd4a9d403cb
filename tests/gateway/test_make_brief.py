"""The brief of `onbeat make`: flags on top of the file's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.gateway.briefs import BriefSpec, read_brief
from services.gateway.cli import _parser
from services.gateway.make_brief import FILE_FLAGS, SWITCH_FLAGS, TEXT_FLAGS, brief_of
from shared.brief import CutsOn, GradeMode, Pacing, Role, Size
from shared.errors import InvalidInput

BRIEF = """\
song: track.mp3
references: [ride.mp4, coast.jpg]
pacing: driving
size: 1280x720
frame_rate: 29.97
look: film.cube
grade: none
"""


def of_flags(*flags: str) -> BriefSpec:
    return brief_of(_parser().parse_args(["make", *flags, "-o", "out"]))


def test_flags_win_over_the_file_and_references_add_up(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF)
    flags = ["--pacing", "calm", "--fps", "25", "--ref", "x=b.mp4", "--talk", "she=c.mp4"]
    spec = of_flags(str(path), *flags, "--cuts-on", "phrases", "--lead-frames", "1")
    assert (spec.cuts_on, spec.lead_frames) == (CutsOn.PHRASES, 1)
    assert spec.pacing is Pacing.CALM
    assert spec.frame_rate == 25
    assert spec.size == Size(1280, 720)
    assert [r.path.name for r in spec.references] == ["ride.mp4", "coast.jpg", "b.mp4", "c.mp4"]
    assert [r.handle for r in spec.references[2:]] == ["x", "she"]
    assert [r.roles for r in spec.references[2:]] == [(), (Role.TALK,)]


def test_a_file_named_by_a_flag_is_relative_to_where_we_are(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF)
    spec = of_flags(str(path), "--look", "other.cube", "--grade", "auto")
    assert (spec.look, spec.grade) == (Path("other.cube"), GradeMode.AUTO)
    assert spec.song == tmp_path / "track.mp3"


def test_without_flags_the_brief_is_the_files(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF)
    assert of_flags(str(path)) == read_brief(path)
    assert of_flags() == BriefSpec()


@pytest.mark.parametrize(
    ("flags", "changes"),
    [
        (["--prompt", " the sea "], {"prompt": "the sea"}),
        (["--words", "--stems", "--music-edit"], dict.fromkeys(SWITCH_FLAGS, True)),
        (["--script", "say.txt"], {"script": Path("say.txt")}),
        (["--fps", "24", "--duration", "7"], {"frame_rate": 24, "duration_seconds": 7}),
    ],
)
def test_a_flag_changes_its_own_words_alone(flags: list[str], changes: dict[str, Any]) -> None:
    spec = of_flags(*flags)
    assert {name: getattr(spec, name) for name in changes} == changes
    defaults = BriefSpec()
    others = [name for name in BriefSpec.__dataclass_fields__ if name not in changes]
    assert all(getattr(spec, name) == getattr(defaults, name) for name in others)


def test_every_word_is_a_flag_and_a_field_of_the_brief() -> None:
    options = vars(_parser().parse_args(["make"]))
    for flag in (*TEXT_FLAGS, *FILE_FLAGS, *SWITCH_FLAGS):
        assert flag in options
    for name in (*TEXT_FLAGS.values(), *FILE_FLAGS, *SWITCH_FLAGS):
        assert name in BriefSpec.__dataclass_fields__


def test_what_a_flag_cannot_say_is_refused() -> None:
    with pytest.raises(InvalidInput, match="wide"):
        of_flags("--size", "wide")
