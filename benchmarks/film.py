"""The demo film: cold, and again; CPU seconds with all children, beside decoding and encoding."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from examples.demo import write_brief
from examples.song import write_song


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `onbeat make`: wall and CPU seconds (children counted), and its report."""

    wall_seconds: float
    cpu_seconds: float
    report: dict[str, Any]

    @property
    def ran(self) -> int:
        """Actions that ran."""
        return sum(not action["hit"] for action in self.report["actions"])


def table() -> str:
    """The table of this benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_song(folder / "song.wav")
        brief = write_brief(folder)
        cold, warm = _make(folder, brief), _make(folder, brief)
        draft = _make(folder, brief, "--draft")
        floor = _floor(folder / "film.final" / "film.mp4")
    seconds = cold.report["duration_seconds"]
    render = sum(a["seconds"] for a in cold.report["actions"] if a["action"] == "render")
    rows = [
        ("floor: decode that many frames, encode them (one thread)", None, floor, None),
        ("rendering alone (wall of its actions)", render, None, None),
        ("`onbeat make`, empty store", cold.wall_seconds, cold.cpu_seconds, cold),
        ("the same again", warm.wall_seconds, warm.cpu_seconds, warm),
        ("`--draft` after it", draft.wall_seconds, draft.cpu_seconds, draft),
    ]
    lines = [
        "## The demo film",
        f"{seconds:.1f} s at {cold.report['size']}, {len(cold.report['shots'])} shots; analysis of "
        "13 files included.\n",
        "| | wall s | CPU s | against the floor | actions ran / hits |",
        "|---|---|---|---|---|",
    ]
    for title, wall, cpu, run in rows:
        counts = f"{run.ran} / {len(run.report['actions']) - run.ran}" if run else "–"
        ratio = f"{(cpu if cpu is not None else wall or 0) / floor:.2f}"
        lines.append(f"| {title} | {_number(wall)} | {_number(cpu)} | {ratio} | {counts} |")
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _make(folder: Path, brief: Path, *words: str) -> Run:
    out = folder / ("film.draft" if words else "film.final")
    environment = {**os.environ, "ONBEAT_STORE": str(folder / "store")}
    before, started = _children_cpu(), time.perf_counter()
    command = [sys.executable, "-m", "services.gateway.cli", "make", str(brief), *words]
    subprocess.run([*command, "--quiet", "-o", str(out)], check=True, env=environment)
    wall = time.perf_counter() - started
    report = json.loads((out / "report.json").read_text())
    return Run(wall, _children_cpu() - before, report)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _floor(film: Path) -> float:
    """CPU seconds to decode the finished film and encode its frames with the same settings."""
    started = time.process_time()
    with av.open(str(film)) as source, av.open(os.devnull, "w", format="null") as sink:
        source.streams.video[0].thread_count = 1
        rate = source.streams.video[0].average_rate
        stream = sink.add_stream("libx264", rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = source.streams.video[0].width, source.streams.video[0].height
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "19"}
        stream.codec_context.thread_count = 1
        for frame in source.decode(video=0):
            frame.pict_type = av.video.frame.PictureType.NONE
            for packet in stream.encode(frame):
                sink.mux(packet)
        for packet in stream.encode(None):
            sink.mux(packet)
    return time.process_time() - started
