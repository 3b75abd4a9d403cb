"""A product ad made through HTTP only: `python -m examples.ad_over_http FOLDER`.

Against a server (`onbeat serve`; $ONBEAT_SERVER and $ONBEAT_API_KEY say where and as whom) the ad
is made of clips, a packshot and a song, edited five times in words, approved, cut down,
delivered in three aspect ratios, and handed over as OTIO, which is read back.
"""

from __future__ import annotations

import argparse
import os
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opentimelineio as otio

from services.gateway.client import Client, Revision

Say = Callable[[str], None]
# Said one after the other, each of the film as it is by then.
EDITS = (
    "keep the first shot",
    "warmer grade",
    "push in on the last shot",
    "make shot 2 a bit brighter",
    "get a bit closer on shot 2",
)


@dataclass(frozen=True, slots=True)
class Ad:
    """What came of it: ids on the server, and files here."""

    film: str
    approved: Revision
    edits: tuple[Mapping[str, Any], ...]
    cutdown: str
    cutdown_told: Mapping[str, Any]
    deliveries: tuple[Path, ...]
    handover: Path
    timeline: otio.schema.Timeline


@dataclass(frozen=True, slots=True)
class Material:
    """The files of an ad; the packshot is its product, seen again and again."""

    song: Path
    clips: Sequence[Path]
    packshot: Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """How large and how long the ad is to be, and its cutdown."""

    size: str = "1280x720"
    seconds: float = 20
    cutdown_seconds: float = 15


def make_ad(client: Client, files: Material, wanted: Wanted, folder: Path, say: Say = print) -> Ad:
    """Make, edit, approve, cut down, deliver and hand over an ad; files go to `folder`."""
    brief = _brief(client, files, wanted)
    made = client.create_film(brief, name="An ad over HTTP")
    client.wait(str(made.job))
    film, done = made.id, []
    for words in EDITS:
        seen = client.edit(film, words, dry_run=True)
        edit = client.edit(film, words)
        result = client.wait(str(edit.job)).result or {}
        read_back = "; ".join(says for wish in seen.understood for says in wish["says"])
        kept = result["summary"].get("shots_kept", 0)
        say(f"“{words}”: {read_back} ({kept} of {result['summary']['shots']} shots kept)")
        done.append({"said": words, "says": read_back, **result})
    approval = client.approve(film, "Ada Moe")
    if approval.job is not None:
        client.wait(approval.job)
    approved = client.revision(film)
    say(f"revision {approved.number} approved by {approved.approved_by}")
    shorter = client.cut_down(film, wanted.cutdown_seconds)
    told = (client.wait(str(shorter.job)).result or {})["cutdown"]
    say(f"cut down to {told['seconds']:g} s: {told['shots_kept']} shots are the ad's own packets")
    return Ad(
        film,
        approved,
        tuple(done),
        shorter.id,
        told,
        _deliver(client, film, folder, say),
        *_hand_over(client, film, folder),
    )


def _brief(client: Client, files: Material, wanted: Wanted) -> dict[str, Any]:
    """Files become references."""
    shown = [client.upload(path).id for path in files.clips]
    product = client.upload(files.packshot).id
    return {
        "song": client.upload(files.song).id,
        "references": [
            *({"path": id_, "handle": f"clip{n}"} for n, id_ in enumerate(shown, 1)),
            {"path": product, "handle": "mug", "roles": ["product"]},
        ],
        "size": wanted.size,
        "also": ["9:16", "1:1"],
        "duration_seconds": str(wanted.seconds),
        "pacing": "driving",
    }


def _deliver(client: Client, film: str, folder: Path, say: Say) -> tuple[Path, ...]:
    files = []
    for item in client.deliveries(film):
        if item.media_type == "video/mp4":
            client.download(film, item.filename, folder / item.filename)
            files.append(folder / item.filename)
            say(f"{item.filename}: {item.size_bytes} bytes")
    return tuple(files)


def _hand_over(client: Client, film: str, folder: Path) -> tuple[Path, otio.schema.Timeline]:
    archive = folder / "handover.zip"
    client.export(film, archive, formats=["otio"])
    unpacked = folder / "handover"
    with zipfile.ZipFile(archive) as file:
        file.extractall(unpacked)  # names are checked by the standard library
    found = otio.adapters.read_from_file(str(unpacked / "film.otio"), "otio_json")
    assert isinstance(found, otio.schema.Timeline)
    return unpacked, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the ad of the demo's material (`make demo` fetches none: it is in packages)."""
    from examples.media import demo_references
    from examples.song import write_song

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    song = folder / "song.wav"
    write_song(song)
    found = {item.handle: item.path for item in demo_references()}
    clips = [found[name] for name in ("city", "street", "actress", "cockatoo")]
    server = os.environ.get("ONBEAT_SERVER", "http://127.0.0.1:8720")
    with Client(server, os.environ.get("ONBEAT_API_KEY")) as client:
        make_ad(client, Material(song, clips, found["coffee"]), Wanted(), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
