"""`make bench`: run the benchmarks and write their tables to benchmarks/RESULTS.md.

python -m benchmarks [NAME]...      # default: all of BENCHMARKS, below
python -m benchmarks load --help    # those of COMMANDS take words of their own
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks import (
    actions,
    api,
    beat_offset,
    cancel,
    casting,
    cluster,
    cut_grammar,
    database,
    diffusion,
    edit,
    encode,
    film,
    form,
    frame_cost,
    framing,
    long_audio,
    look,
    motion,
    moves,
    reuse,
    store,
    takes,
    versus,
)
from benchmarks.load import command as load
from benchmarks.load import scheduling
from benchmarks.music import table as music
from benchmarks.quality import run as quality
from benchmarks.speech import run as speech

RESULTS = Path(__file__).with_name("RESULTS.md")
BENCHMARKS: dict[str, Callable[[], str]] = {
    "actions": actions.table,
    "database": database.table,
    "store": store.table,
    "versus": versus.table,
    "edit": edit.table,
    "film": film.table,
    "beats": beat_offset.table,
    "speech": speech.table,
    "long_audio": long_audio.table,
    "music": music.table,
    "form": form.table,
    "encode": encode.table,
    "reuse": reuse.table,
    "cancel": cancel.table,
    "diffusion": diffusion.table,
    "cuts": cut_grammar.table,
    "motion": motion.table,
    "takes": takes.table,
    "casting": casting.table,
    "framing": framing.table,
    "look": look.table,
    "api": api.table,
    "moves": moves.table,
    "frame_cost": frame_cost.table,
    "quality": quality.table,
    "scheduling": scheduling.table,
    "cluster": cluster.table,
    "load": load.table,
}
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "load": load.main,
    "cluster": cluster.main,
    "diffusion": diffusion.main,
}


def main() -> int:
    """Run the named benchmarks, or all of them and write the results."""
    if len(sys.argv) > 2 and sys.argv[1] in COMMANDS and sys.argv[2].startswith("-"):
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"bench: {unknown[0]!r} is not one of {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    parts = [f"# Measured\n{_machine()}\n"]
    for name in names:
        print(f"bench: {name}", file=sys.stderr, flush=True)
        parts.append(BENCHMARKS[name]())
        print(parts[-1], flush=True)
    if names == list(BENCHMARKS):
        RESULTS.write_text("\n".join(parts), encoding="utf-8")
        print(f"bench: written to {RESULTS}", file=sys.stderr)
    return 0


def _machine() -> str:
    """What this was measured on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(x.partition(":")[2].strip() for x in lines if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{date.today().isoformat()}, {model}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}; load before: {load}."
    )


if __name__ == "__main__":
    sys.exit(main())
