"""Every request has somebody who performs it, found without importing what it needs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import get_args

from services.gateway.embedded import REGISTRY
from shared.requests import Request


def test_every_request_is_performed_by_somebody() -> None:
    assert set(REGISTRY) == set(get_args(Request))
    for path in REGISTRY.values():
        module = importlib.import_module(path)
        assert callable(module.backend)
        assert callable(module.perform)


def test_naming_the_performers_imports_nothing_heavy() -> None:
    code = (
        "import sys, importlib\n"
        "from services.gateway.embedded import REGISTRY\n"
        "for path in REGISTRY.values(): importlib.import_module(path)\n"
        "heavy = {'av', 'cv2', 'librosa', 'scipy', 'numba', 'torch', 'PIL'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
