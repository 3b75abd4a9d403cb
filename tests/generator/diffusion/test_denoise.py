"""Steps of a take: resumed bit by bit, cancelled within a block, refused before anything loads."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from services.generator.diffusion import resident
from services.generator.diffusion.checkpoint import load_latents
from services.generator.diffusion.denoise import backend, perform
from shared.actions import action_key
from shared.diffusion import DenoiseRequest, DiffusionRequest, Guidance, Sampler
from shared.errors import Cancelled, InvalidInput, ModelFailure
from shared.families.family import Part, Task
from shared.generate import GenerateRequest
from shared.schema import from_json, to_json
from shared.weights import WeightsUnavailable
from tests.encoder.families.desk import at, picture, size
from tests.generator.diffusion.studio import Studio, replaced

_SIZE = size(64, 64, 9)
_MODEL = "wan2.1-t2v-1.3b"


class Interrupted:
    """A context whose progress raises after so many calls."""

    def __init__(self, studio: Studio, calls: int, error: Exception) -> None:
        self.blobs = studio.desk.blobs
        self.seen: list[float] = []
        self._calls, self._error = calls, error

    def progress(self, fraction: float) -> None:
        self.seen.append(fraction)
        if len(self.seen) >= self._calls:
            raise self._error


def _text(studio: Studio, **changes: Any) -> DiffusionRequest:
    return studio.request(Task.TEXT, _MODEL, _SIZE, **{"steps": 4, **changes})


def _same(studio: Studio, one: DiffusionRequest, other: DiffusionRequest) -> bool:
    found, expected = (
        load_latents(studio.desk.blobs, request, studio.latents(request))["latents"]
        for request in (one, other)
    )
    return torch.equal(found, expected)


@pytest.mark.parametrize("sampler", [Sampler.PUBLISHED, Sampler.EULER])
def test_states_between_do_not_change_the_latents(studio: Studio, sampler: Sampler) -> None:
    whole = _text(studio, sampler=sampler)
    assert _same(studio, replaced(whole, checkpoint_steps=1), whole)
    assert _same(studio, replaced(whole, checkpoint_steps=3), whole)


def test_what_was_killed_in_the_middle_goes_on_with_the_same_result(studio: Studio) -> None:
    request = _text(studio, checkpoint_steps=2)
    first = perform(DenoiseRequest(request, 0, None), studio.desk)
    rest = DenoiseRequest(request, 2, first)
    with pytest.raises(ModelFailure, match="killed"):
        perform(rest, Interrupted(studio, 6, ModelFailure("killed")))
    resident.forget()  # another process
    assert perform(rest, studio.desk) == studio.latents(request)


def test_a_cancelled_take_stops_before_the_next_block(studio: Studio) -> None:
    from services.generator.diffusion.interrupt import blocks_of

    request = _text(studio)
    studio.latents(request)
    (model,) = resident.loaded()
    ran = []
    for block in blocks_of(model):
        block.register_forward_hook(lambda *_: ran.append(1))
    # Loading asks once, then each block: the fourth question is the third block of the step.
    with pytest.raises(Cancelled):
        perform(DenoiseRequest(request, 0, None), Interrupted(studio, 4, Cancelled("cancelled")))
    assert len(ran) == 2
    studio.latents(request)
    assert not model._forward_pre_hooks


def test_progress_never_goes_backwards_and_moves_within_a_step(studio: Studio) -> None:
    context = Interrupted(studio, 10**6, Cancelled("never"))
    perform(DenoiseRequest(_text(studio, steps=3), 0, None), context)
    assert context.seen == sorted(context.seen)
    assert len(set(context.seen)) == 6  # two blocks in each of three steps
    assert max(context.seen) < 1


def test_a_state_of_another_take_or_step_is_refused(studio: Studio) -> None:
    request = _text(studio, checkpoint_steps=2)
    state = perform(DenoiseRequest(request, 0, None), studio.desk)
    other = replaced(request, seed=8)
    with pytest.raises(InvalidInput, match=r"generate.state: take is"):
        perform(DenoiseRequest(other, 2, state), studio.desk)
    longer = replaced(request, steps=6)
    with pytest.raises(InvalidInput, match="take is"):
        perform(DenoiseRequest(longer, 4, state), studio.desk)
    with pytest.raises(InvalidInput, match=r"expected a condition of generate\.state"):
        perform(DenoiseRequest(request, 2, studio.latents(request)), studio.desk)
    with pytest.raises(InvalidInput, match="first_step 3: expected a multiple of 2 below 4"):
        backend(DenoiseRequest(request, 3, state))
    with pytest.raises(InvalidInput, match="first_step 2 with no state"):
        backend(DenoiseRequest(request, 2, None))


def test_what_decides_the_latents_decides_the_key(studio: Studio) -> None:
    request = _text(studio)

    def key(asked: DiffusionRequest) -> str:
        denoise = DenoiseRequest(asked, 0, None)
        return action_key(backend(denoise), GenerateRequest(denoise))

    others = [
        replaced(request, seed=8),
        replaced(request, steps=5),
        replaced(request, guidance=Guidance(4.0)),
        replaced(request, shift=5.0),
        replaced(request, speedups=dataclasses.replace(request.speedups, is_compiled=True)),
        replaced(request, checkpoint_steps=2),
    ]
    assert len({key(one) for one in (request, *others)}) == 1 + len(others)
    assert key(_text(studio)) == key(request)


def test_requests_are_read_back_as_they_were_written(studio: Studio) -> None:
    part = at(Part.FIRST, studio.desk.photo(picture(1)))
    asked = studio.request(Task.FIRST_FRAME, "wan2.2-ti2v-5b", size(64, 64, 9, 24), part)
    request = GenerateRequest(DenoiseRequest(asked, 0, None))
    assert from_json(GenerateRequest, to_json(request)) == request


def test_parts_that_are_not_here_are_all_named_before_anything_is_read(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _text(studio)
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path / "empty"))
    with pytest.raises(WeightsUnavailable) as error:
        perform(DenoiseRequest(request, 0, None), studio.desk)
    assert f"{_MODEL} lacks {_MODEL}, wan-vae-2.1 here: " in error.value.message
    assert error.value.message.count("hf download") == 2
    with pytest.raises(WeightsUnavailable, match="hf download"):
        backend(DenoiseRequest(request, 0, None))


_CODE = """
import sys
sys.path.insert(0, {root!r})
from shared.file_blobs import FileBlobs
from shared.schema import from_json
from shared.generate import GenerateRequest
from services.generator.generate import backend, perform
from pathlib import Path

