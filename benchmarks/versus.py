"""One list of 60 shots as a film by moviepy 2, by one ffmpeg filter graph, and by Onbeat.

Every row is a process of its own, one encoder thread each, x264 veryfast crf 19. The floor is
decoding the source frames and encoding the film's frames, and nothing else. The rows are taken
one after the other, so that they do not compete.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av

from benchmarks.cost import ROOT, Cost, measured
from benchmarks.rivals.filter_graph import command as filter_graph
from benchmarks.rivals.filter_graph import find_ffmpeg
from benchmarks.sixty import FRAMES, NUM_SHOTS, sixty

BENCH_VENV = ROOT / ".venv-bench"
MOVIEPY_GOAL, FLOOR_GOAL, MEMORY_GOAL_MB = 3.5, 1.3, 600


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to make the film; `cost` is None when it cannot be had here, `why` says why."""

    name: str
    cost: Cost | None
    why: str = ""


@cache
def onbeat() -> Cost:
    """The film by Onbeat in an empty store; its words are CPU seconds by action."""
    folder = sixty()
    words: list[str | Path] = [
        "-m",
        "benchmarks.onbeat_film",
        folder / "list.json",
        store(),
        film_folder(),
    ]
    cost = measured([sys.executable, *words])
    _check(film_folder() / "film.mp4")
    return cost


def store() -> Path:
    """Where Onbeat's film and all it is made of are, after `onbeat()`."""
    return sixty() / "store"


def film_folder() -> Path:
    """Onbeat's film with its report, after `onbeat()`."""
    return sixty() / "film"


def moviepy() -> Rival:
    """The film by moviepy 2, in its own environment."""
    python, folder = BENCH_VENV / "bin" / "python", sixty()
    if not python.exists():
        return Rival("moviepy 2.2", None, "not installed: `make bench` sets up .venv-bench")
    script = Path("benchmarks/rivals/moviepy_film.py")
    cost = measured([python, script, folder / "list.json", folder / "moviepy.mp4"])
    _check(folder / "moviepy.mp4")
    return Rival("moviepy 2.2", cost)


def ffmpeg() -> Rival:
    """The film by one filter graph."""
    packages = next(BENCH_VENV.glob("lib/python3*/site-packages"), BENCH_VENV)
    binary, folder = find_ffmpeg(packages), sixty()
    if binary is None:
        return Rival("one ffmpeg filter graph", None, "no ffmpeg here")
    film = json.loads((folder / "list.json").read_text())
    cost = measured(filter_graph(binary, film, folder / "ffmpeg.mp4"))
    _check(folder / "ffmpeg.mp4")
    return Rival("one ffmpeg filter graph", cost)


def floor() -> dict[str, float]:
    """CPU seconds of decoding the sources and of encoding the film's frames."""
    words: list[str | Path] = [
        "-m",
        "benchmarks.floor",
        sixty() / "list.json",
        sixty() / "floor-blobs",
    ]
    seconds: dict[str, float] = json.loads(measured([sys.executable, *words]).output)
    return seconds


def _check(film: Path) -> None:
    """Whoever makes less than the list asks for must not look fast."""
    with av.open(str(film)) as container:
        video, sound = container.streams.video[0], container.streams.audio
        expected = (1920, 1080, NUM_SHOTS * FRAMES, 1)
        found = (video.width, video.height, video.frames, len(sound))
        if found != expected:
            raise RuntimeError(f"{film.name} has {found}; expected {expected}")


def table() -> str:
    """The table of this benchmark."""
    least = floor()
    total = sum(least.values())
    ours = onbeat()
    rivals = [moviepy(), ffmpeg(), Rival("Onbeat, 2 workers, measured and inspected", ours)]
    bare = _bare_seconds()
    lines = [
        "## One list, three tools",
        f"{NUM_SHOTS} shots, 30 s of 1080p30: windows of 1080p H.264 clips and zooms on 12 MP "
        "photos, in turn, with a song. x264 veryfast crf 19, one encoder thread; CPU seconds of "
        "all processes.\n",
        "| | CPU s | against the floor | against Onbeat | wall s | peak memory MB (PSS) |",
        "|---|---|---|---|---|---|",
        f"| floor: decode {least['decode']:.1f}, encode {least['encode']:.1f} | {total:.1f} "
        f"| 1.00 | {total / ours.cpu_seconds:.2f} | – | – |",
        *(_row(rival, total, ours.cpu_seconds) for rival in rivals),
        f"| of that what the others do too: render, mix, assemble | {bare:.1f} "
        f"| {bare / total:.2f} | {bare / ours.cpu_seconds:.2f} | – | – |",
    ]
    return "\n".join([*lines, "", *_goals(total, rivals[0].cost), "", _shares()]) + "\n"


def _row(rival: Rival, floor_seconds: float, onbeat_seconds: float) -> str:
    cost = rival.cost
    if cost is None:
        return f"| {rival.name}: {rival.why} | – | – | – | – | – |"
    cpu = cost.cpu_seconds
    return (
        f"| {rival.name} | {cpu:.1f} | {cpu / floor_seconds:.2f} | {cpu / onbeat_seconds:.2f} "
        f"| {cost.wall_seconds:.1f} | {cost.peak_pss_bytes / 1e6:.0f} |"
    )


def _goals(floor_seconds: float, rival: Cost | None) -> list[str]:
    ours = onbeat()
    times_less = f"{rival.cpu_seconds / ours.cpu_seconds:.2f} times" if rival else "not measured"
    memory = f"{ours.peak_pss_bytes / 1e6:.0f} MB"
    return [
        "| Onbeat's film | goal | measured |",
        "|---|---|---|",
        f"| less CPU than moviepy 2 | at least {MOVIEPY_GOAL} times | {times_less} |",
        f"| against the floor | at most {FLOOR_GOAL} | {ours.cpu_seconds / floor_seconds:.2f} |",
        f"| memory, 2 workers and parent | under {MEMORY_GOAL_MB} MB | {memory} |",
    ]


def _bare_seconds() -> float:
    """Onbeat's CPU seconds without looking at what came out, and without starting."""
    seconds = json.loads(onbeat().output)
    return float(sum(seconds[action] for action in ("render", "mix", "assemble")))


def _shares() -> str:
    seconds: dict[str, float] = json.loads(onbeat().output)
    parts = [f"{name} {value:.1f}" for name, value in seconds.items()]
    rest = onbeat().cpu_seconds - sum(seconds.values())
    return f"Where Onbeat's CPU seconds go: {', '.join(parts)}; the rest {rest:.1f}."
