"""`onbeat analyze`: what is heard, as JSON, as markers, as a picture."""

from __future__ import annotations

import argparse
import json
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console

from services.gateway.commands import interruptible
from services.gateway.console import StageBars
from services.gateway.marker_files import counts_in_words, marker_file, writer_for
from services.gateway.markers import markers_of
from services.gateway.scripts import parse_language, parse_speech_model
from shared.errors import InvalidInput
from shared.settings import Settings
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap
from shared.timing import parse_frame_rate

_PLOT_SUFFIX = ".png"


def analyze(options: argparse.Namespace) -> int:
    """Hear AUDIO and write what was asked for; JSON to the terminal if nothing was."""
    settings = Settings.from_environment()
    if options.take is not None:
        return _place_take(settings, options)
    frame_rate = parse_frame_rate(options.fps)
    if options.markers is not None:
        writer_for(options.markers)  # before a minute of listening, not after
    if options.plot is not None and options.plot.suffix.lower() != _PLOT_SUFFIX:
        raise InvalidInput(f"{options.plot}: a picture is written as {_PLOT_SUFFIX}")
    from services.gateway.listen import WordsWanted, hear

    language = None if options.language is None else parse_language(options.language)
    model = None if options.speech_model is None else parse_speech_model(options.speech_model)
    wanted = WordsWanted(options.words, options.script, language, model)
    with StageBars(Console(stderr=True)) as bars:
        heard = interruptible(hear(settings, options.audio, wanted, bars.show))
    for note in heard.notes:
        print(f"note: {note}", file=sys.stderr)
    _write_all(options, heard.sync_map, heard.document, frame_rate)
    return 0


def _place_take(settings: Settings, options: argparse.Namespace) -> int:
    from services.gateway.place_take import place_take

    _write_json(options.out, interruptible(place_take(settings, options.audio, options.take)))
    return 0


def _write_all(
    options: argparse.Namespace,
    sync_map: SyncMap,
    document: dict[str, Any],
    frame_rate: Fraction,
) -> None:
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
