"""`onbeat deliver`, `onbeat cutdown` and `onbeat localize`: other versions of a finished film."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from shared.errors import InvalidInput
from shared.settings import Settings

_DELIVER_EXAMPLES = """\
examples:
  onbeat deliver film --textless -o film-textless.mp4
  onbeat deliver film --mezzanine -o film.mov
  onbeat deliver film --sprites -o sprites.jpg        # and sprites.vtt beside it
  onbeat deliver film --poster -o poster.jpg

docs/versions.md
"""
_CUTDOWN_EXAMPLES = """\
examples:
  onbeat cutdown film --seconds 15 -o cutdowns                 # cutdowns/15s
  onbeat cutdown film --seconds 30 --seconds 15 --seconds 6 -o cutdowns
  onbeat edit film --op '{"op": "tag", "shot": "#5", "tag": "must"}' -o film

Shots tagged hook, must, product or end_card are kept; docs/versions.md says how others are chosen.
"""
_LOCALIZE_EXAMPLES = """\
examples:
  onbeat localize film --language de --captions de.srt --titles titles.de.yaml -o film-de
  onbeat localize film --language de --script de.txt --voice de.wav -o film-de
  onbeat localize film --language de --captions de.vtt --voice takes/ -o film-de   # 01.wav, 02.wav
"""
_RAW = argparse.RawDescriptionHelpFormatter


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The three commands with their flags."""
    _add_deliver(commands)
    _add_cutdown(commands)
    _add_localize(commands)


def deliver(options: argparse.Namespace) -> int:
    """Run `onbeat deliver`; returns the exit code."""
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.interruption import interruptible

    console = Console(soft_wrap=True, highlight=False, markup=False)
    settings, source, out = Settings.from_environment(), options.source, options.out
    if options.sprites or options.poster:
        text = _pictures(source, out, is_sheet=options.sprites)
    else:
        from services.gateway.versions.masters import mezzanine, textless_master

        work = textless_master if options.textless else mezzanine
        with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
            master = interruptible(work(settings, source, out, bars))
        text = f"{out}: {master.frames} frames, {master.clips} shots"
        if options.textless:
            text += f", {master.clips_kept} of them the film's own packets"
    if not options.quiet:
        console.print(text)
    return 0


def cutdown(options: argparse.Namespace) -> int:
    """Run `onbeat cutdown`; returns the exit code."""
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.film_summary import print_summary
    from services.gateway.interruption import interruptible
    from services.gateway.versions.cutdown import make_cutdown

    wanted = list(dict.fromkeys(parse_seconds(text) for text in options.seconds))
    settings = Settings.from_environment()
    folder: Path = options.out
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder}: exists and is not a folder; expected one for the cutdowns")
    documents: list[dict[str, Any]] = []
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for seconds in wanted:
        out = folder / f"{_plain(seconds)}s"
        with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
            made, told = interruptible(make_cutdown(settings, options.source, seconds, out, bars))
        documents.append({"folder": out.name, **told})
        text = json.dumps({"cutdowns": documents}, indent=2, ensure_ascii=False)
        (folder / "cutdowns.json").write_text(text + "\n", encoding="utf-8")
        if options.quiet:
            continue
        print_summary(made.folder, made.report)
        shots = len(told["shots"])
        console.print(
            f"cutdown {shots} of {shots + len(told['left_out'].get('shots', []))} shots, "
            f"{told['shots_kept']} the master's own packets, {told['shots_made']} made anew"
        )
        for note in told["notes"]:
            console.print(f"note    {note}")
    return 0


def localize(options: argparse.Namespace) -> int:
    """Run `onbeat localize`; returns the exit code."""
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.film_folder import read_document
    from services.gateway.film_summary import print_summary
    from services.gateway.interruption import interruptible
    from services.gateway.versions.localize import kept_in_language, localize_film
    from services.gateway.versions.translation import read_translation
    from shared.schema import from_document
    from shared.timeline import Timeline

    translation = read_translation(
        options.language,
        captions=options.captions,
        script=options.script,
        titles=options.titles,
        voice=options.voice,
        shown=options.show,
    )
    settings = Settings.from_environment()
    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        work = localize_film(settings, options.source, translation, options.out, bars)
        made = interruptible(work)
    if not options.quiet:
        print_summary(made.folder, made.report)
        film = from_document(Timeline, read_document(options.source, "timeline.json"))
        console = Console(soft_wrap=True, highlight=False, markup=False)
        for note in kept_in_language(film, translation):
            console.print(f"note    {note}")
    return 0


