"""Results travel between processes and are compared as values."""

from __future__ import annotations

import pickle
import subprocess
import sys

from shared.digest import Digest
from shared.result import Result


def test_a_result_is_a_value_that_travels() -> None:
    result = Result(Digest.of_bytes(b"a"), (Digest.of_bytes(b"b"),), 1.5, 1.25)
    assert pickle.loads(pickle.dumps(result)) == result


def test_a_worker_needs_no_database_for_it() -> None:
    code = "import shared.worker, sys; print({'sqlite3', 'shared.database'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
