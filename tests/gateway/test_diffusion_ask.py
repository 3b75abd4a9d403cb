"""A wish becomes numbers, or is refused before anything is encoded."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from services.gateway.diffusion_ask import ask_of
from services.gateway.generating import GenerateWish
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Role, Size
from shared.diffusion import Attention, Guidance, Sampler
from shared.errors import InvalidInput
from shared.families.family import Part, Task
from shared.families.request import DType, Geometry
from shared.generation import Generated, RoleInput, params_of
from tests.shared.families.shots import digest

_HD = Size(1280, 720)
_STILL = RoleInput("still", digest("still"), MediaKind.IMAGE, Role.FIRST_FRAME)


def _wish(
    task: str = "text_to_video",
    *inputs: RoleInput,
    backend: str = "wan",
    frames: int = 60,
    size: Size = _HD,
    rate: int = 30,
    **params: Any,
) -> GenerateWish:
    source = Generated(backend, task, "waves", inputs, params_of(**params))
    return GenerateWish(source, 7, frames, 0, size, Fraction(rate))


def test_lengths_are_snapped_up_and_sizes_to_the_models_grid() -> None:
    ask = ask_of(_wish(), MemoryBlobs(), "")
    request = ask.request
    assert request.shot.model == "wan2.1-t2v-1.3b"
    assert request.geometry == Geometry(832, 464, 33, Fraction(16))
    assert 33 >= 2 * 16  # two seconds
    assert request.geometry.width * request.geometry.height <= 832 * 480
    assert (request.seed, request.steps, request.guidance) == (7, 50, Guidance(5.0))
    assert request.shot.dtype is DType.BFLOAT16
    assert list(ask.encodes) == ["text.pos", "text.neg"]
    assert [one.name for one in request.conditions] == ["text.neg", "text.pos"]


def test_ltx2_works_at_the_films_own_rate() -> None:
    ask = ask_of(_wish(backend="ltx2"), MemoryBlobs(), "")
    assert ask.request.geometry == Geometry(1280, 704, 65, Fraction(30))
    fast = ask_of(_wish(backend="ltx2", rate=60), MemoryBlobs(), "")
    assert fast.request.geometry.frame_rate == 24


def test_what_a_brief_sets_is_in_the_request() -> None:
    wish = _wish(
        model="wan2.2-t2v-a14b", guidance=6, low_noise_guidance=2.5, steps=8,
        sampler="unipc_multistep", shift=5, attention="sage", compiled=True,
        first_block_threshold=0.1, tiled=True,
        dtype="float32", checkpoint_steps=4, negative="blurry",
    )  # fmt: skip
    blobs = MemoryBlobs()
    ask = ask_of(wish, blobs, "")
    request = ask.request
    assert request.guidance == Guidance(6.0, 2.5)
    assert (request.steps, request.checkpoint_steps, request.shift) == (8, 4, 5.0)
    assert request.sampler is Sampler.UNIPC
    assert request.speedups.attention is Attention.SAGE
    assert (request.speedups.is_compiled, request.speedups.first_block_threshold) == (True, 0.1)
    assert ask.is_tiled
    assert request.shot.negative is not None
    assert blobs.read(request.shot.negative) == b"blurry"
    assert blobs.read(request.shot.prompt) == b"waves"


def test_a_first_frame_takes_a_model_that_has_one() -> None:
    ask = ask_of(_wish("first_frame", _STILL), MemoryBlobs(), "")
    assert ask.request.shot.model == "wan2.2-ti2v-5b"
    assert ask.request.task is Task.FIRST_FRAME
    assert ask.request.shot.sources(Part.FIRST)[0].reference == digest("still")
    assert ask.request.geometry.frame_rate == 24


_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"task": "sing"}, "task 'sing': expected text_to_video, first_frame"),
    ({"frames": 0}, "0 frames: expected 1 to 81"),
    ({"frames": 10_000, "rate": 16}, "10000 frames need 10001; expected at most 81"),
    ({"model": "ltx-2"}, "model 'ltx-2' is of ltx2; expected one of wan"),
    ({"model": "wan9"}, "model 'wan9' does not exist"),
    ({"volume": 3}, "wan has no setting 'volume'; expected attention,"),
    ({"steps": 1.5}, r"steps 1\.5: expected int"),
    ({"steps": True}, "steps True: expected int"),
    ({"compiled": 1}, "compiled 1: expected bool"),
    ({"guidance": 99}, r"guidance\.scale 99: expected 0 to 30"),
    ({"guidance": 1, "negative": "blurry"}, "negative 'blurry' with guidance 1; expected more"),
    ({"dtype": "int8"}, "dtype 'int8': expected bfloat16, float32"),
    ({"sampler": "ddim"}, "sampler 'ddim': expected published, flow_match_euler"),
    ({"backend": "ltx2", "perturbed_blocks": "x"}, "perturbed_blocks 'x': expected numbers"),
    ({"task": "first_frame"}, "found 0 of first_frame; expected 1"),
]


@pytest.mark.parametrize(("changes", "found"), _REFUSED)
def test_bad_input_is_refused_naming_the_shot_and_the_field(
    changes: dict[str, Any], found: str
) -> None:
    task = changes.pop("task", "text_to_video")
    with pytest.raises(InvalidInput, match=found) as error:
        ask_of(_wish(task, **changes), MemoryBlobs(), "shot s1")
    assert error.value.message.startswith("shot s1: ")
