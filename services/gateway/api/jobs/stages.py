"""How far a job is, from the progress of its actions: one number and the name of the stage."""

from __future__ import annotations

from shared.runner import Progress

# What a stage is of the whole, about; kinds that are not here count for nothing.
_WEIGHTS = {
    "encode": 0.2,
    "analyze": 0.1,
    "plan_cuts": 0.02,
    "generate": 0.4,
    "render": 0.5,
    "measure": 0.08,
    "mix": 0.03,
    "assemble": 0.02,
    "inspect": 0.05,
}
# Until a job is over: only its last transaction makes it whole.
_ALMOST = 0.99


class Stages:
    """Watches a film being made (a `make.Watcher`); `progress` never goes back."""

    def __init__(self) -> None:
        self.progress = 0.0
        self.stage = ""
        self._expected: dict[str, int] = {}
        self._done: dict[str, dict[str, float]] = {}

    def expect(self, action: str, count: int) -> None:
        """So many actions of a kind are coming."""
        self._expected[action] = self._expected.get(action, 0) + count

    def show(self, progress: Progress) -> None:
        """One action is so far."""
        self._done.setdefault(progress.action, {})[progress.key] = progress.fraction
        self.stage = progress.action
        self.progress = max(self.progress, min(_ALMOST, self._whole()))

    def _whole(self) -> float:
        share = 0.0
        total = sum(w for name, w in _WEIGHTS.items() if name != "generate" or name in self._done)
        for action, weight in _WEIGHTS.items():
            done = self._done.get(action)
            if done is None:
                continue
            count = max(self._expected.get(action, 1), len(done))
            share += weight * sum(done.values()) / count
        return round(share / total, 3)
