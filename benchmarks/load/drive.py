"""Films of a week asked of a running gateway, and followed until all are made."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.load.fairness import Made
from benchmarks.load.material import write_reference
from benchmarks.load.week import Ask

_LOOK_SECONDS, _SAY_SECONDS = 1.0, 15.0
_FINISHED = ("succeeded", "failed", "cancelled")
_PAGE = 200


@dataclass
class Week:
    """What came of the films: those that were made, actions by outcome, errors of the rest."""

    made: list[Made] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Asking:
    """One tenant's key to a gateway: its references, and its films on their way."""

    def __init__(self, url: str, tenant: str, key: str, folder: Path, seed: int) -> None:
        self.tenant = tenant
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=url, headers=headers, timeout=120, trust_env=False)
        self._folder, self._seed = folder, seed
        self._ids: dict[str, str] = {}
        self._known: set[str] = set()
        self.jobs: set[str] = set()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def upload(self, handle: str) -> str:
        """The id of a handle's file, which is sent when it is first needed."""
        if handle not in self._ids:
            path = write_reference(self._folder, handle, self._seed)
            asked = {"filename": path.name}
            answer = self._client.post("/v1/references", params=asked, content=path.read_bytes())
            answer.raise_for_status()
            self._ids[handle] = str(answer.json()["id"])
        return self._ids[handle]

    def ask(self, ask: Ask) -> bool:
        """Ask for a film; returns whether the gateway took it (it has a quota for each tenant)."""
        brief = dict(ask.brief)
        brief["song"] = self.upload(ask.handles[0])
        brief["references"] = [
            {"path": self.upload(name), "handle": name} for name in ask.handles[1:]
        ]
        answer = self._client.post("/v1/films", json={"brief": brief})
        if answer.status_code == 429:
            return False
        answer.raise_for_status()
        self.jobs.add(str(answer.json()["job"]))
        return True

    def ended(self) -> list[Mapping[str, Any]]:
        """Jobs of ours that have ended since the last look."""
        found: list[Mapping[str, Any]] = []
        cursor: str | None = None
        while True:
            asked: dict[str, Any] = {"limit": _PAGE} | ({"cursor": cursor} if cursor else {})
            answer = self._client.get("/v1/jobs", params=asked)
            answer.raise_for_status()
            page = answer.json()
            for job in page["items"]:
                if job["id"] in self.jobs - self._known and job["state"] in _FINISHED:
                    self._known.add(job["id"])
                    found.append(job)
            cursor = page["next_cursor"]
            if cursor is None or self.waiting == 0:
                return found

    def cancel_waiting(self) -> None:
        """Cancel what has not begun."""
        asked: dict[str, Any] = {"limit": _PAGE, "state": "queued"}
        for job in self._client.get("/v1/jobs", params=asked).json()["items"]:
            self._client.post(f"/v1/jobs/{job['id']}/cancel")

    @property
    def waiting(self) -> int:
        """How many of our films have not ended."""
        return len(self.jobs) - len(self._known)


def drive(
    url: str,
    keys: Mapping[str, str],
    asks: Sequence[Ask],
    *,
    seed: int = 1,
    most_seconds: float = float("inf"),
    watch: Callable[[float], None] = lambda seconds: None,
) -> Week:
    """Ask for all films at once, as far as quotas let us, and wait until they have ended.

    After `most_seconds` no more are asked for, and what has not begun is cancelled. `watch` is
    called about every second with the seconds since the beginning.
    """
    week, pending = Week(), list(asks)
    with tempfile.TemporaryDirectory(prefix="onbeat-load-") as name:
        sides = {tenant: Asking(url, tenant, key, Path(name), seed) for tenant, key in keys.items()}
        print(f"load: writing what {len(asks)} films are made of", file=sys.stderr, flush=True)
        for handle in {handle for ask in asks for handle in ask.handles}:
            write_reference(Path(name), handle, seed)
        begun = said = time.monotonic()
        try:
            while pending or any(side.waiting for side in sides.values()):
                now = time.monotonic()
                if now - begun > most_seconds:
                    pending = []
                    for side in sides.values():
                        side.cancel_waiting()
                pending = _ask_some(sides, pending)
                for side in sides.values():
                    _note(week, side)
                watch(time.monotonic() - begun)
                if now - said > _SAY_SECONDS:
                    said = now
                    _say(week, sides.values(), len(pending), now - begun)
                time.sleep(_LOOK_SECONDS)
        finally:
            for side in sides.values():
                side.close()
        week.seconds = time.monotonic() - begun
    return week


def _ask_some(sides: Mapping[str, Asking], pending: list[Ask]) -> list[Ask]:
    """Ask for what quotas allow; returns what has to wait."""
    left, full = [], set()
    for ask in pending:
        if ask.tenant in full or not sides[ask.tenant].ask(ask):
            full.add(ask.tenant)
            left.append(ask)
    return left


def _note(week: Week, side: Asking) -> None:
    for job in side.ended():
        if job["state"] != "succeeded":
            if job["state"] == "failed":
                week.errors.append(f"{side.tenant}: {job['error']}")
            continue
        summary = job["result"]["summary"]
        week.actions["run"] += int(summary["actions_run"])
        week.actions["reused"] += int(summary["actions_reused"])
        week.actions["shots"] += int(summary["shots"])
        times = (job["created_at"], job["started_at"], job["finished_at"])
        week.made.append(Made(side.tenant, *map(float, times)))


def _say(week: Week, sides: Iterable[Asking], pending: int, seconds: float) -> None:
    made = Counter(film.tenant for film in week.made)
    waiting = {side.tenant: side.waiting for side in sides}
    counts = ", ".join(f"{name}: {made[name]} made, {left} to go" for name, left in waiting.items())
    print(f"load: {seconds:.0f} s; {counts}; {pending} not asked yet", file=sys.stderr, flush=True)
