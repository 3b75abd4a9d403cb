"""`generate` hands each kind of clip to its own backend."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from services.generator import generate
from shared.errors import InvalidInput
from shared.generate import GenerateRequest
from tests.generator.conftest import HereContext
from tests.generator.procedural.conftest import asked


def test_every_backend_has_the_two_functions_of_an_action() -> None:
    for path in generate.BACKENDS.values():
        module = importlib.import_module(path)
        assert callable(module.backend)
        assert callable(module.perform)


def test_a_procedural_clip_is_made_by_its_backend(context: HereContext) -> None:
    request = GenerateRequest(asked(frames=2))
    backend = generate.backend(request)
    assert (backend.name, backend.action) == ("generate/procedural", "generate")
    assert context.blobs.contains(generate.perform(request, context))


def test_what_nobody_makes_is_refused() -> None:
    with pytest.raises(InvalidInput, match="nobody generates a str"):
        generate.backend(GenerateRequest("a film"))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="0 frames"):
        generate.backend(GenerateRequest(asked(frames=0)))


def test_computing_keys_loads_no_picture_library() -> None:
    code = (
        "import sys; from services.generator import generate; "
        "from services.generator.procedural import clip; "
        "sys.exit(any(name in sys.modules for name in ('cv2', 'numpy', 'av', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
