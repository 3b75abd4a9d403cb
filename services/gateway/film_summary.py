"""What the terminal says of a film that was made: where it is, and how its cuts score."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def print_summary(folder: Path, report: dict[str, Any]) -> None:
    """Print what was made, where it is, and how its cuts score."""
    from rich.console import Console

    console = Console(soft_wrap=True)
    for name, text in summary_rows(folder, report):
        console.print(f"{name:<7} {text}", highlight=False, markup=False)


def summary_rows(folder: Path, report: dict[str, Any]) -> list[tuple[str, str]]:
    """The lines of a film's summary, each with its title, from the report of the film."""
    ran = sum(not action["hit"] for action in report["actions"])
    rows = [
        ("film", str(folder / "film.mp4")),
        ("", f"{report['duration_seconds']:.2f} s, {report['size']} at {report['frame_rate']}"),
    ]
    rows += [
        (document["aspect"], f"{folder / document['file']}, {document['size']}")
        for document in (report.get("deliveries") or {}).values()
    ]
    rows += [("shots", _shots_line(report)), ("cuts", _cuts_line(report))]
    if report["audio_lag_samples"] is not None:
        rows.append(("sound", _sound_line(report)))
    rows += [
        ("work", f"{ran} actions ran, {len(report['actions']) - ran} were in the store"),
        ("report", f"{folder / 'report.html'} (and report.json)"),
    ]
    return rows + [("note", warning) for warning in report.get("warnings", [])]


def _shots_line(report: dict[str, Any]) -> str:
    line = f"{len(report['shots'])}"
    if report["parent"]:
        line += f", {report['summary']['shots_kept']} kept from the film before"
    return line


def _cuts_line(report: dict[str, Any]) -> str:
    summary = report["summary"]
    straight = len(report["cuts"]) - summary["transitions"]
    line = f"{straight - summary['cuts_astray']} of {straight} on their planned frame"
    if summary["transitions"]:
        line += f", {summary['transitions']} transitions"
    if summary["mean_abs_offset_ms"] is not None:
        line += f", {summary['mean_abs_offset_ms']:.1f} ms from the music on average"
    return line


def _sound_line(report: dict[str, Any]) -> str:
    line = f"{report['audio_lag_samples']} samples late"
    sound = report.get("sound") or {}
    if sound.get("loudness_lufs") is not None:
        line += f", {sound['loudness_lufs']:.1f} LUFS, peaks at {sound['true_peak_dbtp']:.1f} dBTP"
    return line
