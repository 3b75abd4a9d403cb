"""What films cost, as `record` measured it: for each the steps, what they wait for, CPU seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("recorded_films.json")
# What comes before the director; the rest is asked for when there is a timeline.
PLANNED = frozenset({"encode", "analyze", "edit_music", "plan_cuts", "sync_take", "speak"})
# Who performs what where every service is elsewhere; "film" is the film worker itself.
PLACE_OF = {
    **dict.fromkeys(("encode",), "encoder"),
    **dict.fromkeys(
        ("analyze", "edit_music", "plan_cuts", "align_motion", "sync_take", "speak"), "audio_sync"
    ),
    **dict.fromkeys(("render", "transition", "stills", "measure", "generate"), "render"),
    **dict.fromkeys(("direct", "mix", "assemble", "inspect", "report"), "film"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An action of a film, or the film worker's own work ("direct", "report").

    `shared` names its result where films of one tenant share it, else "". `after` are the places
    of the steps in its film that it waits for.
    """

    action: str
    shared: str
    cpu_seconds: float
    after: tuple[int, ...]

    @property
    def place(self) -> str:
        """Who performs it."""
        return PLACE_OF[self.action]


Film = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """Films as they were measured, when and on what machine; `long` ones last 5 times as long."""

    date: str
    machine: str
    short: tuple[Film, ...]
    long: tuple[Film, ...]


def read_recording(path: Path = RECORDED) -> Recording:
    """The recording in a file."""
    document = json.loads(path.read_text("utf-8"))
    return Recording(
        document["date"],
        document["machine"],
        tuple(map(_film, document["short"])),
        tuple(map(_film, document["long"])),
    )


def written(recording: Recording) -> Mapping[str, Any]:
    """A recording as JSON; times in milliseconds."""
    return {
        "date": recording.date,
        "machine": recording.machine,
        "short": [_document(film) for film in recording.short],
        "long": [_document(film) for film in recording.long],
    }


def _film(document: Any) -> Film:
    return tuple(
        Step(action, shared, ms / 1000, tuple(after)) for action, shared, ms, after in document
    )


def _document(film: Film) -> list[list[Any]]:
    return [[s.action, s.shared, round(1000 * s.cpu_seconds, 1), list(s.after)] for s in film]
