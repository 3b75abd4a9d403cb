"""`make examples`, or `python -m examples.films NAME`: four films from four kinds of material.

    music-video   clips only, cut to a song
    photos        photos only, cut to a song
    ad            a script: guide voice, captions, end card, small print, three aspect ratios
    lyric-video   a prompt and words, no footage at all

Each is one brief in YAML, written to `demo/films/NAME.yaml` for you to change and make again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw

from examples.demo import FOLDER
from examples.media import DemoReference, demo_references
from examples.song import write_song
from services.gateway.cli import main as onbeat
from services.gateway.poster import contact_sheet

FILMS = FOLDER / "films"
_SHEET_FRAMES = 20
_SCRIPT = """\
Some mornings begin before you do.
The city is awake. You are not.
So take one minute, and one good cup.
Hibari. Wake up slowly.
"""
_LYRICS = """\
Neon rain on the window tonight
every drop is a tiny light
the city sleeps and the colours run
we are awake until the sun
"""
Brief = dict[str, Any]


def music_video(folder: Path) -> Brief:
    """Clips only: driving cuts, impacts on the beat."""
    return {
        **_film("song.wav", ["city", "actress", "street", "cockatoo", "bunny"]),
        "pacing": "driving",
        "size": "1280x720",
    }


def photos(folder: Path) -> Brief:
    """Photos only: cameras that arrive on beats, a title, a dissolve where the music turns."""
    names = ["earth", "arches", "coffee", "cat", "dahlia", "pagoda", "astronaut", "rocket"]
    ends = {"earth": ["first_frame"], "galaxies": ["last_frame"]}
    return {
        **_film("song.wav", [*names, "galaxies"], **ends),
        "pacing": "steady",
        "size": "1280x720",
        "titles": [{"kind": "title", "text": "A small planet", "details": "Nine photographs"}],
    }


def ad(folder: Path) -> Brief:
    """A product from a script: voice, captions, end card, small print, and two more aspects."""
    (folder / "script.txt").write_text(_SCRIPT, encoding="utf-8")
    write_logo(folder / "logo.png")
    return {
        **_film("song.wav", ["city", "actress", "cat", "coffee"], coffee=["product"]),
        "say": "script.txt",
        "captions": "both",
        "pacing": "steady",
        "duration_seconds": 18.6,  # a bar of the song before its end: the card is short
        "size": "1280x720",
        "also": ["9:16", "1:1"],
        "loudness": "web",
        "titles": [
            {
                "kind": "end_card",
                "text": "Wake up slowly.",
                "details": "hibari.coffee",
                "legal": "Serving suggestion. Contains caffeine.",
                "seconds": 3,
            }
        ],
        "brand": {
            "ink": "#ffffff",
            "accent": "#f4b860",
            "plate": "#2a1a12",
            "card": "#2a1a12",
            "logo": "logo.png",
        },
    }


def lyric_video(folder: Path) -> Brief:
    """A prompt and words alone: drawn scenes that move with the song, type on each word."""
    (folder / "lyrics.txt").write_text(_LYRICS, encoding="utf-8")
    return {
        "song": "song.wav",
        "prompt": "neon rain over a sleeping city",
        "say": "lyrics.txt",
        "captions": "burned",
        "caption_style": "kinetic",
        "size": "1280x720",
        "pacing": "steady",
    }


EXAMPLES: dict[str, Callable[[Path], Brief]] = {
    "music-video": music_video,
    "photos": photos,
    "ad": ad,
    "lyric-video": lyric_video,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the films named, all without names; returns the exit code of the first that fails."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.films",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXAMPLES))
    parser.add_argument("--draft", action="store_true", help="540p and quick")
    options = parser.parse_args(arguments)
    names = options.names or list(EXAMPLES)
    if unknown := [name for name in names if name not in EXAMPLES]:
        parser.error(f"no film {unknown[0]!r}; expected {', '.join(EXAMPLES)}")
    FILMS.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("ONBEAT_STORE", str(FOLDER / "store"))
    write_song(FILMS / "song.wav")
    for name in names:
        brief = write_brief(name, FILMS)
        print(f"\n{name}: onbeat make {brief}", file=sys.stderr)
        out = FILMS / name
        draft = ["--draft"] if options.draft else []
        code = onbeat(["make", str(brief), *draft, "-o", str(out)])
        if code:
            return code
        print(f"Its shots: {write_sheet(out, FILMS / f'{name}.jpg')}")
    return 0


def write_brief(name: str, folder: Path) -> Path:
    """Write an example's brief, and what it needs but for the song; returns where it is."""
    path = folder / f"{name}.yaml"
    text = yaml.safe_dump(EXAMPLES[name](folder), sort_keys=False, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_sheet(film: Path, path: Path) -> Path:
    """Write a contact sheet of evenly spread frames of a film; returns where it is."""
    import json

    count = int(json.loads((film / "report.json").read_text())["frame_count"])
    frames = [int((k + 0.5) * count / _SHEET_FRAMES) for k in range(_SHEET_FRAMES)]
    path.write_bytes(contact_sheet(film / "film.mp4", frames))
    return path


def write_logo(path: Path) -> None:
    """A mark for the coffee that is advertised: a sun that rises out of a cup."""
    scale, size = 4, (320, 240)
    image = Image.new("RGBA", (size[0] * scale, size[1] * scale), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    gold = (244, 184, 96, 255)
    centre, cup = 160 * scale, 130 * scale
    radius = 62 * scale
    draw.pieslice((centre - radius, cup - radius, centre + radius, cup + radius), 180, 360, gold)
    bowl = 96 * scale
    draw.chord((centre - bowl, cup - bowl, centre + bowl, cup + bowl), 8, 172, gold)
    image.resize(size, Image.Resampling.LANCZOS).save(path)


def _film(song: str, handles: Sequence[str], **roles: Sequence[str]) -> Brief:
    known = {item.handle.removeprefix("@"): item for item in demo_references()}
    return {"song": song, "references": [_reference(known[h], roles.get(h)) for h in handles]}


def _reference(item: DemoReference, roles: Sequence[str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"handle": item.handle.removeprefix("@"), "path": str(item.path)}
    return {**found, "roles": list(roles)} if roles else found


if __name__ == "__main__":
    sys.exit(main())
