"""The pulse of a worker: a file that is touched whenever the worker turns to its broker.

`python -m shared.queue.pulse [SECONDS]` asks for it, for the checks of containers. A worker whose
broker is away, or that ends what it has begun, takes nothing and has no pulse; its work goes on.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PULSE_VARIABLE = "ONBEAT_PULSE"
_FRESH_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The pulse in a file; without one nothing is written. Best in memory, as on a tmpfs."""

    path: Path | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Pulse:
        """The file that `ONBEAT_PULSE` names, if any."""
        text = environment.get(PULSE_VARIABLE)
        return cls(Path(text) if text else None)

    def beat(self) -> None:
        """Say that the worker takes messages; never raises."""
        if self.path is not None:
            with suppress(OSError):  # Whoever asks finds the file missing or old.
                self.path.touch()

    def age_seconds(self) -> float | None:
        """How long ago it beat last; None if it never did."""
        try:
            return max(0.0, time.time() - self.path.stat().st_mtime) if self.path else None
        except OSError:
            return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for the pulse of this machine's worker: 0 if there is one, 1 if not, 2 if asked wrongly.

    The one argument is how many seconds ago the worker may have turned to its broker (30).
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    pulse = Pulse.from_environment()
    if len(words) > 1 or not all(word.isdecimal() and int(word) for word in words):
        print("usage: python -m shared.queue.pulse [SECONDS]", file=sys.stderr)
        return 2
    if pulse.path is None:
        text = f"{PULSE_VARIABLE} is not set; expected the file that the worker touches"
        print(text, file=sys.stderr)
        return 2
    limit = float(words[0]) if words else _FRESH_SECONDS
    age = pulse.age_seconds()
    if age is None or age > limit:
        since = "yet" if age is None else f"for {age:.0f} s"
        print(f"the worker has not turned to its broker {since}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
