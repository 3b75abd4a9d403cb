"""Conditions of families: their keys, their manifests, and what is refused before a model loads."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from services.encoder import encode
from services.encoder.families.encode import FAMILY_ENCODER_NAMES, _find, backend
from shared.actions import action_key
from shared.condition import check_manifest
from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.families.catalogue import FAMILIES, find_model
from shared.families.components import components_digest
from shared.families.family import Part, Task
from shared.families.identity import needs_of
from shared.families.request import DType, FamilyEncodeRequest, Fit, Source
from shared.families.wan import TEXT, WAN
from shared.requests import EncodeRequest
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.weights import WeightsUnavailable
from tests.encoder.families.desk import Desk, at, picture, size
from tests.encoder.families.tiny import write_sums

_SIZE = size(64, 48, 9)


def _requests(desk: Desk) -> dict[str, FamilyEncodeRequest]:
    shot = desk.shot("wan2.1-i2v-14b-480p", at(Part.FIRST, desk.photo(picture(1))))
    return WAN.encode_requests(Task.FIRST_FRAME, shot, _SIZE)


@pytest.mark.parametrize("name", FAMILY_ENCODER_NAMES)
def test_every_encoder_can_be_loaded(name: str) -> None:
    sources = (Source(Digest.of_bytes(b"x")),)
    request = FamilyEncodeRequest(name, (), sources, DType.FLOAT32, DType.FLOAT32)
    assert callable(_find(request).load())


def test_the_encoders_are_those_that_families_ask_for() -> None:
    from shared.families import ltx2, wan

    assert set(FAMILY_ENCODER_NAMES) == {*wan.ENCODERS, *ltx2.ENCODERS}
    assert {family.name for family in FAMILIES} == {
        name.partition(".")[0] for name in FAMILY_ENCODER_NAMES
    }


def test_the_service_dispatches_by_the_request(desk: Desk) -> None:
    request = _requests(desk)["text.pos"]
    assert encode.backend(request) == backend(request)
    assert encode.backend(request).name == "encode/wan.text"


def test_everything_that_changes_the_output_changes_the_key(
    desk: Desk, components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, frames = (_requests(desk)[name] for name in ("text.pos", "i2v.cond"))
    changed = [
        dataclasses.replace(text, token_length=64),
        dataclasses.replace(text, padding_side="left"),
        dataclasses.replace(text, dtype=DType.BFLOAT16),
        dataclasses.replace(text, compute=DType.BFLOAT16),
        dataclasses.replace(text, sources=(Source(desk.text("another")),)),
        dataclasses.replace(frames, geometry=size(64, 48, 13)),
        dataclasses.replace(frames, fit=Fit.STRETCH),
        dataclasses.replace(frames, crf=18),
        dataclasses.replace(frames, components=("wan-vae-2.2",)),
    ]
    keys = {action_key(backend(one), one) for one in (text, frames, *changed)}
    assert len(keys) == len(changed) + 2
    for library in ("ftfy==", "tokenizers==", "transformers==", "torch==", "diffusers=="):
        assert library in backend(text).environment
    # Other bytes under the same names are other weights, by their pin alone.
    other = tmp_path / "weights"
    (other / "wan-umt5-xxl").mkdir(parents=True)
    sums = (components / "wan-umt5-xxl" / "SHA256SUMS").read_text()
    (other / "wan-umt5-xxl" / "SHA256SUMS").write_text("0" * 64 + sums[64:])
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(other))
    assert action_key(backend(text), text) not in keys


def test_without_ftfy_there_is_no_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    from shared.actions import _build_of

    found = importlib.metadata.distribution

    def without(name: str) -> importlib.metadata.Distribution:
        if name == "ftfy":
            raise importlib.metadata.PackageNotFoundError(name)
        return found(name)

    request = _requests(desk)["text.pos"]
    _build_of.cache_clear()
    monkeypatch.setattr(importlib.metadata, "distribution", without)
    with pytest.raises(Unavailable, match=r"ftfy is not installed; expected it with onbeat"):
        backend(request)
    _build_of.cache_clear()


def test_missing_weights_say_exactly_how_to_get_them(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _requests(desk)["text.pos"]
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path))
    for act in (lambda: backend(request), lambda: encode.perform(request, desk)):
        with pytest.raises(WeightsUnavailable) as refusal:
            act()
        for words in (
            "wan-umt5-xxl",
            "hf download Wan-AI/",
            "--include 'text_encoder/*'",
            "SHA256SUMS",
        ):
            assert words in refusal.value.message


def test_damaged_weights_are_refused(
    desk: Desk, components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    shutil.copytree(components / "wan-umt5-xxl", tmp_path / "wan-umt5-xxl")
    path = tmp_path / "wan-umt5-xxl" / "text_encoder" / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path))
    with pytest.raises(WeightsUnavailable, match=r"model\.safetensors has SHA-256 .* expected"):
        encode.perform(_requests(desk)["text.pos"], desk)
    write_sums(tmp_path / "wan-umt5-xxl")
    encode.perform(_requests(desk)["text.pos"], desk)


def test_a_manifest_is_what_was_asked_for(desk: Desk) -> None:
    _, model = find_model("wan2.1-i2v-14b-480p")
    for request in _requests(desk).values():
        manifest, _ = desk.encode(request)
        made_by = backend(request)
        weights = components_digest(request.components)
        check_manifest(manifest, needs_of(request, model.grid, weights, made_by.environment))
        assert manifest.values["source_0"] == str(request.sources[0].reference)
        with pytest.raises(InvalidInput, match=r"weights is .*, expected"):
            check_manifest(manifest, needs_of(request, model.grid, Digest.of_bytes(b"other")))
        with pytest.raises(InvalidInput, match=r"environment is .*, expected 'torch==1'"):
            check_manifest(manifest, needs_of(request, model.grid, environment="torch==1"))


def test_unknown_encoders_and_numbers_of_sources_are_refused(desk: Desk) -> None:
    request = _requests(desk)["text.pos"]
    with pytest.raises(InvalidInput, match=r"'wan\.smell' does not exist; expected wan\.text"):
        backend(dataclasses.replace(request, encoder="wan.smell"))
    with pytest.raises(InvalidInput, match="found 2 sources; expected 1"):
        backend(dataclasses.replace(request, sources=request.sources * 2))
    assert request.encoder == TEXT


def test_equal_requests_have_equal_results(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path)
    for name, request in _requests(desk).items():
        for source in request.sources:
            other.blobs.put(desk.blobs.read(source.reference))
        assert encode.perform(request, desk) == encode.perform(request, other), name


def test_importing_it_loads_no_model_library() -> None:
    code = (
        "import sys, services.encoder.families.encode;"
        "print([n for n in ('torch', 'diffusers', 'transformers', 'cv2') if n in sys.modules])"
    )
    root = Path(__file__).parents[3]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_a_worker_within_its_memory_bound_encodes_once_for_many(desk: Desk, tmp_path: Path) -> None:
    registry: dict[type, str] = dict.fromkeys(
        (EncodeRequest, FamilyEncodeRequest), "services.encoder.encode"
    )
    settings = Settings(tmp_path / "store", workers=1)
    assert settings.worker_memory_bytes > 0
    requests = _requests(desk)

    async def run() -> list[Digest]:
        async with LocalRunner(settings, registry) as runner:
            for request in requests.values():
                for source in request.sources:
                    runner.blobs.put(desk.blobs.read(source.reference))
            both = [*requests.values()] * 2
            digests = await asyncio.gather(*(runner.run(request) for request in both))
            assert not any(record.hit for record in runner.records)
            return list(digests)

    digests = asyncio.run(run())
    assert len(set(digests)) == len(requests)
    assert digests[0] == encode.perform(requests["text.pos"], desk)
