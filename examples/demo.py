"""`make demo`: one film from real clips and photos, cut to a song with known beats, and scored.

Everything goes to `demo/` beside the code: the song, the brief, the store and the film. Running
it again makes nothing again.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import yaml

from examples.media import demo_references
from examples.song import Song, write_song
from services.gateway.cli import main as onbeat
from services.gateway.poster import contact_sheet

FOLDER = Path(__file__).resolve().parents[1] / "demo"

# A morning on Earth: it opens on the planet and ends among the galaxies.
CAST: dict[str, list[str]] = {
    "earth": ["first_frame"],
    "city": [],
    "coffee": [],
    "street": [],
    "actress": [],
    "arches": [],
    "dahlia": [],
    "cockatoo": [],
    "pagoda": [],
    "astronaut": [],
    "rocket": [],
    "galaxies": ["last_frame"],
}


@dataclass(frozen=True, slots=True)
class Score:
    """How the observed cuts stand to the song's true beats, in milliseconds.

    Cuts that were planned on an off-beat, as they are in builds, are compared with the true middles
    between two beats.
    """

    cuts: int
    unseen: int
    offbeats: int
    mean_abs_ms: float
    max_abs_ms: float
    half_frame_ms: float


def main() -> int:
    """Make the demo film, say where it is and how its cuts score; returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    os.environ.setdefault("ONBEAT_STORE", str(FOLDER / "store"))
    print("demo: composing the song", file=sys.stderr)
    song = write_song(FOLDER / "song.wav")
    brief = write_brief(FOLDER)
    film = FOLDER / "film"
    code = onbeat(["make", str(brief), "-o", str(film)])
    if code == 0:
        score = score_cuts(json.loads((film / "report.json").read_text()), song)
        print(
            f"\nThe song's true beats are known: {score.cuts - score.unseen} of {score.cuts} cuts "
            f"were seen,\n{score.offbeats} of them in a build, half a beat apart; "
            f"{score.mean_abs_ms:.1f} ms from the nearest (half) beat on average,\n"
            f"{score.max_abs_ms:.1f} ms at most (half a frame is {score.half_frame_ms:.1f} ms)."
        )
        sheet = _write_contact_sheet(film)
        print(f"Watch {film / 'film.mp4'}, or see all its shots in {sheet}.")
        print(f"Credits of the footage are in {brief}.")
    return code


def score_cuts(report: dict[str, object], song: Song) -> Score:
    """Compare the cuts that were seen in the film's frames with the song's true beats."""
    rate = Fraction(str(report["frame_rate"]))
    offset = float(str(report["song_offset_seconds"]))
    beats = [sample / song.sample_rate_hz for sample in song.beats]
    halves = [(one + other) / 2 for one, other in itertools.pairwise(beats)]
    cuts = report["cuts"]
    assert isinstance(cuts, list)
    distances, offbeats = [], 0
    for cut in cuts:
        if cut["measured_frame"] is None:
            continue
        is_offbeat = cut["event"] == "offbeat"
        offbeats += is_offbeat
        seconds = float(cut["measured_frame"] / rate) + offset
        distances.append(min(abs(seconds - beat) for beat in (halves if is_offbeat else beats)))
    return Score(
        cuts=len(cuts),
        unseen=len(cuts) - len(distances),
        offbeats=offbeats,
        mean_abs_ms=1000 * sum(distances) / max(1, len(distances)),
        max_abs_ms=1000 * max(distances, default=0.0),
        half_frame_ms=float(500 / rate),
    )


def _write_contact_sheet(film: Path) -> Path:
    """The middle of every shot, in one picture beside the film."""
    shots = json.loads((film / "report.json").read_text())["shots"]
    middles = [(shot["start_frame"] + shot["end_frame"]) // 2 for shot in shots]
    path = film.with_name("contact-sheet.jpg")
    path.write_bytes(contact_sheet(film / "film.mp4", middles))
    return path


def write_brief(folder: Path) -> Path:
    """Write the demo's brief, with the credits of its footage, beside its song."""
    found = {reference.handle.removeprefix("@"): reference for reference in demo_references()}
    brief = {
        "song": "song.wav",
        "references": [
            {"handle": handle, "path": str(found[handle].path), "roles": roles}
            for handle, roles in CAST.items()
        ],
        "pacing": "driving",
        "size": "1280x720",
        "frame_rate": 30,
        "seed": 7,
    }
    credits = [f"# @{handle}: {found[handle].credit}; {found[handle].licence}\n" for handle in CAST]
    path = folder / "brief.yaml"
    path.write_text("".join(credits) + yaml.safe_dump(brief, sort_keys=False), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
