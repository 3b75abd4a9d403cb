"""Sending what is due: each message that the broker does not take is due again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from shared.errors import Unavailable
from shared.outbox import Letter

# What was not refused for so long after the patience has been sent, by another server.
_MEMORY_SECONDS = 60.0


class Publisher(Protocol):
    """Who sends messages to the broker."""

    def publish(self, letter: Letter) -> None:
        """Send the message of a letter; raises `Unavailable` if the broker does not take it."""

    def close(self) -> None:
        """Close the connection."""


class Letters(Protocol):
    """Where rows wait for a worker, and know when each has to be woken."""

    def take_due(self) -> Collection[Letter]:
        """Letters whose message is to be sent now; whoever takes them sends them."""

    def not_sent(self, letter: Letter) -> None:
        """The broker did not take a message: it is due at once."""


class Unsent(Unavailable):
    """The broker did not take some messages; `keys` says whose."""

    def __init__(self, message: str, keys: Collection[str]) -> None:
        super().__init__(message)
        self.keys = keys


class Refusals:
    """Since when the broker refuses each message: for `patience_seconds` it may.

    Between two refusals other servers may try the same message, so a round in which none was ours
    to send says nothing of the broker.
    """

    def __init__(self, patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds
        self._seen: dict[str, tuple[float, float]] = {}  # first and last

    def note(self, keys: Collection[str], now: float) -> list[str]:
        """These were refused just now; returns those that have been for too long."""
        oldest = now - self._patience_seconds - _MEMORY_SECONDS
        self._seen = {key: seen for key, seen in self._seen.items() if seen[1] >= oldest}
        self._seen |= {key: (self._seen.get(key, (now, now))[0], now) for key in keys}
        return [key for key in keys if now - self._seen[key][0] > self._patience_seconds]

    def forget(self) -> None:
        """The broker takes messages."""
        self._seen = {}


def send_due(letters: Letters, publisher: Publisher) -> int:
    """Send every message that is due; returns how many.

    What the broker does not take is due at once, with all that is due in the same queue; other
    queues are tried all the same, since it may be that one alone which is wrong. Raises `Unsent`.
    """
    due, unsent = tuple(letters.take_due()), list[Letter]()
    refusals: dict[str, Unavailable] = {}
    for letter in due:
        if letter.queue not in refusals:
            try:
                publisher.publish(letter)
                continue
            except Unavailable as error:
                refusals[letter.queue] = error
        unsent.append(letter)
    for letter in unsent:
        letters.not_sent(letter)
    if refusals:
        why = next(iter(refusals.values()))
        raise Unsent(why.message, [letter.key for letter in unsent]) from why
    return len(due)
