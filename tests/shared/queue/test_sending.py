"""What the broker does not take is due again, with all that came after it."""

from __future__ import annotations

import pytest

from shared.errors import Unavailable
from shared.outbox import Letter
from shared.queue.sending import Refusals, send_due

LETTERS = tuple(Letter(key, "render", "") for key in "abcd")


class Box:
    """Letters that are due, and those that came back."""

    def __init__(self) -> None:
        self.returned: list[Letter] = []

    def take_due(self) -> tuple[Letter, ...]:
        return LETTERS

    def not_sent(self, letter: Letter) -> None:
        self.returned.append(letter)


class Broker:
    """Takes so many messages, and is away from then on."""

    def __init__(self, room: int) -> None:
        self.room, self.sent = room, list[Letter]()

    def publish(self, letter: Letter) -> None:
        if len(self.sent) == self.room:
            raise Unavailable("the broker is away")
        self.sent.append(letter)

    def close(self) -> None:
        """Nothing is open."""


def test_all_that_is_due_is_sent() -> None:
    box, broker = Box(), Broker(9)
    assert send_due(box, broker) == 4
    assert (tuple(broker.sent), box.returned) == (LETTERS, [])


def test_what_could_not_be_sent_is_due_again() -> None:
    box, broker = Box(), Broker(1)
    with pytest.raises(Unavailable):
        send_due(box, broker)
    assert (tuple(broker.sent), tuple(box.returned)) == (LETTERS[:1], LETTERS[1:])


def test_refusals_are_counted_across_rounds_in_which_another_server_had_the_message() -> None:
    refusals = Refusals(patience_seconds=10.0)
    assert refusals.note(["a"], 0.0) == []
    assert refusals.note(["b"], 6.0) == []
    assert refusals.note(["a", "b"], 11.0) == ["a"]
    assert refusals.note(["b"], 200.0) == [], "it was sent meanwhile"
    refusals.forget()
    assert refusals.note(["b"], 211.0) == []
