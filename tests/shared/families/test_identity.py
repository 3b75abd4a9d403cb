"""A manifest is checked against exactly what was asked for, before anything is loaded."""

from __future__ import annotations

import dataclasses

import pytest

from shared.condition import Manifest, TensorSpec, check_manifest
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.family import Part, Task
from shared.families.identity import identity, needs_of
from shared.families.ltx2 import LTX2
from shared.families.request import DType, FamilyEncodeRequest
from shared.families.wan import WAN
from tests.shared.families.shots import P480, P720, digest, image, shot, size

_WEIGHTS = digest("vae")
_GRID = WAN.models["wan2.1-vace-14b"].grid
_VACE = WAN.encode_requests(
    Task.REFERENCES, shot("wan2.1-vace-14b", (Part.SUBJECT, image("a"))), P480
)


def _manifest(request: FamilyEncodeRequest, *tensors: TensorSpec) -> Manifest:
    return Manifest(
        encoder=request.encoder,
        encoder_version=1,
        reference=request.sources[0].reference if request.sources else Digest.of_bytes(b""),
        values=identity(request, _WEIGHTS, "torch==2"),
        tensors=None,
        tensor_specs=tensors,
    )


_VIDEO = (
    TensorSpec("inactive", "uint16", (1, 16, 21, 60, 104)),
    TensorSpec("reactive", "uint16", (1, 16, 21, 60, 104)),
    TensorSpec("mask", "uint8", (64 * 21 * 60 * 104 // 8,)),
)


def test_what_was_asked_for_is_taken() -> None:
    request = _VACE["vace.video"]
    check_manifest(_manifest(request, *_VIDEO), needs_of(request, _GRID, _WEIGHTS, "torch==2"))
    # A denoiser without the encoders' weights or libraries cannot ask for them.
    check_manifest(_manifest(request, *_VIDEO), needs_of(request, _GRID))


def _wrong(request: FamilyEncodeRequest) -> list[tuple[FamilyEncodeRequest, str]]:
    other = WAN.encode_requests(Task.TEXT, shot("wan2.1-vace-14b"), P720)["vace.video"]
    shorter = WAN.encode_requests(Task.TEXT, shot("wan2.1-vace-14b"), size(832, 480, 33))
    return [
        (other, "width is 832, expected 1280"),
        (shorter["vace.video"], "frames is 81, expected 33"),
        (
            dataclasses.replace(request, dtype=DType.FLOAT32),
            "dtype is 'bfloat16', expected 'float32'",
        ),
        (
            dataclasses.replace(request, components=("wan-vae-2.2",)),
            "components is 'wan-vae-2.1', expected 'wan-vae-2.2'",
        ),
        (dataclasses.replace(request, keep_frames=5), "keep_frames is 0, expected 5"),
    ]


def test_anything_else_is_refused_naming_both_values() -> None:
    request = _VACE["vace.video"]
    manifest = _manifest(request, *_VIDEO)
    for other, words in _wrong(request):
        with pytest.raises(InvalidInput, match=words):
            check_manifest(manifest, needs_of(other, _GRID))
    with pytest.raises(InvalidInput, match=r"expected a condition of wan\.reference, found one of"):
        check_manifest(manifest, needs_of(_VACE["vace.ref.0"], _GRID))
    with pytest.raises(InvalidInput, match=f"weights is '{_WEIGHTS}', expected"):
        check_manifest(manifest, needs_of(request, _GRID, digest("another vae")))
    schema = dataclasses.replace(manifest, values={**manifest.values, "schema": 0})
    with pytest.raises(InvalidInput, match="schema is 0, expected 1"):
        check_manifest(schema, needs_of(request, _GRID))
    family = dataclasses.replace(manifest, values={**manifest.values, "family": "ltx2"})
    with pytest.raises(InvalidInput, match="family is 'ltx2', expected 'wan'"):
        check_manifest(family, needs_of(request, _GRID))


def test_padding_and_compression_are_checked() -> None:
    grid = LTX2.models["ltx-2"].grid
    requests = LTX2.encode_requests(
        Task.FIRST_FRAME, shot("ltx-2", (Part.FIRST, image("a"))), size(768, 512, 121, 24)
    )
    for name, changes, words in [
        ("ltx2.pos", {"padding_side": "right"}, "padding_side is 'left', expected 'right'"),
        ("ltx2.pos", {"token_length": 256}, "token_length is 1024, expected 256"),
        ("ltx2.cond.0", {"crf": 18}, "crf is 33, expected 18"),
    ]:
        request = requests[name]
        changed = dataclasses.replace(request, **changes)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput, match=words):
            check_manifest(_manifest(request), needs_of(changed, grid))


def test_tensors_of_another_shape_are_refused() -> None:
    request = _VACE["vace.ref.0"]
    latents = TensorSpec("latents", "uint16", (1, 48, 1, 60, 104))
    with pytest.raises(
        InvalidInput,
        match=r"latents is uint16 \[1, 48, 1, 60, 104\], expected uint16 \[1, 16, 1, 60, 104\]",
    ):
        check_manifest(_manifest(request, latents), needs_of(request, _GRID))
    text = TensorSpec("tokens", "float32", (7, 4096))
    with pytest.raises(InvalidInput, match=r"expected uint16 \[any, any\]"):
        check_manifest(_manifest(_VACE["text.pos"], text), needs_of(_VACE["text.pos"], _GRID))


def test_a_request_without_its_geometry_is_refused() -> None:
    bare = dataclasses.replace(_VACE["vace.video"], geometry=None)
    with pytest.raises(InvalidInput, match="without a geometry"):
        needs_of(bare, _GRID)
    with pytest.raises(InvalidInput, match="is of no model family"):
        needs_of(dataclasses.replace(_VACE["vace.video"], encoder="image.style"), _GRID)
