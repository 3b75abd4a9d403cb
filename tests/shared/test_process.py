"""Living and dead processes are told apart."""

from __future__ import annotations

import os
import subprocess
import sys

from shared.process import process_exists


def test_this_process_exists_and_an_ended_one_does_not() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert process_exists(os.getpid())
    assert not process_exists(ended.pid)
    assert not process_exists(1 << 40)
