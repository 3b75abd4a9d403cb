"""Every operation runs exactly the actions that it must, and keeps every other packet.

The lists below are the promise of the product: whoever changes one has to say why.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services.gateway.cli import main
from services.gateway.edits.parse import parse_operations
from services.gateway.preview import Fate, Preview
from services.gateway.revise import preview_edit
from shared.settings import Settings
from tests.e2e.sources import Sources, write_sources

ONE_SHOT = ["assemble", "inspect", "measure", "render"]
ONE_CLIP = ["align_motion", "assemble", "inspect", "measure", "render"]
ONE_CLIP_ONE_PHOTO = [
    *("align_motion", "assemble", "inspect", "measure", "measure", "render", "render"),
]
TWO_SHOTS = ["assemble", "inspect", "measure", "measure", "render", "render"]
TWO_CLIPS = ["align_motion", *ONE_CLIP_ONE_PHOTO]
NOTHING: list[str] = []


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def _made(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film of a few shots, and the store that it alone was made with."""
    folder = tmp_path_factory.mktemp("made")
    words = ["--size", "256x144", "--pacing", "driving", "--quiet", "-o", str(folder / "film")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONBEAT_STORE", str(folder / "store"))
        assert main(["make", *sources.flags(), *words]) == 0
    return folder


@pytest.fixture
def store(_own_store: None, _made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that store: what one test has run is no hit for the next."""
    copy = shutil.copytree(_made / "store", tmp_path / "store")
    monkeypatch.setenv("ONBEAT_STORE", str(copy))
    return copy


@pytest.fixture
def film(_made: Path, store: Path, tmp_path: Path) -> Path:
    """A copy of the film."""
    return shutil.copytree(_made / "film", tmp_path / "film")


def report_of(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "report.json").read_text())
    assert isinstance(document, dict)
    return document


def edit(film: Path, *operations: str, out: str = "edited") -> Path:
    words = [word for text in operations for word in ("--op", text)]
    folder = film.with_name(out)
    assert main(["edit", str(film), *words, "--quiet", "-o", str(folder)]) == 0
    return folder


def previewed(film: Path, store: Path, *operations: str) -> Preview:
    return asyncio.run(preview_edit(Settings(store), film, parse_operations(operations)))


def ran(folder: Path) -> list[str]:
    return sorted(a["action"] for a in report_of(folder)["actions"] if not a["hit"])


def clips(folder: Path) -> dict[str, str]:
    return {shot["id"]: shot["clip"] for shot in report_of(folder)["shots"]}


# The film's shots: #1 video1, #2 image2, #3 video2, #4 image1, #5 video1, #6 video2. A clip whose
# window, length or accents change is aligned to the music anew; a photo has no motion to align.
OPERATIONS = [
    ('{"op": "lock", "shot": "#2"}', NOTHING, 0),
    ('{"op": "pin", "shot": "#2"}', NOTHING, 0),
    ('{"op": "set_grade", "shot": "#2", "warmth": 0.31}', ONE_SHOT, 1),
    ('{"op": "set_grade", "shot": "#3", "warmth": 0.31}', ONE_SHOT, 1),
    ('{"op": "set_framing", "shot": "#2", "zoom": 1.21}', ONE_SHOT, 1),
    ('{"op": "set_framing", "shot": "#5", "zoom": 1.21}', ONE_SHOT, 1),
    ('{"op": "set_move", "shot": "#3", "kind": "push_in", "amount": 0.111}', ONE_SHOT, 1),
    ('{"op": "reseed", "shot": "#2", "seed": 5}', ONE_SHOT, 1),
    ('{"op": "reseed", "shot": "#3", "seed": 5}', ONE_CLIP, 1),
    ('{"op": "replace_source", "shot": "#2", "source": "image1"}', ONE_SHOT, 1),
    ('{"op": "replace_source", "shot": "#2", "source": "video2"}', ONE_CLIP, 1),
    ('{"op": "extend", "shot": "#2", "frames": 3}', ONE_CLIP_ONE_PHOTO, 2),
    ('{"op": "extend", "shot": "#5", "frames": 3}', TWO_CLIPS, 2),
    # The clip after the cut has no beat left inside to be aligned to.
    ('{"op": "move_cut", "cut": "#3", "event": "next_beat"}', TWO_SHOTS, 2),
    ('{"op": "split", "shot": "#1", "frame": 30}', TWO_CLIPS, 2),
    ('{"op": "remove", "shot": "#4"}', ONE_CLIP, 1),
    (
        '{"op": "set_transition", "cut": "#3", "kind": "dissolve", "frames": 6}',
        [*("assemble", "inspect", *3 * ["measure"], "render", "render", "transition")],
        2,
    ),
]


def test_the_film_is_the_one_that_the_lists_are_about(film: Path) -> None:
    assert [shot["reference"] for shot in report_of(film)["shots"]] == [
        *("video1", "image2", "video2", "image1", "video1", "video2")
    ]


@pytest.mark.parametrize(("operation", "actions", "changed"), OPERATIONS)
def test_an_operation_runs_what_it_must_and_keeps_the_rest(
    film: Path, store: Path, operation: str, actions: list[str], changed: int
) -> None:
    preview = previewed(film, store, operation)
    edited = edit(film, operation)
    assert ran(edited) == actions
    before, after = clips(film), clips(edited)
    assert sum(before.get(name) != clip for name, clip in after.items()) == changed
    report = report_of(edited)
    assert all(shot["kept"] for shot in report["shots"] if before.get(shot["id"]) == shot["clip"])
    assert report["summary"]["expected_packets_share"] == 1.0
    assert report["summary"]["cuts_on_planned_frame"] == len(report["cuts"])
    # What ran had been announced, and what was announced as kept did not run.
    announced = Counter(
        line.action for line in preview.lines if line.fate in (Fate.WILL_RUN, Fate.MAY_RUN)
    )
    assert not Counter(actions) - announced
    certain = Counter(line.action for line in preview.lines if line.fate is Fate.WILL_RUN)
    assert not certain - Counter(actions)


def test_a_clip_is_aligned_when_it_is_made_and_again_only_when_its_window_changes(
    film: Path,
) -> None:
    shots = report_of(film)["shots"]
    number, shot = next((n, s) for n, s in enumerate(shots, 1) if s["motion"] is not None)
    again = edit(film, f'{{"op": "reseed", "shot": "#{number}", "seed": 3}}', out="again")
    asked = [action["action"] for action in report_of(again)["actions"]]
    assert asked.count("align_motion") == 1  # of the other shots nothing is asked
    graded = edit(film, f'{{"op": "set_grade", "shot": "#{number}", "warmth": 0.4}}', out="warm")
    assert "align_motion" not in ran(graded)
    assert report_of(graded)["shots"][number - 1]["motion"] == shot["motion"]
    still = edit(film, f'{{"op": "disable_accents", "shot": "#{number}"}}', out="still")
    assert report_of(still)["shots"][number - 1]["motion"] is None
    assert "align_motion" not in ran(still)


def test_a_preview_makes_nothing(film: Path, store: Path) -> None:
    before = sorted(path.name for path in store.glob("blobs/*/*"))
    preview = previewed(film, store, '{"op": "set_grade", "shot": "#2", "warmth": 0.77}')
    assert preview.count(Fate.WILL_RUN) == 1
    changed = [line.changed for line in preview.lines if line.fate is Fate.WILL_RUN]
    assert changed == [("grade.warmth 0 -> 0.77",)]
    assert preview.cpu_seconds > 0
    after = {path.name for path in store.glob("blobs/*/*")}
    assert len(after - set(before)) <= 1  # The parent's own document, and no clip.


def test_undo_gives_the_film_before_byte_for_byte_and_runs_nothing(film: Path) -> None:
    graded = edit(film, '{"op": "set_grade", "shot": "#2", "warmth": 0.9}', out="graded")
    undone = edit(graded, '{"op": "undo"}', out="undone")
    assert ran(undone) == []
    assert (undone / "film.mp4").read_bytes() == (film / "film.mp4").read_bytes()
    assert (graded / "film.mp4").read_bytes() != (film / "film.mp4").read_bytes()


def test_five_edits_in_a_row_keep_every_untouched_packet(film: Path) -> None:
    edits = [
        '{"op": "lock", "shot": "#1"}',
        '{"op": "set_grade", "shot": "#3", "warmth": 0.5}',
        '{"op": "set_transition", "cut": "#4", "kind": "dissolve", "frames": 6}',
        '{"op": "set_move", "shot": "#3", "kind": "pull_out", "amount": 0.08}',
        '{"op": "extend", "shot": "#5", "frames": 2}',
    ]
    folder, first = film, clips(film)
    for number, operation in enumerate(edits):
        before = clips(folder)
        folder = edit(folder, operation, out=f"cut{number}")
        report = report_of(folder)
        for shot in report["shots"]:
            assert not shot["kept"] or shot["clip"] == before[shot["id"]]
        assert report["summary"]["expected_packets_share"] == 1.0
        assert report["audio_lag_samples"] == 0
    assert clips(folder)["".join(list(first)[:1])] == first["".join(list(first)[:1])]
    verified = edit(folder, '{"op": "unlock", "shot": "#1"}', out="last")
    assert (
        main(
            [
                "edit",
                str(verified),
                "--op",
                '{"op": "lock", "shot": "#2"}',
                "--verify",
                "full",
                "--quiet",
                "-o",
                str(film.with_name("checked")),
            ]
        )
        == 0
    )
    checked = report_of(film.with_name("checked"))
    assert checked["summary"]["expected_frames_share"] == 1.0
    assert checked["summary"]["has_exact_times"]


def test_a_version_bump_breaks_no_lock_and_re_makes_nothing(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.generator import render

    locked = edit(film, '{"op": "lock", "shot": "#2"}', out="locked")
    monkeypatch.setattr(render, "_VERSION", 99)
    edited = edit(locked, '{"op": "pin", "shot": "#3"}', out="later")
    assert ran(edited) == []
    assert clips(edited) == clips(film)


def test_a_locked_clip_that_is_gone_is_an_error_and_not_made_again(
    film: Path, store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    locked = edit(film, '{"op": "lock", "shot": "#2"}', out="locked")
    digest = report_of(locked)["shots"][1]["clip"].partition("/")[0]
    blob = store / "blobs" / digest[:2] / digest
    data = blob.read_bytes()
    blob.unlink()
    code = main(["edit", str(locked), "--op", '{"op": "pin", "shot": "#3"}', "--quiet",
                 "-o", str(film.with_name("later"))])  # fmt: skip
    blob.write_bytes(data)
    assert code == 1
    assert "is locked, and its clip is gone from the store" in capfd.readouterr().err
    assert not film.with_name("later").exists()


def test_a_locked_shot_cannot_be_edited(film: Path, capfd: pytest.CaptureFixture[str]) -> None:
    locked = edit(film, '{"op": "lock", "shot": "#2"}', out="locked")
    code = main(["edit", str(locked), "--op", '{"op": "set_grade", "shot": "#2", "warmth": 1}',
                 "--quiet", "-o", str(film.with_name("later"))])  # fmt: skip
    assert code != 0
    assert "unlock" in capfd.readouterr().err