def parse_seconds(text: str) -> Fraction:
    """Read a length in seconds, such as 15 or 7.5; raises `InvalidInput`."""
    cleaned = text.strip()
    if len(cleaned) > 9 or not cleaned.replace(".", "", 1).isdecimal() or not cleaned.isascii():
        raise InvalidInput(f"{text[:20]!r} is not a number of seconds; expected for example 15")
    return Fraction(cleaned)


def _plain(seconds: Fraction) -> str:
    return f"{float(seconds):g}"


def _pictures(source: Path, out: Path, *, is_sheet: bool) -> str:
    from services.gateway.film_folder import read_document
    from services.gateway.versions.sprites import sprites
    from services.gateway.versions.written import written_file

    read_document(source, "timeline.json")
    if not is_sheet:
        with written_file(out, ".jpg", ".jpeg") as path:
            path.write_bytes((source / "poster.jpg").read_bytes())
        return f"{out}: the poster"
    made = sprites(source / "film.mp4", out.name)
    vtt = out.with_suffix(".vtt")
    with written_file(out, ".jpg", ".jpeg") as path, written_file(vtt, ".vtt") as beside:
        path.write_bytes(made.jpeg)
        beside.write_text(made.vtt, encoding="utf-8")
    return f"{out} and {vtt.name}: {made.tiles} pictures, one for {float(made.step_seconds):g} s"


def _add_deliver(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "deliver",
        help="a textless master, a mezzanine, a sprite sheet or the poster of a film",
        description="Write another file of the film in OUT.",
        epilog=_DELIVER_EXAMPLES,
        formatter_class=_RAW,
    )
    _source(parser)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--textless", action="store_true", help="an MP4 without captions, titles and logo"
    )
    which.add_argument(
        "--mezzanine", action="store_true", help="a MOV, ProRes 422 HQ, rendered from the sources"
    )
    which.add_argument(
        "--sprites", action="store_true", help="small pictures as one JPEG, with a WebVTT"
    )
    which.add_argument("--poster", action="store_true", help="one frame as JPEG")
    _out(parser, "FILE", "the file to write; one that is there is replaced")


def _add_cutdown(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "cutdown",
        help="cut a finished film down to 60, 30, 15 or 6 seconds",
        description="Make shorter films of the film in OUT, each into a folder in FOLDER.",
        epilog=_CUTDOWN_EXAMPLES,
        formatter_class=_RAW,
    )
    _source(parser)
    parser.add_argument(
        "--seconds", action="append", required=True, metavar="S", help="2 to 600; repeatable"
    )
    _out(parser, "FOLDER", "where the cutdowns go: FOLDER/15s, FOLDER/6s")


def _add_localize(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "localize",
        help="the film in another language, over locked picture",
        description="Make the film in OUT with other captions, titles and voice into OUT2; cuts "
        "and pictures stay.",
        epilog=_LOCALIZE_EXAMPLES,
        formatter_class=_RAW,
    )
    _source(parser)
    parser.add_argument("--language", required=True, metavar="CODE", help="for example de")
    parser.add_argument("--captions", type=Path, metavar="F.srt|vtt", help="captions with times")
    parser.add_argument(
        "--script", type=Path, metavar="F.txt", help="a line for each cue, or each spoken line"
    )
    parser.add_argument(
        "--titles",
        type=Path,
        metavar="F.yaml",
        help="titles by id, each a text or more",
    )
    parser.add_argument(
        "--voice",
        type=Path,
        metavar="F|FOLDER",
        help="a recording, or a folder of one a line",
    )
    parser.add_argument(
        "--show",
        metavar="HOW",
        help="burned, files or both (default: as the film, else files)",
    )
    _out(parser, "OUT2", "a new folder for the film")


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="OUT", help="a folder that `onbeat` wrote")


def _out(parser: argparse.ArgumentParser, name: str, text: str) -> None:
    parser.add_argument("-o", "--out", type=Path, required=True, metavar=name, help=text)
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
