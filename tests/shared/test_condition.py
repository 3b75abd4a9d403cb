"""Conditions: what was stored comes back, and nothing else passes for it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from shared.blobs import MemoryBlobs
from shared.condition import (
    Manifest,
    Needs,
    Scalar,
    Tensors,
    check_manifest,
    load_condition,
    read_manifest,
    store_condition,
)
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob
from shared.schema import from_json, to_json

REFERENCE = Digest.of_bytes(b"a photo")
VALUES: dict[str, Scalar] = {"width": 640, "sharpness": 0.25, "codec": "png", "duration": None}


def _store(blobs: MemoryBlobs, tensors: Tensors, values: dict[str, Scalar] | None = None) -> Digest:
    return store_condition(
        blobs,
        encoder="image.style",
        encoder_version=1,
        reference=REFERENCE,
        values=VALUES if values is None else values,
        tensors=tensors,
    )


def _change(blobs: MemoryBlobs, digest: Digest, **changes: object) -> Digest:
    manifest = from_json(Manifest, blobs.read(digest))
    return blobs.put(to_json(dataclasses.replace(manifest, **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.arange(6, dtype=np.int64).reshape(2, 3).T,  # not contiguous
        np.zeros((0, 8), np.float32),
        np.array(3.5, np.float32),  # shape []
        np.array([True, False]),
        np.arange(4, dtype=np.uint8)[::2],
    ],
    ids=lambda array: f"{array.dtype}{list(array.shape)}",
)
def test_tensors_come_back_as_they_were(memory_blobs: MemoryBlobs, array: np.ndarray) -> None:
    manifest, tensors = load_condition(
        memory_blobs, _store(memory_blobs, {"x": array}), "image.style"
    )
    assert tensors["x"].dtype == array.dtype
    assert tensors["x"].shape == array.shape
    assert np.array_equal(tensors["x"], array)
    assert manifest.values == VALUES
    assert manifest.reference == REFERENCE


def test_order_of_tensors_and_values_does_not_matter(memory_blobs: MemoryBlobs) -> None:
    a, b = np.zeros(2, np.float32), np.ones(3, np.float32)
    one = _store(memory_blobs, {"a": a, "b": b}, {"x": 1, "y": 2})
    assert one == _store(memory_blobs, {"b": b, "a": a}, {"y": 2, "x": 1})


def test_a_condition_may_have_no_tensors(memory_blobs: MemoryBlobs) -> None:
    manifest, tensors = load_condition(memory_blobs, _store(memory_blobs, {}), "image.style")
    assert manifest.tensors is None
    assert tensors == {}


def test_another_encoders_condition_is_refused(memory_blobs: MemoryBlobs) -> None:
    with pytest.raises(InvalidInput, match=r"expected a condition of video\.motion.*image\.style"):
        load_condition(memory_blobs, _store(memory_blobs, {}), "video.motion")


def test_tensors_that_differ_from_the_manifest_are_refused(memory_blobs: MemoryBlobs) -> None:
    digest = _store(memory_blobs, {"x": np.zeros((2, 3), np.float32)})
    for other in ({"x": np.zeros((3, 2), np.float32)}, {"x": np.zeros((2, 3))}, {"y": np.zeros(1)}):
        blob = from_json(Manifest, memory_blobs.read(_store(memory_blobs, other))).tensors
        with pytest.raises(InvalidInput, match="tensor"):
            load_condition(memory_blobs, _change(memory_blobs, digest, tensors=blob), "image.style")


@pytest.mark.parametrize("changes", [{"tensor_specs": ()}, {"tensors": None}])
def test_too_many_or_too_few_tensors_are_refused(
    memory_blobs: MemoryBlobs, changes: dict[str, object]
) -> None:
    digest = _store(memory_blobs, {"x": np.zeros(2, np.float32)})
    with pytest.raises(InvalidInput, match="tensor x"):
        load_condition(memory_blobs, _change(memory_blobs, digest, **changes), "image.style")


def test_garbage_is_refused(memory_blobs: MemoryBlobs) -> None:
    garbage = memory_blobs.put(b"\xff" * 64)
    digest = _store(memory_blobs, {"x": np.zeros(2, np.float32)})
    with pytest.raises(InvalidInput, match="safetensors"):
        load_condition(memory_blobs, _change(memory_blobs, digest, tensors=garbage), "image.style")
    with pytest.raises(InvalidInput, match="not JSON"):
        load_condition(memory_blobs, garbage, "image.style")


def test_a_condition_that_is_gone_is_a_missing_blob(memory_blobs: MemoryBlobs) -> None:
    with pytest.raises(MissingBlob):
        load_condition(memory_blobs, REFERENCE, "image.style")


def test_what_is_needed_is_checked_by_the_manifest_alone(memory_blobs: MemoryBlobs) -> None:
    tensors: Tensors = {"x": np.zeros((2, 3), np.float32)}
    manifest = read_manifest(memory_blobs, _store(memory_blobs, tensors))
    needs = Needs("image.style", 1, {"width": 640, "duration": None}, {"x": ("float32", (2, None))})
    check_manifest(manifest, needs)
    check_manifest(manifest, Needs("image.style"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"encoder": "video.motion"}, r"expected a condition of video\.motion, found one of image"),
        ({"encoder_version": 2}, "found version 1, expected 2"),
        ({"values": {"width": 641}}, "width is 640, expected 641"),
        ({"values": {"codec": "jpeg"}}, "codec is 'png', expected 'jpeg'"),
        ({"values": {"crf": None}}, "crf is nothing, expected None"),
        ({"tensors": {"y": ("float32", ())}}, r"y is nothing, expected float32 \[\]"),
        ({"tensors": {"x": ("uint8", (2, 3))}}, r"x is float32 \[2, 3\], expected uint8 \[2, 3\]"),
        ({"tensors": {"x": ("float32", (None, 4))}}, r"expected float32 \[any, 4\]"),
        ({"tensors": {"x": ("float32", (2,))}}, r"x is float32 \[2, 3\], expected float32 \[2\]"),
    ],
)
def test_what_is_not_as_needed_names_both_values(
    memory_blobs: MemoryBlobs, changes: dict[str, object], words: str
) -> None:
    tensors: Tensors = {"x": np.zeros((2, 3), np.float32)}
    manifest = read_manifest(memory_blobs, _store(memory_blobs, tensors))
    needs = dataclasses.replace(Needs("image.style"), **changes)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=words):
        check_manifest(manifest, needs)
