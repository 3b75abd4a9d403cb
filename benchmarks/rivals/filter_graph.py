"""The list as a film by one ffmpeg command with one filter graph."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any


def find_ffmpeg(bench_packages: Path) -> str | None:
    """`$ONBEAT_BENCH_FFMPEG`, one on the path, or the one that moviepy brings; else None."""
    bundled = sorted(bench_packages.glob("imageio_ffmpeg/binaries/ffmpeg-*"))
    return (
        os.environ.get("ONBEAT_BENCH_FFMPEG")
        or shutil.which("ffmpeg")
        or (str(bundled[0]) if bundled else None)
    )


def command(ffmpeg: str, film: dict[str, Any], out: Path) -> list[str]:
    """The command line; one thread each, as for everybody else."""
    inputs: list[str] = []
    graph: list[str] = []
    for index, shot in enumerate(film["shots"]):
        inputs += [*_window(shot, film["rate"]), "-i", shot["path"]]
        graph.append(f"[{index}:v]{_filters(shot, film)}[v{index}]")
    count = len(film["shots"])
    names = "".join(f"[v{index}]" for index in range(count))
    graph.append(f"{names}concat=n={count}:v=1:a=0[film]")
    seconds = sum(shot["frames"] for shot in film["shots"]) / film["rate"]
    return [
        *(ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
        *("-filter_complex_threads", "1", *inputs, "-t", str(seconds), "-i", film["song"]),
        *("-filter_complex", ";".join(graph), "-map", "[film]", "-map", f"{count}:a"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "19", "-threads", "1"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k", str(out)),
    ]


def _window(shot: dict[str, Any], rate: int) -> list[str]:
    if shot["kind"] == "image":
        return ["-threads", "1"]
    start, length = shot["start"] / rate, shot["frames"] / rate
    return ["-threads", "1", "-ss", f"{start:.6f}", "-t", f"{length:.6f}"]


def _filters(shot: dict[str, Any], film: dict[str, Any]) -> str:
    left, top, width, height = shot["crop"]
    crop = f"crop={width}:{height}:{left}:{top}"
    size, frames, rate = f"{film['width']}:{film['height']}", shot["frames"], film["rate"]
    if shot["kind"] == "video":
        exact = f"fps={rate},trim=end_frame={frames},setpts=PTS-STARTPTS"
        return f"{crop},scale={size},{exact},setsar=1,format=yuv420p"
    most = film["zoom"]
    # zoompan takes its steps in whole pixels; scaling to the closest view first costs it least.
    near = [round(side * most / 2) * 2 for side in (film["width"], film["height"])]
    zoom = f"zoompan=z='1+{most - 1:.4f}*on/{frames}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'"
    to_size = f"d={frames}:s={film['width']}x{film['height']}:fps={rate}"
    return f"{crop},scale={near[0]}:{near[1]},format=yuv420p,{zoom}:{to_size},setsar=1"
