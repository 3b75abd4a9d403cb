"""What the command line's words do."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from services.gateway.aspects import aspects_of
from services.gateway.brief_values import (
    parse_accents,
    parse_cuts_on,
    parse_duration,
    parse_grade,
    parse_lead,
    parse_loudness,
    parse_pacing,
    parse_seed,
    parse_source,
    parse_transitions,
)
from services.gateway.briefs import BriefSpec, parse_reference, read_brief
from services.gateway.console import StageBars
from services.gateway.explain import Explanation, action_totals, explanations
from services.gateway.film_folder import read_document
from services.gateway.generate_arguments import with_flags
from services.gateway.prompts import parse_prompt
from services.gateway.scripts import parse_language, parse_speech_model
from services.gateway.sound_brief import parse_clip_sound, parse_say_voice
from services.gateway.titles_brief import parse_caption_style, parse_captions
from shared.brief import Role, Size
from shared.errors import InvalidInput
from shared.settings import Settings
from shared.timing import parse_frame_rate

_T = TypeVar("_T")
_TERMINATED_EXIT_CODE = 143


def make(options: argparse.Namespace) -> int:
    """`onbeat make`: the film goes to the folder, a summary to the terminal."""
    from services.gateway.make import make_film

    spec = brief_of(options)
    if options.estimate:
        return _estimate(spec)
    if options.out is None:
        raise InvalidInput("make: expected -o/--out with a new folder for the film")
    if options.takes is not None:
        return _make_takes(options, spec)
    settings = Settings.from_environment()
    console = Console(stderr=True)
    with StageBars(console, quiet=options.quiet) as bars:
        made = interruptible(
            make_film(
                settings,
                spec,
                options.out,
                draft=options.draft,
                watcher=bars,
                verify_all=options.verify == "full",
            )
        )
    if not options.quiet:
        print_summary(made.folder, made.report)
    return 0


def _estimate(spec: BriefSpec) -> int:
    from services.gateway.generate_estimate import estimate_film

    found = interruptible(estimate_film(Settings.from_environment(), spec))
    console = Console(soft_wrap=True)
    for line in found.lines():
        console.print(line, highlight=False, markup=False)
    return 0


def _make_takes(options: argparse.Namespace, spec: BriefSpec) -> int:
    from services.gateway.takes import make_takes, parse_takes

    count = parse_takes(options.takes)
    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        made = interruptible(
            make_takes(
                Settings.from_environment(),
                spec,
                options.out,
                count,
                draft=options.draft,
                watcher=bars,
                verify_all=options.verify == "full",
            )
        )
    if not options.quiet:
        console = Console(soft_wrap=True)
        for film in made.films:
            casting, folder = film.report["casting"], film.folder
            shots = f"{len(film.report['shots'])} shots"
            if casting:
                shots += f", score {casting['score']:.2f}"
            console.print(f"{folder.name:<7} {shots}, {folder}", highlight=False, markup=False)
        console.print(f"sheet   {made.sheet}", highlight=False, markup=False)
    return 0


def explain(options: argparse.Namespace) -> int:
    """`onbeat explain`: which actions ran, which were kept or hit, and why."""
    lines = _explained(options.out)
    table = Table("action", "for", "", "why", "seconds", "key", box=None, pad_edge=False)
    for line in lines:
        why = ", ".join(line.changed) or line.why
        seconds = f"{line.seconds:.2f}" if line.key else ""
        table.add_row(line.action, line.subject, line.outcome, why, seconds, line.key[:12])
    # Without markup: a file may be named "[/b].mp4".
    console = Console(soft_wrap=True, markup=False)
    console.print(table)
    totals = action_totals(lines)
    ran, hit = (sum(getattr(total, name) for total in totals) for name in ("ran", "hit"))
    kept = sum(total.kept for total in totals)
    console.print(
        f"\n{ran} ran ({sum(total.seconds for total in totals):.1f} s of work), {hit} were in the "
        f"store ({sum(total.seconds_saved for total in totals):.1f} s saved), {kept} clips were "
        "kept from the film before",
        highlight=False,
    )
    return 0


def _explained(out: Path) -> tuple[Explanation, ...]:
    report = read_document(out, "report.json")
    try:
        if not isinstance(report["actions"], list):
            raise TypeError
        return explanations(report)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise InvalidInput(
            f"{out}: not a film folder of Onbeat (the actions in report.json cannot be read)"
        ) from None


def brief_of(options: argparse.Namespace) -> BriefSpec:
    """The brief of `onbeat make`: the file's, with every flag that was given on top."""
    spec = read_brief(options.brief) if options.brief else BriefSpec()
    references = tuple(parse_reference(text) for text in options.references)
    talk = [parse_reference(text) for text in options.talk]
    talk = [dataclasses.replace(item, roles=(Role.TALK,)) for item in talk]
    changes: dict[str, Any] = {"references": (*spec.references, *references, *talk)}
    if options.also:
        changes["also"] = aspects_of(options.also)
    if options.song is not None:
        changes["song"] = options.song
    if options.look is not None:
        changes["look"] = options.look
    for name in ("voice", "say"):
        if getattr(options, name) is not None:
            changes[name] = getattr(options, name)
    changes["generate"] = with_flags(spec.generate, options.generate)
    if options.script is not None:
        changes["script"] = options.script
    if options.words:
        changes["words"] = True
    if options.stems:
        changes["stems"] = True
    if options.music_edit:
        changes["music_edit"] = True
    parsers = {
        "pacing": ("pacing", parse_pacing),
        "size": ("size", Size.parse),
        "fps": ("frame_rate", parse_frame_rate),
        "duration": ("duration_seconds", parse_duration),
        "seed": ("seed", parse_seed),
        "cuts_on": ("cuts_on", parse_cuts_on),
        "lead_frames": ("lead_frames", parse_lead),
        "loudness": ("loudness", parse_loudness),
        "clip_sound": ("clip_sound", parse_clip_sound),
        "say_voice": ("say_voice", parse_say_voice),
        "grade": ("grade", parse_grade),
        "source": ("source", parse_source),
        "accents": ("accents", parse_accents),
        "transitions": ("transitions", parse_transitions),
        "language": ("language", parse_language),
        "prompt": ("prompt", parse_prompt),
        "captions": ("captions", parse_captions),
        "caption_style": ("caption_style", parse_caption_style),
        "speech_model": ("speech_model", parse_speech_model),
    }
    for flag, (name, parse) in parsers.items():
        text = getattr(options, flag)
        if text is not None:
            changes[name] = parse(text)
    return dataclasses.replace(spec, **changes)


