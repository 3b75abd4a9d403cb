"""`onbeat analyze`: what is heard, as JSON, as markers, as a picture."""

from __future__ import annotations

import argparse
import json
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.gateway.make_arguments import add_words
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from shared.settings import Settings
    from shared.sync_map import SyncMap

_EXAMPLES = """\
examples:
  onbeat analyze track.mp3                 # to the terminal
  onbeat analyze track.mp3 -o track.json   # to a file
  onbeat analyze track.mp3 --plot track.png --markers track.otio --fps 25
  onbeat analyze talk.wav --words --script talk.txt
  onbeat analyze track.mp3 --take concert.mp4
"""
_PLOT_SUFFIX = ".png"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat analyze`."""
    analyze = commands.add_parser(
        "analyze",
        help="hear beats, bars, form and words of an audio file",
        description="Write what is heard in AUDIO as sync.json: tempo, beats, sections, words; "
        "what is not found is\nan empty list.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    analyze.add_argument("audio", type=Path, metavar="AUDIO", help="a song, speech, or a video")
    add_words(analyze)
    analyze.add_argument(
        "--take", type=Path, metavar="FILE", help="instead, say where in AUDIO a take was performed"
    )
    analyze.add_argument(
        "--plot", type=Path, metavar="F.png", help="draw the sound with its bars, form and words"
    )
    analyze.add_argument(
        "--markers", type=Path, metavar="F.otio|csv", help="write markers for an editing program"
    )
    analyze.add_argument(
        "--fps", default="30", metavar="R", help="frame rate of the markers (default: 30)"
    )
    analyze.add_argument("-o", "--out", type=Path, metavar="FILE", help="write to a file instead")


def analyze(options: argparse.Namespace) -> int:
    """Hear AUDIO and write what was asked for; JSON to the terminal if nothing was."""
    from services.gateway.marker_files import writer_for
    from shared.settings import Settings
    from shared.timing import parse_frame_rate

    settings = Settings.from_environment()
    if options.take is not None:
        return _place_take(settings, options)
    frame_rate = parse_frame_rate(options.fps)
    if options.markers is not None:
        writer_for(options.markers)  # before a minute of listening, not after
    if options.plot is not None and options.plot.suffix.lower() != _PLOT_SUFFIX:
        raise InvalidInput(f"{options.plot}: a picture is written as {_PLOT_SUFFIX}")
    _hear(settings, options, frame_rate)
    return 0


def _hear(settings: Settings, options: argparse.Namespace, frame_rate: Fraction) -> None:
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.interruption import interruptible
    from services.gateway.listen import WordsWanted, hear
    from services.gateway.scripts import parse_language, parse_speech_model

    language = None if options.language is None else parse_language(options.language)
    model = None if options.speech_model is None else parse_speech_model(options.speech_model)
    wanted = WordsWanted(options.words, options.script, language, model)
    with StageBars(Console(stderr=True)) as bars:
        heard = interruptible(hear(settings, options.audio, wanted, bars.show))
    for note in heard.notes:
        print(f"note: {note}", file=sys.stderr)
    _write_all(options, heard.sync_map, heard.document, frame_rate)


def _place_take(settings: Settings, options: argparse.Namespace) -> int:
    from services.gateway.interruption import interruptible
    from services.gateway.place_take import place_take

    _write_json(options.out, interruptible(place_take(settings, options.audio, options.take)))
    return 0


def _write_all(
    options: argparse.Namespace,
    sync_map: SyncMap,
    document: dict[str, Any],
    frame_rate: Fraction,
) -> None:
    from services.gateway.marker_files import counts_in_words, marker_file
    from services.gateway.markers import markers_of

    if options.plot is not None:
        _write(options.plot, _plot(sync_map, options.audio))
        print(f"plot     {options.plot}")
    if options.markers is not None:
        _write(options.markers, marker_file(sync_map, options.audio, frame_rate, options.markers))
        print(f"markers  {options.markers} ({counts_in_words(markers_of(sync_map))})")
    # Whoever asks for a picture does not want a page of numbers under it.
    if options.out is not None or (options.plot is None and options.markers is None):
        _write_json(options.out, document)


def _plot(sync_map: SyncMap, audio: Path) -> bytes:
    from services.gateway.page.waveform import read_waveform
    from services.gateway.song_plot import COLUMNS_PER_SECOND, song_plot
    from shared.sync_map import SAMPLE_RATE_HZ

    seconds = sync_map.duration_samples / SAMPLE_RATE_HZ
    columns = max(1, round(seconds * COLUMNS_PER_SECOND))
    return song_plot(sync_map, read_waveform(audio, columns, seconds), audio.name)


def _write_json(path: Path | None, document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        _write(path, text.encode("utf-8"))


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: a full disk leaves what stood there as it was."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        try:
            partial.write_bytes(data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be written: {error.strerror}") from None
