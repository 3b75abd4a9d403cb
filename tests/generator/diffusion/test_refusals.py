"""What cannot be made is refused before a weight is read: by the field, with what is accepted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.encoder.encode import perform as encode
from services.generator.generate import perform as generate
from shared.diffusion import DecodeRequest, DenoiseRequest, DiffusionRequest
from shared.errors import InvalidInput
from shared.families.family import Part, Task
from shared.families.wan import WAN
from shared.generate import GenerateRequest
from tests.encoder.families import tiny
from tests.encoder.families.desk import at, picture, size
from tests.generator.diffusion.studio import Studio, replaced

_SIZE = size(64, 48, 5)
_TEXT, _IMAGE, _VACE = "wan2.1-t2v-1.3b", "wan2.1-i2v-14b-480p", "wan2.1-vace-14b"


def _sized(**changes: Any) -> Callable[[Studio], DiffusionRequest]:
    def make(studio: Studio) -> DiffusionRequest:
        request = studio.request(Task.TEXT, _TEXT, _SIZE)
        return replaced(request, geometry=replace(request.geometry, **changes))

    return make


def _without(name: str) -> Callable[[Studio], DiffusionRequest]:
    def make(studio: Studio) -> DiffusionRequest:
        part = at(Part.FIRST, studio.desk.photo(picture(1)))
        request = studio.request(Task.FIRST_FRAME, _IMAGE, _SIZE, part)
        left = tuple(one for one in request.conditions if one.name != name)
        return replaced(request, conditions=left)

    return make


def _task(studio: Studio) -> DiffusionRequest:
    return replaced(studio.request(Task.TEXT, _TEXT, _SIZE), task=Task.CONTROL)


def _references(studio: Studio) -> DiffusionRequest:
    request = studio.request(Task.TEXT, _VACE, _SIZE)
    five = tuple(at(Part.SUBJECT, studio.desk.photo(picture(n))) for n in range(5))
    return replaced(request, task=Task.REFERENCES, shot=replace(request.shot, pictures=five))


def _another_picture(studio: Studio) -> DiffusionRequest:
    one, other = (at(Part.FIRST, studio.desk.photo(picture(n))) for n in (1, 2))
    request = studio.request(Task.FIRST_FRAME, _IMAGE, _SIZE, one)
    return replaced(request, shot=replace(request.shot, pictures=(other,)))


_CASES: list[tuple[Callable[[Studio], DiffusionRequest], str]] = [
    (_sized(width=60), "width 60: expected a multiple of 16, as 48 or 64"),
    (_sized(height=20), "height 20: expected at least 32"),
    (_sized(width=1280, height=720), "1280x720 is 921600 pixels; expected at most 399360"),
    (_sized(frames=0), "0 frames: expected 1 to 81"),
    (_sized(frames=10_000), "10000 frames: expected 1 to 81"),
    (_sized(frames=8), r"8 frames: expected 4n \+ 1, as 5 or 9"),
    (_sized(frame_rate=Fraction(0)), "frame rate 0: expected more than 0"),
    (
        _without("i2v.cond"),
        r"conditions: i2v\.cond is missing; expected i2v\.cond, image\.clip, te",
    ),
    (_without("text.neg"), r"conditions: text\.neg is missing"),
    (_task, "wan2.1-t2v-1.3b has no task control; expected text_to_video"),
    (_references, "found 5 of subject; expected 1 to 4"),
    (_another_picture, r"(i2v\.cond|image\.clip): condition of wan\.\w+: made from \w+, expected"),
]


@pytest.fixture
def never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights are read by whatever class."""
    from diffusers import ModelMixin
    from transformers import PreTrainedModel

    def read(cls: type, *_: Any, **__: Any) -> Any:
        raise AssertionError(f"{cls.__name__} was read")

    for base in (ModelMixin, PreTrainedModel):
        monkeypatch.setattr(base, "from_pretrained", classmethod(read))


