"""Which actions ran in which process, by the lines of ONBEAT_LOG=json."""

from __future__ import annotations

import json
from collections import Counter

_ACTIONS = "onbeat.actions"


def actions_run(log: str) -> Counter[str]:
    """How many actions of each kind a process ran or had run, by what it has logged."""
    found: Counter[str] = Counter()
    for line in log.splitlines():
        record = _record(line)
        if record.get("logger") == _ACTIONS and record.get("outcome") == "ran":
            found[str(record["action"])] += 1
    return found


def said(counts: Counter[str]) -> str:
    """Such counts as in "12 render, 1 mix", the most first."""
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())


def _record(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
