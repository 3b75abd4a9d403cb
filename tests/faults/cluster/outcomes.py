"""What came of each fault, and the table of them in docs/cluster.md.

With ONBEAT_FAULT_OUTCOMES=FILE every tried moment is a line of that file;
`python -m tests.faults.cluster.outcomes FILE` prints the table of all lines.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

_HEAD = """\
| fault | moments | in time | lost | duplicated | ended, equal | failed first | again | longest |
|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Outcome:
    """One fault at one moment.

    `struck` is whether the job was still unfinished then; `failed` counts jobs that ended with a
    reason that the fault gives them, and were asked for again; `equal` is whether the film and
    every result have the digests of the undisturbed ones; `begun_again` counts attempts of actions
    and jobs beyond the first; `seconds` is from the first upload to the film.
    """

    fault: str
    seed: int
    struck: bool
    ended: bool
    failed: int
    lost: int
    duplicated: int
    equal: bool
    begun_again: int
    seconds: float

    def line(self) -> str:
        """The outcome as JSON in one line."""
        return json.dumps(asdict(self))


def record(outcome: Outcome) -> None:
    """Add it to the file that the environment names, if it names one."""
    if path := os.environ.get("ONBEAT_FAULT_OUTCOMES"):
        with Path(path).open("a") as file:
            file.write(outcome.line() + "\n")


def table(lines: list[str]) -> str:
    """The table of all outcomes, of each seed the latest."""
    latest = {}
    for line in lines:
        outcome = Outcome(**json.loads(line))
        latest[outcome.fault, outcome.seed] = outcome
    faults = defaultdict(list)
    for outcome in latest.values():
        faults[outcome.fault].append(outcome)
    return "\n".join([_HEAD, *(_row(fault, found) for fault, found in faults.items())])


def _row(fault: str, found: list[Outcome]) -> str:
    cells = (
        fault,
        len(found),
        sum(one.struck for one in found),
        sum(one.lost for one in found),
        sum(one.duplicated for one in found),
        sum(one.ended and one.equal for one in found),
        sum(one.failed for one in found),
        sum(one.begun_again for one in found),
        f"{max(one.seconds for one in found):.0f} s",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    print(table(Path(sys.argv[1]).read_text().splitlines()))
