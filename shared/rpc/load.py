"""What a service has taken on, and whether it takes more: its calls, its queue, their bytes.

What does not fit is told so, with when to ask again, and stays in the caller's memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared.rpc.settings import RpcSettings
from shared.wire import Busy

# All requests that are held at once. Each is read whole before it can be refused: to refuse it
# unread, gRPC resets the stream, which the caller would take for a lost connection.
MAX_REQUEST_BYTES = 64 << 20
# Before anything has run, nobody knows how long it takes. Too short costs one more call.
_FIRST_GUESS_SECONDS = 0.1
# One long action among short ones must not leave workers idle: to ask in vain costs little.
_SHORTEST_ADVICE_SECONDS, _LONGEST_ADVICE_SECONDS = 0.1, 10.0
_WEIGHT_OF_THE_LATEST = 0.2


class Load:
    """Counts what one service does; `workers` is how many actions it performs at once."""

    def __init__(self, service: str, settings: RpcSettings, workers: int) -> None:
        self._service = service
        self._settings = settings
        self._workers = workers
        self._num_calls = 0
        self._num_bytes = 0
        self._keys: Counter[str] = Counter()
        self._mean_seconds = _FIRST_GUESS_SECONDS

    @property
    def num_actions(self) -> int:
        """Actions that are performed or wait for it; many calls for one count once."""
        return len(self._keys)

    @property
    def retry_after_seconds(self) -> float:
        """When half of what is there now will be done, as far as the past tells."""
        seconds = self._mean_seconds * self.num_actions / self._workers / 2
        return min(max(seconds, _SHORTEST_ADVICE_SECONDS), _LONGEST_ADVICE_SECONDS)

    @contextmanager
    def call(self, num_bytes: int) -> Iterator[None]:
        """Room for a call and its request; raises `Busy`."""
        if self._num_calls >= self._settings.max_calls:
            raise self._busy(f"{self._num_calls} calls")
        if self._num_calls and self._num_bytes + num_bytes > MAX_REQUEST_BYTES:
            raise self._busy(f"requests of {self._num_bytes >> 20} MiB")
        self._num_calls += 1
        self._num_bytes += num_bytes
        try:
            yield
        finally:
            self._num_calls -= 1
            self._num_bytes -= num_bytes

    @contextmanager
    def action(self, key: str, is_stored: Callable[[], bool]) -> Iterator[None]:
        """Room for an action; what runs already or `is_stored` needs none. Raises `Busy`."""
        room = self._workers + self._settings.max_queued
        if key not in self._keys and self.num_actions >= room and not is_stored():
            raise self._busy(f"{self.num_actions} actions for {self._workers} workers")
        self._keys[key] += 1
        try:
            yield
        finally:
            self._keys[key] -= 1
            if not self._keys[key]:
                del self._keys[key]

    def ran(self, seconds: float) -> None:
        """An action was performed and took so long in its worker."""
        self._mean_seconds += _WEIGHT_OF_THE_LATEST * (seconds - self._mean_seconds)

    def _busy(self, what: str) -> Busy:
        after = self.retry_after_seconds
        return Busy(f"{self._service} is busy with {what}; ask again in {after:.1f} s", after)
