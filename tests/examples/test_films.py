"""The four example films: their briefs are read, and one of them is made, in small."""

import json
import wave
from pathlib import Path

import pytest
import yaml
from PIL import Image

from examples.films import EXAMPLES, main, write_brief, write_sheet
from examples.media import MissingMedia
from examples.song import write_song
from services.gateway.briefs import read_brief
from services.gateway.cli import main as onbeat

SHORT_SECONDS = 3


def brief_in(folder: Path, name: str) -> Path:
    try:
        return write_brief(name, folder)
    except MissingMedia:
        pytest.skip("the demo's media are not installed (make setup-media)")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The first seconds of the examples' song, as a WAV file."""
    path = tmp_path_factory.mktemp("song") / "song.wav"
    song = write_song(path)
    with wave.open(str(path)) as file:
        frames = file.readframes(SHORT_SECONDS * song.sample_rate_hz)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(song.sample_rate_hz)
        file.writeframes(frames)
    return path.read_bytes()


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_brief_is_read_and_all_its_files_are_there(
    name: str, tmp_path: Path, sound: bytes
) -> None:
    (tmp_path / "song.wav").write_bytes(sound)
    spec = read_brief(brief_in(tmp_path, name))
    assert spec.song is not None
    assert spec.song.is_file()
    assert all(reference.path.is_file() for reference in spec.references)
    assert (name == "lyric-video") == (not spec.references)


def test_the_films_are_of_four_kinds_of_material(tmp_path: Path) -> None:
    specs = {name: yaml.safe_load(brief_in(tmp_path, name).read_text()) for name in EXAMPLES}
    kinds = {
        name: {Path(item["path"]).suffix for item in spec.get("references", [])}
        for name, spec in specs.items()
    }
    assert kinds["music-video"] <= {".mp4", ".mpg"}
    assert kinds["photos"] <= {".jpg", ".png"}
    assert specs["ad"]["also"] == ["9:16", "1:1"]
    assert specs["ad"]["titles"][0]["legal"]
    assert specs["lyric-video"]["prompt"]


def test_an_example_can_be_made(tmp_path: Path, sound: bytes) -> None:
    (tmp_path / "song.wav").write_bytes(sound)
    path = brief_in(tmp_path, "photos")
    brief = yaml.safe_load(path.read_text())
    brief |= {"size": "192x108", "pacing": "frantic"}  # else it is one shot
    brief["references"] = [brief["references"][0], brief["references"][-1]]
    path.write_text(yaml.safe_dump(brief))
    assert onbeat(["make", str(path), "--quiet", "-o", str(tmp_path / "film")]) == 0
    report = json.loads((tmp_path / "film" / "report.json").read_text())
    assert report["summary"]["cuts_astray"] == 0
    assert report["shots"][0]["reference"] == "earth"
    assert report["shots"][-1]["reference"] == "galaxies"
    assert report["type"]["titles"][0]["lines"] == ["A small planet"]
    with Image.open(write_sheet(tmp_path / "film", tmp_path / "sheet.jpg")) as sheet:
        assert sheet.width > 1000


def test_an_unknown_film_is_refused_with_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["trailer"])
    said = capsys.readouterr().err
    assert all(name in said for name in ("'trailer'", *EXAMPLES))
