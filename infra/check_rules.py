"""Alerts, autoscalers and dashboards ask for metrics that Onbeat has; alerts say what to do."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

_METRIC = re.compile(r"\bonbeat_[a-z_]+")
# What Prometheus makes of counters and histograms.
_SUFFIXES = ("_bucket", "_count", "_sum", "_total")
ROOT = Path(__file__).resolve().parents[1]


def main(paths: list[str]) -> int:
    """Check the files named; prints what is wrong and returns 1 if anything is."""
    known = set(_METRIC.findall(_sources()))
    wrong: list[str] = []
    for path in map(Path, paths):
        text = path.read_text(encoding="utf-8")
        for name in set(_METRIC.findall(text)):
            plain = next((name.removesuffix(s) for s in _SUFFIXES if name.endswith(s)), name)
            if not {name, plain} & known:
                wrong.append(f"{path}: {name} is no metric of Onbeat")
        document = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        wrong += _unclear(path, document)
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return bool(wrong)


def _sources() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for top in ("shared", "services")
        for path in (ROOT / top).rglob("*.py")
    )


def _unclear(path: Path, document: Any) -> list[str]:
    if path.suffix == ".json":
        titles = [panel.get("title") for panel in document.get("panels", [])]
        return [] if titles and all(titles) else [f"{path}: expected panels with titles"]
    if "groups" not in document:  # rules of an adapter
        return []
    rules = [rule for group in document["groups"] for rule in group["rules"]]
    wrong = []
    for rule in rules:
        notes = rule.get("annotations", {})
        if not {"summary", "runbook"} <= notes.keys():
            wrong.append(f"{path}: {rule.get('alert')} lacks a summary or a runbook")
        elif not _is_there(notes["runbook"]):
            wrong.append(f"{path}: {rule['alert']}: there is no {notes['runbook']}")
    return wrong


def _is_there(place: str) -> bool:
    """Whether a page of the repository has a heading: "infra/README.md#films-wait"."""
    name, _, anchor = place.partition("#")
    if not (ROOT / name).is_file():
        return False
    headings = re.findall(r"^#+ (.+)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
