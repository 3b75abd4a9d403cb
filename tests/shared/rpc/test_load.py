"""How much a service takes on, and what it says to the rest."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from shared.rpc.load import MAX_REQUEST_BYTES, Load
from shared.rpc.settings import RpcSettings
from shared.wire import Busy


def no() -> bool:
    return False


def test_calls_are_counted_and_freed() -> None:
    load = Load("encoder", RpcSettings(max_calls=2), workers=1)
    words = r"encoder is busy with 2 calls; ask again in 0\.1 s"
    with load.call(10), load.call(10), pytest.raises(Busy, match=words):
        load.call(10).__enter__()
    with load.call(10), load.call(10):
        pass


def test_requests_are_held_up_to_a_size_but_one_is_always_taken() -> None:
    load = Load("encoder", RpcSettings(), workers=1)
    words = "busy with requests of 64 MiB"
    with load.call(MAX_REQUEST_BYTES + 1), pytest.raises(Busy, match=words):
        load.call(1).__enter__()
    with load.call(MAX_REQUEST_BYTES), pytest.raises(Busy):
        load.call(1).__enter__()


def test_the_queue_counts_actions_not_calls() -> None:
    load = Load("encoder", RpcSettings(max_queued=2), workers=1)
    with ExitStack() as held:
        for key in ("a", "b", "c", "a", "b", "c"):
            held.enter_context(load.action(key, no))
        assert load.num_actions == 3
        with pytest.raises(Busy, match="busy with 3 actions for 1 workers"):
            load.action("d", no).__enter__()
        with load.action("d", lambda: True):  # a hit needs no worker
            assert load.num_actions == 4
        assert load.num_actions == 3
    assert load.num_actions == 0


def test_advice_grows_with_the_queue_and_the_length_of_work() -> None:
    load = Load("encoder", RpcSettings(), workers=2)
    assert load.retry_after_seconds == 0.1
    with ExitStack() as held:
        for number in range(8):
            held.enter_context(load.action(str(number), no))
        assert load.retry_after_seconds == pytest.approx(0.2)  # 8 of a guessed 0.1 s for 2
        for _ in range(50):
            load.ran(2.0)
        assert load.retry_after_seconds == pytest.approx(4.0, rel=0.01)
        for _ in range(50):
            load.ran(500.0)
        assert load.retry_after_seconds == 10.0


def test_a_failing_action_frees_its_place() -> None:
    load = Load("encoder", RpcSettings(max_queued=1, max_calls=1), workers=1)
    with pytest.raises(ZeroDivisionError), load.call(5), load.action("a", no):
        raise ZeroDivisionError
    assert load.num_actions == 0
    with load.call(5):
        pass