class Context:
    blobs = FileBlobs(Path({store!r}))
    def progress(self, fraction): pass

request = from_json(GenerateRequest, Path({request!r}).read_bytes())
backend(request)
assert "torch" not in sys.modules, "keys are made without torch"
perform(request, Context())
import gc, torch
models = {{type(one).__name__ for one in gc.get_objects() if isinstance(one, torch.nn.Module)}}
print(*sorted(name for name in models if name.endswith(("Model", "Wan"))))
print(*sorted(name for name in sys.modules if name.startswith("transformers.models.")
              and any(part in name for part in ("umt5", "clip", "gemma"))))
print(any(name.startswith("diffusers.pipelines.wan") for name in sys.modules))
"""


def test_a_process_that_denoises_holds_no_encoder(studio: Studio, tmp_path: Path) -> None:
    from shared.file_blobs import FileBlobs

    studio.desk.blobs = FileBlobs(tmp_path / "blobs")
    part = at(Part.FIRST, studio.desk.photo(picture(1)))
    asked = studio.request(Task.FIRST_FRAME, "wan2.1-i2v-14b-480p", _SIZE, part, steps=1)
    path = tmp_path / "request.json"
    path.write_bytes(to_json(GenerateRequest(DenoiseRequest(asked, 0, None))))
    root = str(Path(__file__).parents[3])
    code = _CODE.format(root=root, store=str(tmp_path / "blobs"), request=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    models, encoders, pipelines = done.stdout.splitlines()
    assert models == "WanTransformer3DModel"  # no UMT5, no CLIP, and no autoencoder either
    assert encoders == ""
    assert pipelines == "False"