def interruptible(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end; Ctrl-C and SIGTERM stop it cleanly."""
    terminated = False

    async def guarded() -> _T:
        nonlocal terminated
        task = asyncio.ensure_future(work)

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        if terminated:
            sys.exit(_TERMINATED_EXIT_CODE)
        raise


def _sound_line(report: dict[str, Any]) -> str:
    line = f"{report['audio_lag_samples']} samples late"
    sound = report.get("sound") or {}
    if sound.get("loudness_lufs") is not None:
        line += f", {sound['loudness_lufs']:.1f} LUFS, peaks at {sound['true_peak_dbtp']:.1f} dBTP"
    return line


def print_summary(folder: Path, report: dict[str, Any]) -> None:
    """Print what was made, where it is, and how its cuts score."""
    summary = report["summary"]
    straight = len(report["cuts"]) - summary["transitions"]
    cuts = f"{straight - summary['cuts_astray']} of {straight} on their planned frame"
    if summary["transitions"]:
        cuts += f", {summary['transitions']} transitions"
    if summary["mean_abs_offset_ms"] is not None:
        cuts += f", {summary['mean_abs_offset_ms']:.1f} ms from the music on average"
    shots = f"{len(report['shots'])}"
    if report["parent"]:
        shots += f", {summary['shots_kept']} kept from the film before"
    ran = sum(not action["hit"] for action in report["actions"])
    rows = [
        ("film", str(folder / "film.mp4")),
        ("", f"{report['duration_seconds']:.2f} s, {report['size']} at {report['frame_rate']}"),
        ("shots", shots),
        ("cuts", cuts),
        ("work", f"{ran} actions ran, {len(report['actions']) - ran} were in the store"),
        ("report", f"{folder / 'report.html'} (and report.json)"),
    ]
    if report["audio_lag_samples"] is not None:
        rows.insert(4, ("sound", _sound_line(report)))
    rows[2:2] = [
        (document["aspect"], f"{folder / document['file']}, {document['size']}")
        for document in (report.get("deliveries") or {}).values()
    ]
    for warning in report.get("warnings", []):
        rows.append(("note", warning))
    console = Console(soft_wrap=True)
    for name, text in rows:
        console.print(f"{name:<7} {text}", highlight=False, markup=False)
