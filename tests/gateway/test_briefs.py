"""Briefs from YAML and flags: understood exactly or refused with the reason."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from services.gateway.brief_values import parse_seed
from services.gateway.briefs import BriefSpec, ReferenceSpec, parse_reference, read_brief
from shared.brief import CutsOn, GradeMode, Pacing, Role, Size
from shared.errors import InvalidInput, NotFound

FULL = """
song: music/track.mp3
references:
  - {handle: "@hero", path: ride.mp4, roles: [product, first_frame]}
  - coast.jpg
pacing: driving
size: 1280x720
frame_rate: 29.97
duration_seconds: 12.5
seed: 7
cuts_on: downbeats
lead_frames: 2
speech_model: faster-whisper:weights/large
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "brief.yaml"
    path.write_text(text)
    return path


def test_a_full_brief_is_read_relative_to_its_folder(tmp_path: Path) -> None:
    assert read_brief(write(tmp_path, FULL)) == BriefSpec(
        song=tmp_path / "music/track.mp3",
        references=(
            ReferenceSpec(tmp_path / "ride.mp4", "hero", (Role.PRODUCT, Role.FIRST_FRAME)),
            ReferenceSpec(tmp_path / "coast.jpg"),
        ),
        pacing=Pacing.DRIVING,
        size=Size(1280, 720),
        frame_rate=Fraction(30000, 1001),
        duration_seconds=Fraction(25, 2),
        seed=7,
        cuts_on=CutsOn.DOWNBEATS,
        lead_frames=2,
        speech_model=f"faster-whisper:{tmp_path}/weights/large",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("songs: a.mp3", "unknown key 'songs' in a brief; expected .*references"),
        ("references: [{file: a.mp4}]", "unknown key 'file' in a reference"),
        ("references: [{handle: a}]", "expected a path"),
        ("references: a.mp4", "expected a list"),
        ("references: [{path: a.mp4, roles: [hero]}]", "role 'hero' is not known; .*first_frame"),
        ("pacing: fast", "pacing 'fast' is not known; expected one of calm, steady"),
        ("size: 1281x720", "even sides"),
        ("grade: warm", "grade 'warm' is not known; expected one of auto, none"),
        ("look: [a.cube]", "look: expected a value"),
        ("references: [{path: a.mp4, input_lut: {}}]", "input_lut: expected a value"),
        ("size: big", "WIDTHxHEIGHT"),
        ("frame_rate: 0", "out of range"),
        ("frame_rate: quick", "not a number"),
        ("duration_seconds: -3", "not a number"),
        ("duration_seconds: 0", "out of range"),
        ("seed: 1.5", "whole number"),
        ("cuts_on: bars", "cuts_on 'bars' is not known; expected one of auto, beats, downbeats"),
        ("lead_frames: 4", "lead_frames '4' is not a whole number from 0 to 3"),
        ("lead_frames: -1", "lead_frames '-1' is not a whole number"),
        ("seed: true", "whole number"),
        ("seed: 010_0", "whole number"),
        ("seed: [1]", "seed: expected a value"),
        (f"seed: {'9' * 5000}", "whole number"),
        ("duration_seconds: 1:30", "not a number"),
        ("duration_seconds: 2024-13-45", "not a number"),
        ("song: !!timestamp soon", "not a brief in YAML"),
        ("seed: !!int ''", "not a brief in YAML"),
        ("seed: !!python/object:os.system {}", "not a brief in YAML"),
        ("[" * 20_000, "not a brief in YAML: nested too deeply"),
        ("references: [" + "{path: " * 20_000, "not a brief in YAML: nested too deeply"),
        ("references: &a [&b [x, *a], *b]", "expected a reference"),
        ("<<: {song: a.mp3}", "unknown key '<<'"),
        ("- just\n- a list", "expected a brief"),
        ("{", "not a brief in YAML"),
        ("", "expected a brief"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_file(
    tmp_path: Path, text: str, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InvalidInput, match=message) as caught:
        read_brief(path)
    assert caught.value.message.startswith(str(path))


def test_values_are_the_text_that_was_written(tmp_path: Path) -> None:
    text = "song: 2024-13-45\nreferences: [1.50, no, {path: 010, handle: on}]\nseed: ~\n"
    spec = read_brief(write(tmp_path, text))
    assert spec.song == tmp_path / "2024-13-45"
    assert [r.path.name for r in spec.references] == ["1.50", "no", "010"]
    assert spec.references[2].handle == "on"
    assert spec.seed == 0


def test_a_refusal_is_short_however_long_the_value(tmp_path: Path) -> None:
    # Ten thousand million items, in a file of a few lines.
    lines = ["references:", "- &a0 [x]"]
    lines += [f"- &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(10)]
    with pytest.raises(InvalidInput) as caught:
        read_brief(write(tmp_path, "\n".join(lines)))
    assert len(caught.value.message) < 1000
    with pytest.raises(InvalidInput) as caught:
        parse_seed("9" * 5000)
    assert len(caught.value.message) < 200


def test_a_missing_brief_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        read_brief(tmp_path / "nothing.yaml")


def test_a_brief_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_bytes(b"\xff\xfe\x00song")
    with pytest.raises(InvalidInput, match=r"not a brief in YAML: .*expected a song with --song"):
        read_brief(path)


def test_references_on_the_command_line(tmp_path: Path) -> None:
    assert parse_reference("a.mp4") == ReferenceSpec(Path("a.mp4"))
    assert parse_reference("@mug=b.jpg") == ReferenceSpec(Path("b.jpg"), "mug")
    odd = tmp_path / "a=b.mp4"
    odd.touch()
    assert parse_reference(str(odd)) == ReferenceSpec(odd)


def test_a_reference_too_long_for_a_name_is_left_to_whoever_opens_it() -> None:
    name = "y" * 5000
    assert parse_reference(f"x={name}") == ReferenceSpec(Path(name), "x")


def test_prompts_are_read_for_the_film_and_for_sections(tmp_path: Path) -> None:
    text = "prompt: a  day\nsection_prompts: {chorus: people dance}\n"
    spec = read_brief(write(tmp_path, text))
    assert spec.prompt == "a day"
    assert spec.section_prompts == (("chorus", "people dance"),)


def test_the_look_is_read_relative_to_its_folder(tmp_path: Path) -> None:
    text = "look: film.cube\ngrade: none\nreferences: [{path: a.mp4, input_lut: luts/slog3.cube}]"
    path = write(tmp_path, text)
    spec = read_brief(path)
    assert (spec.look, spec.grade) == (tmp_path / "film.cube", GradeMode.NONE)
    assert spec.references[0].input_lut == tmp_path / "luts/slog3.cube"