@pytest.mark.parametrize(("make", "found"), _CASES)
def test_no_weight_is_read_for_what_is_refused(
    studio: Studio, make: Callable[[Studio], DiffusionRequest], found: str,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    asked = make(studio)
    request.getfixturevalue("never_read")
    for spec in (DenoiseRequest(asked, 0, None), DecodeRequest(asked, asked.shot.prompt)):
        with pytest.raises(InvalidInput, match=found):
            generate(GenerateRequest(spec), studio.desk)


def test_conditions_of_another_size_are_refused(
    studio: Studio, request: pytest.FixtureRequest
) -> None:
    part = at(Part.FIRST, studio.desk.photo(picture(1)))
    asked = studio.request(Task.FIRST_FRAME, _IMAGE, _SIZE, part)
    wide = replaced(asked, geometry=replace(asked.geometry, width=96))
    request.getfixturevalue("never_read")
    with pytest.raises(InvalidInput, match=r"i2v\.cond: .*width is 64, expected 96"):
        generate(GenerateRequest(DenoiseRequest(wide, 0, None)), studio.desk)


def test_conditions_of_another_autoencoder_are_refused(
    studio: Studio, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    part = at(Part.FIRST, studio.desk.photo(picture(1)))
    asked = studio.request(Task.FIRST_FRAME, _IMAGE, _SIZE, part)
    other = tmp_path_factory.mktemp("others")
    for name in ("wan-umt5-xxl", "wan-clip-h", _IMAGE):
        (other / name).symlink_to(studio.components / name)
    import torch

    vae = tiny.wan_vae()
    with torch.no_grad():
        next(vae.parameters()).add_(1.0)
    vae.save_pretrained(other / "wan-vae-2.1" / "vae")
    tiny.write_sums(other / "wan-vae-2.1")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(other))
    request.getfixturevalue("never_read")
    with pytest.raises(
        InvalidInput, match=r"i2v\.cond: condition of wan\.i2v: weights is '\w+/\d+'"
    ):
        generate(GenerateRequest(DenoiseRequest(asked, 0, None)), studio.desk)


@pytest.mark.parametrize("mask", [(96, 128), (128, 128), (64, 96)])
def test_a_mask_of_another_size_is_refused(
    studio: Studio, mask: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    frames = [np.full((96, 128, 3), 9 * n, np.uint8) for n in range(5)]
    clip = at(Part.VIDEO, studio.desk.clip(frames))
    painted = at(Part.MASK, studio.desk.photo(Image.new("RGB", mask, "white")))
    shot = studio.desk.shot(_VACE, clip, painted)
    asked = WAN.encode_requests(Task.MASKED, shot, _SIZE)["vace.video"]
    request.getfixturevalue("never_read")
    found = f"the mask is {mask[0]}x{mask[1]}; expected 128x96 as the clip, or a size of the same"
    with pytest.raises(InvalidInput, match=found):
        encode(asked, studio.desk)


def test_a_mask_of_the_same_aspect_is_taken(studio: Studio) -> None:
    frames = [np.full((96, 128, 3), 9 * n, np.uint8) for n in range(5)]
    clip = at(Part.VIDEO, studio.desk.clip(frames))
    painted = at(Part.MASK, studio.desk.photo(Image.new("RGB", (64, 48), "white")))
    assert studio.request(Task.MASKED, _VACE, _SIZE, clip, painted).conditions


def test_numbers_are_refused_where_no_library_of_models_is_loaded() -> None:
    """By whoever asks: neither torch nor diffusers is imported for a refusal."""
    code = """
import sys
from fractions import Fraction
from services.generator.generate import backend
from shared.diffusion import BundleCondition, DenoiseRequest, DiffusionRequest
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.family import FamilyShot, Task
from shared.families.request import Geometry
from shared.generate import GenerateRequest

digest = Digest.of_bytes(b"words")
names = (BundleCondition("text.neg", digest), BundleCondition("text.pos", digest))
shot = FamilyShot("wan2.1-t2v-1.3b", digest, digest)
for task, width, frames, conditions in (
    (Task.TEXT, 60, 5, names), (Task.TEXT, 64, 0, names), (Task.TEXT, 64, 10000, names),
    (Task.TEXT, 64, 5, names[:1]), (Task.EXTEND, 64, 5, names),
):
    geometry = Geometry(width, 48, frames, Fraction(16))
    asked = DiffusionRequest(task, shot, geometry, conditions, 0, 4)
    try:
        backend(GenerateRequest(DenoiseRequest(asked, 0, None)))
    except InvalidInput as error:
        print(error.message)
    else:
        raise SystemExit("not refused")
assert not {"torch", "diffusers", "transformers"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == 5
    assert said[0] == "width 60: expected a multiple of 16, as 48 or 64"
    assert said[4] == "wan2.1-t2v-1.3b has no task extend; expected text_to_video"
